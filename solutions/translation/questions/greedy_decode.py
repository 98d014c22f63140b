"""Cases for greedy decoding: small models with known translations."""

import torch

from checks import rng, run_beside, test_case
from support import END, START, decode, french_rows, translated

OK_FORMAT = False
name = "greedy_decode"


def decode_by_clock(greedy_decode, table, source, options):
    """Return the translations under a model whose logits after t tokens are ``table[t - 1]``."""
    import torch

    class Clock(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.said = torch.nn.Parameter(table.clone())

        def forward(self, source, target):
            return self.said[: target.shape[1]].expand(len(source), -1, -1)

    rows = greedy_decode(Clock(), source, **options)
    return [[int(token) for token in row] for row in rows]


def chains(*chains, size=12):
    """Return the table of a model that translates French token n as the n-th of ``chains``."""
    table = torch.zeros(len(chains), size, size)
    for french, chain in enumerate(chains):
        for last, following in zip([START, *chain], chain, strict=False):
            table[french, last, following] = 5.0
    return table


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For the first sentence, 5 follows START, 8 follows 5, 6 follows 8, and END "
    "follows 6. So the translation is 5, 8, 6, without START and END. The translation of the "
    "second sentence is 4, 9, 7.",
)
def follows_the_most_likely_tokens(greedy_decode):
    found = translated(greedy_decode, chains([5, 8, 6, END], [4, 9, 7, END]), french_rows(0, 1))
    assert found == [[5, 8, 6], [4, 9, 7]], f"the translations are {found}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each sentence of a batch must get its own translation, up to its own END. A "
    "finished sentence must not stop the others.",
)
def lets_each_sentence_end_by_itself(greedy_decode):
    table = chains([4, END, 9, 3], [5, 8, 6, 7, END], [END, 3])
    found = translated(greedy_decode, table, french_rows(1, 0, 2, 1, 0))
    assert found == [[5, 8, 6, 7], [4], [], [5, 8, 6, 7], [4]], f"the translations are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="If the model never predicts END, a translation has exactly max_length tokens.",
)
def stops_at_max_length(greedy_decode):
    table = chains([4, 5, 6, 7, 8, 9, 10, 11, 3])
    found = translated(greedy_decode, table, french_rows(0, 0), max_length=6)
    assert found == [[4, 5, 6, 7, 8, 9]] * 2, f"with max_length=6 the translations are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A translation of exactly max_length tokens must be returned completely.",
)
def keeps_a_translation_of_max_length(greedy_decode):
    table = chains([4, 5, 6, END], [7, 8, 9, END])
    found = translated(greedy_decode, table, french_rows(0, 1), max_length=3)
    assert found == [[4, 5, 6], [7, 8, 9]], f"with max_length=3 the translations are {found}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In this model the next token depends only on the number of tokens before it, "
    "and the translation is wrong. The model must read all tokens so far, and the logits at the "
    "last position are for the next token.",
)
def reads_all_tokens_so_far(greedy_decode):
    table = torch.zeros(20, 12)
    said = [int(token) for token in rng("said").permutation([3, 4, 5, 6, 7, 8, 9, 10])]
    for t, token in enumerate([*said, END]):
        table[t, token] = 1.0
    found = run_beside(decode_by_clock, greedy_decode, table, french_rows(0, 0), {"max_length": 12})
    assert found == [said, said], f"the translations are {found}, expected is {said} for both"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The first token that the model reads must be START.",
)
def begins_with_start(greedy_decode):
    _, calls = run_beside(decode, greedy_decode, chains([4, END]), french_rows(0, 0), {})
    first = {token for _, _, firsts in calls for token in firsts}
    assert first == {START}, f"the model reads first: {sorted(first)}; START is {START}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model must be in evaluation mode during decoding. Otherwise dropout makes "
    "the translations random.",
)
def puts_the_model_into_evaluation_mode(greedy_decode):
    _, calls = run_beside(decode, greedy_decode, chains([4, END]), french_rows(0, 0), {})
    assert calls, "the model is never called"
    assert not any(training for training, _, _ in calls), "the model is in training mode"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="No gradients may be recorded during decoding. They are not needed and cost "
    "memory and time.",
)
def records_no_gradients(greedy_decode):
    _, calls = run_beside(decode, greedy_decode, chains([4, END]), french_rows(0, 0), {})
    assert calls, "the model is never called"
    assert not any(recorded for _, recorded, _ in calls), "gradients are recorded"


@test_case(
    points=0.25,
    hidden=True,
    after="follows_the_most_likely_tokens",
    failure_message="The translation of a single sentence is wrong. The result must be a list with "
    "one list of tokens.",
)
def translates_a_single_sentence(greedy_decode):
    found = translated(greedy_decode, chains([4, END], [5, 8, END]), french_rows(1))
    assert found == [[5, 8]], f"the translation of a single sentence is {found}"
