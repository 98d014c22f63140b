"""Public checks of CustomLSTM; the grader has more."""

import torch

from checks import expect_shape, numbers, rng, test_case
from support import draw_tokens

OK_FORMAT = False
name = "CustomLSTM"


@test_case(
    points=0,
    hidden=False,
    failure_message="Your network must map tokens of shape (B, T) to probabilities of shape "
    "(B, 1), as SimpleLSTM does.",
)
def gives_a_probability_for_each_row(CustomLSTM):
    matrix = torch.from_numpy(rng("matrix").normal(size=(11, 5))).float()
    outputs = numbers(CustomLSTM(matrix)(draw_tokens(4, 6)), "the output")
    expect_shape(outputs, (4, 1), "the output", "(B, 1)")
    assert outputs.min() >= 0, "an output is negative"
    assert outputs.max() <= 1, "an output is larger than one"
