"""Cases for beam search: greedy decoding, all translations of small models, limits."""

import heapq
import itertools

import torch

from checks import CannotJudge, rng, run_beside, test_case
from support import END, START, decode, french_rows, translated

OK_FORMAT = False
name = "beam_decode"


def garden_path():
    """Return a model whose best translation does not begin with the likeliest first token.

    The first token is 3 with probability 0.6 or 4 with 0.4. After 3, the tokens 5, 6 and END have
    about 1/3 each; after 4, END has 0.9. So the translation 4 has probability 0.36, and 3 has 0.2.
    """
    table = torch.full((1, 7, 7), -30.0)
    table[0, START, [3, 4]] = torch.tensor([0.6, 0.4]).log()
    table[0, 3, [5, 6, END]] = torch.tensor([0.34, 0.33, 0.33]).log()
    table[0, 4, [END, 5]] = torch.tensor([0.9, 0.1]).log()
    table[0, [5, 6], END] = 0.0
    return table


def draw_tables(count=3, V=50, most=4):
    """Return random models in which only END and the words 3, 4 and 5 follow.

    Their best translations have at least two words, are not the greedy ones and have no equally
    likely rival: the sums of 5, 5, 3, 5 and of 5, 3, 5, 5 have the same terms.
    """
    tables = torch.full((40 * count, V, V), -40.0, dtype=torch.float64)
    tables[:, :6, 2:6] = torch.from_numpy(rng("table").normal(0, 1.5, (len(tables), 6, 4)))
    tables[:, START, END] = -2.0
    chosen = []
    for table in tables:
        (best, total), (_, rival) = best_two(table, most)
        if len(best) >= 2 and best != likeliest_tokens(table, most) and total - rival > 0.001:
            chosen.append(table)
        if len(chosen) == count:
            return torch.stack(chosen)
    raise CannotJudge("too few random models have a best translation of two words")


def likeliest_tokens(table, max_length):
    """Return the translation that takes the likeliest token at each step."""
    tokens = [START]
    while len(tokens) <= max_length and (token := int(table[tokens[-1]].argmax())) != END:
        tokens.append(token)
    return tokens[1:]


def best_two(table, max_length):
    """Return the two most likely of all translations and their sums, by trying them all."""
    lengths = range(max_length + 1)
    paths = (path for n in lengths for path in itertools.product([3, 4, 5], repeat=n))
    log_p = torch.log_softmax(table, dim=1)[:6, :6].tolist()
    totals = ((list(path), _total(log_p, path, max_length)) for path in paths)
    return heapq.nlargest(2, totals, key=lambda pair: pair[1])


def _total(log_p, tokens, max_length):
    """Return the log-probability of a translation, with END where it is shorter than the limit."""
    said = [START, *tokens, *([END] if len(tokens) < max_length else [])]
    return sum(log_p[last][token] for last, token in itertools.pairwise(said))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The likeliest first token is 3, with probability 0.6, but the best "
    "translation is 4, with probability 0.36. A beam of two hypotheses must find it.",
)
def finds_what_greedy_decoding_misses(beam_decode):
    found = translated(beam_decode, garden_path(), french_rows(0, 0), beam_size=2, max_length=5)
    assert found == [[4], [4]], f"the translations are {found}"


@test_case(
    points=1,
    hidden=True,
    failure_message="With a beam for every possible hypothesis, the search must find the most "
    "likely translation. Check the sums of log-probabilities: they run from the first token to "
    "END.",
)
def finds_the_best_of_all_with_a_wide_beam(beam_decode):
    table = draw_tables()  # at most 40 hypotheses of 3 tokens, END included
    found = translated(beam_decode, table, french_rows(2, 0, 1), beam_size=50, max_length=4)
    expected = [best_two(table[n], 4)[0][0] for n in (2, 0, 1)]
    assert found == expected, f"the translations are {found}, the most likely ones {expected}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A finished hypothesis must not be extended, and it is the result if no other "
    "hypothesis is more likely.",
)
def keeps_a_translation_that_has_ended(beam_decode):
    table = garden_path()
    table[0, END] = torch.full((7,), -30.0)
    table[0, END, 6] = 0.0  # would follow END if the model read it
    found = translated(beam_decode, table, french_rows(0, 0), beam_size=4, max_length=8)
    assert found == [[4], [4]], f"the translations are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A short translation with probability 0.36 must win over a longer one with "
    "0.33. Compare the sums of log-probabilities without normalising them by the length.",
)
def does_not_favour_long_translations(beam_decode):
    table = torch.full((1, 7, 7), -30.0)
    table[0, START, [4, 3, 6]] = torch.tensor([0.5, 0.45, 0.05]).log()
    table[0, 4, [END, 6]] = torch.tensor([0.72, 0.28]).log()
    for last, following in ((3, 5), (5, 6), (6, END)):
        table[0, last, [following, 4]] = torch.tensor([0.9, 0.1]).log()
    found = translated(beam_decode, table, french_rows(0, 0), beam_size=4, max_length=6)
    assert found == [[4], [4]], f"the translations are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="If the model never predicts END, the search must stop after max_length "
    "tokens.",
)
def stops_at_max_length(beam_decode):
    table = torch.full((1, 7, 7), -30.0)
    table[0, [START, 3, 4, 5], [3, 4, 5, 3]] = 0.0
    found = translated(beam_decode, table, french_rows(0, 0), beam_size=3, max_length=5)
    expected = [[3, 4, 5, 3, 4]] * 2
    assert found == expected, f"with max_length=5 the translations are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="During the search, the model must be in evaluation mode, and no gradients may "
    "be recorded.",
)
def only_uses_the_model(beam_decode):
    options = {"beam_size": 2, "max_length": 3}
    _, calls = run_beside(decode, beam_decode, garden_path(), french_rows(0, 0), options)
    assert calls, "the model is never called"
    assert not any(training for training, *_ in calls), "the model is in training mode"
    assert not any(recorded for _, recorded, _ in calls), "gradients are recorded"


@test_case(
    points=0.5,
    hidden=True,
    after="finds_the_best_of_all_with_a_wide_beam",
    failure_message="With beam_size=1, beam search must give the result of greedy decoding, for "
    "several sentences and for a single one.",
)
def is_greedy_with_a_beam_of_one(beam_decode):
    table = draw_tables()
    expected = [likeliest_tokens(table[n], 6) for n in range(3)]
    for rows in ([0, 1, 2], [1]):
        found = translated(beam_decode, table, french_rows(*rows), beam_size=1, max_length=6)
        wanted = [expected[n] for n in rows]
        assert found == wanted, f"the translations are {found}, greedy decoding gives {wanted}"
