"""Public checks of greedy_decode; the grader has more."""

import torch

from checks import test_case
from support import END, START, french_rows, translated

OK_FORMAT = False
name = "greedy_decode"


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
