"""Cases for the gradients of the chain, compared with automatic differentiation."""

import numpy as np

from checks import (
    expect_close,
    expect_finite,
    expect_own_or_replaced,
    expect_shape,
    numbers,
    rng,
    test_case,
)
from oracle import chain_slopes, right_functions

OK_FORMAT = False
name = "chain_gradients"


def draw(K):
    """Return an input, a target and K weights with sizes from 0.5 to 2 and random signs."""
    weights = rng("w").uniform(0.5, 2, K) * rng("signs").choice([-1.0, 1.0], K)
    return float(rng("x").uniform(0.5, 1.5)), float(rng("t").uniform(2, 3)), weights


def with_right_chain(check, chain_gradients):
    """Fail unless ``check()`` passes, perhaps with right functions of part a."""
    names = "h_prime", "chain_forward"
    expect_own_or_replaced(check, chain_gradients, right_functions, [names])


def expect_gradients(chain_gradients, x, t, weights, activation, layers=slice(None)):
    """Fail unless the gradients of ``layers`` agree with autograd, for a right part a at least."""

    def check():
        found = chain_gradients(x, t, weights.copy(), activation)
        expect_shape(found, (len(weights),), "the gradient", "(K,)")
        expect_finite(found, "the gradient")
        wanted = chain_slopes(x, t, weights, activation)[layers]
        what = f"the gradient of a {activation} chain"
        expect_close(numbers(found)[layers], wanted, rtol=1e-4, atol=1e-7, name=what)

    with_right_chain(check, chain_gradients)


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


@test_case(
    points=1,
    hidden=True,
    failure_message="The gradient of the last weight is wrong. Only the output unit follows this "
    "weight, and its activation function is the identity.",
)
def matches_autograd_in_the_last_layer(chain_gradients):
    expect_gradients(chain_gradients, *draw(5), "logistic", slice(-1, None))


@test_case(
    points=1,
    hidden=True,
    failure_message="The gradient of the second last weight is wrong. It has one weight and one "
    "derivative as factors: which?",
)
def matches_autograd_in_the_layer_before(chain_gradients):
    expect_gradients(chain_gradients, *draw(5), "logistic", slice(-2, -1))


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The gradients are wrong in some layer of a logistic chain. How many weights "
    "and how many derivatives follow the weight of layer l, and at which activations?",
)
def matches_autograd_in_all_logistic_layers(chain_gradients):
    for K in (3, 7):
        expect_gradients(chain_gradients, *draw(K), "logistic")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of a ReLU chain are wrong when all units are on.",
)
def matches_autograd_with_all_relus_on(chain_gradients):
    x, t, weights = draw(6)
    expect_gradients(chain_gradients, x, t, np.abs(weights), "relu")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of a ReLU chain are wrong when a unit is off. Its derivative "
    "and its output are both 0.",
)
def matches_autograd_with_a_relu_off(chain_gradients):
    for off in (0, 2):
        x, t, weights = draw(5)
        weights = np.abs(weights)

        def check(x=x, t=t, weights=weights):
            all_on = numbers(chain_gradients(abs(x), t, weights.copy(), "relu"))
            assert all_on.any(), "the gradients are zero although every unit is on"

        with_right_chain(check, chain_gradients)
        weights[off] *= -1
        expect_gradients(chain_gradients, x, t, weights, "relu")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient of a chain with a single weight is wrong. Such a chain has no "
    "hidden unit.",
)
def works_for_a_single_weight(chain_gradients):
    for activation in ("logistic", "relu"):
        x, t, weights = draw(1)
        expect_gradients(chain_gradients, -x, t, weights, activation)
