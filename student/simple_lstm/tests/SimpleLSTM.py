"""Public checks of SimpleLSTM; the grader has more."""

import torch

from checks import expect_close, expect_dtype, expect_shape, test_case
from support import SIZES, draw_tokens, network_with

OK_FORMAT = False
name = "SimpleLSTM"

CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # float32 sums over ten steps are right to about 1e-6


@test_case(
    points=0.5,
    hidden=False,
    failure_message="SimpleLSTM must map tokens of shape (B, T) to numbers of shape (B, 1).",
)
def gives_one_number_for_each_row(SimpleLSTM):
    outputs = SimpleLSTM(*SIZES)(draw_tokens(3, 6))
    expect_shape(outputs, (3, 1), "the output", "(B, 1)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="If all parameters are zero except the bias of the linear layer, which is "
    "log 3, the probability must be 3/4 for every row.",
)
def gives_a_probability(SimpleLSTM):
    model = network_with(SimpleLSTM, {"bias": torch.tensor([3.0]).log()})
    expect_close(model(draw_tokens(4, 3)), torch.full((4, 1), 0.75), **CLOSE, name="the output")


@test_case(
    points=1,
    hidden=False,
    failure_message="SimpleLSTM(1, 10, 32, 2, 0, 0) with all parameters equal to 0.1 must give "
    "0.96426 for 50 rows of 200 zeros. Check which layer and which time step the linear layer "
    "reads.",
)
def agrees_with_the_known_answer(SimpleLSTM):
    model = SimpleLSTM(1, 10, 32, 2, 0.0, 0.0)
    state = {key: torch.full_like(value, 0.1) for key, value in model.state_dict().items()}
    model.load_state_dict(state)
    outputs = model(torch.zeros(50, 200, dtype=torch.int64))
    expect_close(outputs, torch.full((50, 1), 0.96426), atol=1e-5, name="the output")
