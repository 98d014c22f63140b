"""Public checks of chain_gradients; the grader has more."""

import numpy as np

from checks import expect_close, expect_own_or_replaced, expect_shape, test_case

OK_FORMAT = False
name = "chain_gradients"


def ones(owner):
    """Return functions in place of part a for a check that students have: all numbers are 1."""
    import numpy as np

    def chain_forward(x, weights, activation):
        return np.ones(len(weights)), np.ones(len(weights) + 1)

    def h_prime(a, activation):
        return np.ones_like(np.array(a, float))

    return {"h_prime": h_prime, "chain_forward": chain_forward}


def worked_by_hand(owner):
    """Return the numbers of part a for the chain that is worked by hand; all units are on."""
    import numpy as np

    def chain_forward(x, weights, activation):
        return np.array([6.0, 3.0, 6.0]), np.array([2.0, 6.0, 3.0, 6.0])

    def h_prime(a, activation):
        return np.ones_like(np.array(a, float))

    return {"h_prime": h_prime, "chain_forward": chain_forward}


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Return one number for each weight.",
)
def has_a_gradient_for_each_weight(chain_gradients):
    def check():
        for K in (3, 4):
            expect_shape(chain_gradients(0.5, 1.0, np.ones(K), "logistic"), (K,), "the gradient")

    expect_own_or_replaced(check, chain_gradients, ones)


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. A ReLU chain with the input 2, "
    "the weights (3, 0.5, 2) and the target 5 has the output 6 and the gradients (2, 12, 3).",
)
def matches_a_chain_worked_by_hand(chain_gradients):
    def check():
        found = chain_gradients(2.0, 5.0, np.array([3.0, 0.5, 2.0]), "relu")
        expect_close(found, np.array([2.0, 12.0, 3.0]), name="the gradient")

    expect_own_or_replaced(check, chain_gradients, worked_by_hand)
