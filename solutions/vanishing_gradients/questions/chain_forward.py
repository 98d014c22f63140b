"""Cases for the forward pass of the chain and the derivatives of the activation functions."""

import numpy as np

from checks import expect_close, expect_parts, expect_shape, numbers, rng, test_case
from oracle import forward, logistic

OK_FORMAT = False
name = "chain_forward"


def expect_chain(chain_forward, x, weights, activation):
    """Fail unless the activations and outputs are right."""
    a, z = expect_parts(chain_forward(x, weights, activation), "a", "z")
    wanted_a, wanted_z = forward(x, weights, activation)
    expect_close(a, wanted_a, atol=1e-6, name=f"a of a {activation} chain")
    expect_close(z, wanted_z, atol=1e-6, name=f"z of a {activation} chain")


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The activations or outputs of a logistic chain are wrong. The hidden units "
    "are logistic; the output unit has the identity.",
)
def matches_random_logistic_chains(chain_forward):
    for K in (3, 6):
        expect_chain(chain_forward, 0.7, rng(f"{K}").normal(0, 2, K), "logistic")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The activations or outputs of a ReLU chain are wrong. A hidden unit that is "
    "off has the output 0; the output of the chain may be negative.",
)
def matches_random_relu_chains(chain_forward):
    for K in (3, 6):
        sizes = rng(f"{K}").uniform(0.5, 2, K)
        expect_chain(chain_forward, 0.7, sizes * np.where(np.arange(K) == K - 1, -1, 1), "relu")
        expect_chain(chain_forward, -0.7, sizes, "relu")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The derivative of the logistic function disagrees with finite differences. "
    "Write it in terms of the function, evaluated at the activation.",
)
def has_the_derivative_of_the_logistic_function(h_prime):
    a = rng("a").normal(0, 2, 9)
    wanted = (logistic(a + 1e-5) - logistic(a - 1e-5)) / 2e-5
    expect_close(h_prime(a, "logistic"), wanted, rtol=1e-4, atol=1e-6, name="h'")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The derivative of a ReLU is wrong. At exactly 0 it is taken as 0.",
)
def has_the_derivative_of_the_relu(h_prime):
    a = np.array([-3.0, -0.2, 0.0, 0.4, 5.0])
    expect_close(h_prime(a, "relu"), np.array([0, 0, 0, 1, 1.0]), name="h'")


@test_case(
    points=0.25,
    hidden=True,
    after="matches_random_logistic_chains",
    failure_message="The result for a chain with a single weight, or with a single hidden unit, is "
    "wrong. A chain with a single weight has no hidden unit.",
)
def works_for_a_single_weight(chain_forward):
    for activation in ("logistic", "relu"):
        for K in (1, 2):
            expect_chain(chain_forward, 0.7, rng(f"{K}").uniform(0.5, 2, K), activation)
