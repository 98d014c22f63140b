"""Public checks of gradient_norms; the grader has more."""

import numpy as np

from checks import expect_close, expect_own_or_replaced, expect_shape, numbers, rng, test_case

OK_FORMAT = False
name = "gradient_norms"


def draw(R=6, K=5):
    """Return the inputs, targets and weights of R chains with K weights."""
    xs, ts = rng("x").uniform(0.5, 1.5, R), rng("t").uniform(2, 3, R)
    return xs, ts, rng("w").uniform(0.5, 2, (R, K)) * rng("s").choice([-1, 1], (R, K))


def ones(owner):
    """Return a function in place of chain_gradients for a check that students have: all ones."""
    import numpy as np

    return {"chain_gradients": lambda x, t, weights, activation: np.ones(len(weights))}


def worked_by_hand(owner):
    """Return the gradients of the two chains that are worked by hand."""
    import numpy as np

    return {"chain_gradients": lambda x, t, weights, activation: x * np.array([1.0, 2.0, 2.0])}


@test_case(
    points=0.5,
    hidden=False,
    failure_message="norms_by_layer returns one number for each layer, norms_by_depth one number "
    "for each depth. No number is negative.",
)
def has_a_norm_for_each_layer_and_depth(norms_by_layer, norms_by_depth):
    def check():
        by_layer = norms_by_layer(*draw(), "logistic")
        by_depth = norms_by_depth(*draw(), "logistic", [5, 3])
        expect_shape(by_layer, (5,), "norms_by_layer", "(K,)")
        expect_shape(by_depth, (2,), "norms_by_depth", "(len(depths),)")
        assert (numbers(by_layer) >= 0).all(), "a norm by layer is negative"
        assert (numbers(by_depth) >= 0).all(), "a norm by depth is negative"

    expect_own_or_replaced(check, norms_by_layer, ones)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. Two ReLU chains with the "
    "weights (2, 1, 1), the inputs 3 and 4 and the targets 5 and 7 have the gradients (3, 6, 6) "
    "and (4, 8, 8). Their root mean squares are 3.5355, 7.0711 and 7.0711.",
)
def takes_the_root_of_the_mean_square(norms_by_layer):
    def check():
        weights = np.array([[2.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
        found = norms_by_layer(np.array([3.0, 4.0]), np.array([5.0, 7.0]), weights, "relu")
        expect_close(found, np.array([3.5355339, 7.0710678, 7.0710678]), name="the norms")

    expect_own_or_replaced(check, norms_by_layer, worked_by_hand)
