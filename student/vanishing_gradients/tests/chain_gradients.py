"""Public checks of chain_gradients; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, test_case

OK_FORMAT = False
name = "chain_gradients"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Return one number for each weight.",
)
def has_a_gradient_for_each_weight(chain_gradients):
    for K in (3, 4):
        expect_shape(chain_gradients(0.5, 1.0, np.ones(K), "logistic"), (K,), "the gradient")


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. A ReLU chain with the input 2, "
    "the weights (3, 0.5, 2) and the target 5 has the output 6 and the gradients (2, 12, 3).",
)
def matches_a_chain_worked_by_hand(chain_gradients):
    found = chain_gradients(2.0, 5.0, np.array([3.0, 0.5, 2.0]), "relu")
    expect_close(found, np.array([2.0, 12.0, 3.0]), name="the gradient")
