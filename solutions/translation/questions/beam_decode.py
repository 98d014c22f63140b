"""Cases for beam search: a garden path, all paths of a small model, greedy decoding."""

import torch
from otter.test_files import test_case

from checks import rng, run_beside
from oracle import best_of_all, likeliest_tokens
from support import END, PAD, START, decode, french_rows, translated

OK_FORMAT = False
name = "beam_decode"


def garden_path():
    """Return a model whose likeliest first token leads nowhere.

    3 comes first with probability 0.6 and is followed by 5, 6 and END with a third each; 4 comes
    first with 0.4, and END follows it with 0.9. So 4 has 0.36, and 3 with END 0.2.
    """
    table = torch.full((1, 7, 7), -30.0)
    table[0, START, [3, 4]] = torch.tensor([0.6, 0.4]).log()
    table[0, 3, [5, 6, END]] = torch.tensor([0.34, 0.33, 0.33]).log()
    table[0, 4, [END, 5]] = torch.tensor([0.9, 0.1]).log()
    table[0, [5, 6], END] = 0.0
    return table


def draw_table(sentences=3):
    """Return a random model with the tokens START, END and three words, END a little rarer."""
    table = torch.from_numpy(rng("table").normal(0, 1.5, (sentences, 6, 6)))
    table[:, :, [PAD, START]] = -40.0
    return table


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The likeliest first token is not always the best: with probability 0.6 it is "
    "3, but the best whole translation is 4, with probability 0.36. Two beginnings are enough to "
    "find it.",
)
def finds_what_greedy_decoding_misses(beam_decode):
    found = translated(beam_decode, garden_path(), french_rows(0), beam_size=2, max_length=5)
    assert found == [[4]], f"the translation is {found}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With a beam of 1, beam search is greedy decoding.",
)
def is_greedy_with_a_beam_of_one(beam_decode):
    table = draw_table()
    found = translated(beam_decode, table, french_rows(0, 1, 2), beam_size=1, max_length=6)
    expected = [likeliest_tokens(table[n], 6) for n in range(3)]
    assert found == expected, f"the translations are {found}, greedy ones are {expected}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a beam that holds every beginning, the most likely of all translations "
    "must be found. Are log-probabilities summed from START to END, END's own included?",
)
def finds_the_best_of_all_with_a_wide_beam(beam_decode):
    table = draw_table()
    found = translated(beam_decode, table, french_rows(2, 0, 1), beam_size=400, max_length=4)
    expected = [best_of_all(table[n], 4) for n in (2, 0, 1)]
    assert found == expected, f"the translations are {found}, the best are {expected}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A finished translation must not be extended, and it must be returned when "
    "no longer one is more likely.",
)
def keeps_a_translation_that_has_ended(beam_decode):
    table = garden_path()
    table[0, END] = torch.full((7,), -30.0)
    table[0, END, 6] = 0.0  # what would follow END, were it read
    found = translated(beam_decode, table, french_rows(0), beam_size=4, max_length=8)
    assert found == [[4]], f"the translation is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A short translation of probability 0.36 must win over a longer one of 0.33: "
    "the sums of log-probabilities are compared as they are.",
)
def does_not_favour_long_translations(beam_decode):
    table = torch.full((1, 7, 7), -30.0)
    table[0, START, [4, 3, 6]] = torch.tensor([0.5, 0.45, 0.05]).log()
    table[0, 4, [END, 6]] = torch.tensor([0.72, 0.28]).log()
    for last, following in ((3, 5), (5, 6), (6, END)):
        table[0, last, [following, 4]] = torch.tensor([0.9, 0.1]).log()
    found = translated(beam_decode, table, french_rows(0), beam_size=4, max_length=6)
    assert found == [[4]], f"the translation is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A model that never says END is stopped after max_length tokens.",
)
def stops_at_max_length(beam_decode):
    table = torch.full((1, 7, 7), -30.0)
    table[0, [START, 3, 4, 5], [3, 4, 5, 3]] = 0.0
    found = translated(beam_decode, table, french_rows(0), beam_size=3, max_length=5)
    assert found == [[3, 4, 5, 3, 4]], f"with max_length=5 the translation is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A beam that is wider than the vocabulary must work.",
)
def works_with_a_beam_wider_than_the_vocabulary(beam_decode):
    found = translated(beam_decode, garden_path(), french_rows(0), beam_size=50, max_length=3)
    assert found == [[4]], f"the translation is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="While it translates, the model must be in evaluation mode, and no gradients "
    "are recorded.",
)
def only_uses_the_model(beam_decode):
    options = {"beam_size": 2, "max_length": 3}
    _, seen = run_beside(decode, beam_decode, garden_path(), french_rows(0), options)
    assert seen, "the model is never called"
    assert not any(training for training, *_ in seen), "the model is in training mode"
    assert not any(recorded for _, recorded, _ in seen), "gradients are recorded"
