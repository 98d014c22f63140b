"""Public checks of chain_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_parts, expect_shape, numbers, test_case

OK_FORMAT = False
name = "chain_forward"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Return the K activations of layers 2 to K + 1 and the K + 1 outputs of layers "
    "1 to K + 1. The first output is the input.",
)
def returns_all_layers(chain_forward):
    a, z = expect_parts(chain_forward(0.5, np.array([1.0, 2.0, 3.0]), "logistic"), "a", "z")
    expect_shape(a, (3,), "a", "(K,)")
    expect_shape(z, (4,), "z", "(K + 1,)")
    expect_close(numbers(z)[0], 0.5, name="the first output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. A ReLU chain with the input 2 "
    "and the weights (3, 0.5, -1) has the activations (6, 3, -3) and the outputs (2, 6, 3, -3).",
)
def follows_a_chain_worked_by_hand(chain_forward):
    a, z = expect_parts(chain_forward(2.0, np.array([3.0, 0.5, -1.0]), "relu"), "a", "z")
    expect_close(a, np.array([6.0, 3.0, -3.0]), name="a")
    expect_close(z, np.array([2.0, 6.0, 3.0, -3.0]), name="z")
