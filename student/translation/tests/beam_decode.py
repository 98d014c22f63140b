"""Public checks of beam_decode; the grader has more."""

import torch

from checks import test_case
from support import END, START, french_rows, translated

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


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The likeliest first token is 3, with probability 0.6, but the best "
    "translation is 4, with probability 0.36. A beam of two hypotheses must find it.",
)
def finds_what_greedy_decoding_misses(beam_decode):
    found = translated(beam_decode, garden_path(), french_rows(0, 0), beam_size=2, max_length=5)
    assert found == [[4], [4]], f"the translations are {found}"
