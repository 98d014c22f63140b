"""Public checks of beam_decode; the grader has more."""

import torch
from otter.test_files import test_case

from support import END, START, french_rows, translated

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
