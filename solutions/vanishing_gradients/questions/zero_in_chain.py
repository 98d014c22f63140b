"""Cases for the gradients of a ReLU chain that are zero: patterns of random chains with biases."""

import numpy as np
import torch

from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "zero_in_chain"


def random_chain(K, generator):
    """Return the pattern of a random chain with biases, and which gradients are zero."""
    weights = generator.uniform(0.5, 2, K) * generator.choice([-1, 1], K)
    w = torch.from_numpy(weights).requires_grad_()
    z = torch.tensor(generator.uniform(0.5, 1.5), dtype=torch.float64)
    on = [True]
    for weight in w[:-1]:
        a = weight * z + float(generator.normal(0.5, 1.5))
        on.append(bool(a > 0))
        z = torch.relu(a)
    (gradient,) = torch.autograd.grad((w[-1] * z - 50.0) ** 2 / 2, w)
    return [*on, True], (gradient == 0).numpy()


def expect_zeros(zero_in_chain, on, zeros):
    """Fail unless the answer for a pattern is ``zeros``."""
    shown = "".join("01"[unit] for unit in on)
    found = zero_in_chain(on)
    expect_close(found, np.array(zeros), name=f"the answer for the pattern {shown}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="With all units on, no gradient is zero. There is one answer for each weight.",
)
def finds_no_zero_with_all_units_on(zero_in_chain):
    expect_zeros(zero_in_chain, [True] * 5, [False] * 4)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="In a chain of two weights whose only hidden unit is off, both gradients are "
    "zero.",
)
def finds_both_weights_of_a_unit_that_is_off(zero_in_chain):
    expect_zeros(zero_in_chain, [True, False, True], [True, True])


@test_case(
    points=0.75,
    hidden=True,
    failure_message="For a chain with one unit that is off, an answer is wrong. Which units are "
    "factors in the gradient of layer l, and which are not?",
)
def is_right_for_one_unit_that_is_off(zero_in_chain):
    for off in range(1, 5):
        on = [unit != off for unit in range(6)]
        expect_zeros(zero_in_chain, on, [layer <= off for layer in range(5)])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="An input of 0 makes the gradient of its weight zero, whatever the units are; "
    "with a bias behind it, it stops no other.",
)
def counts_an_input_of_zero(zero_in_chain):
    expect_zeros(zero_in_chain, [False, True, True, True], [True, False, False])
    expect_zeros(zero_in_chain, [False, True], [True])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For the pattern of a random chain, the answer differs from the zeros of its "
    "gradients.",
)
def matches_autograd_on_random_chains(zero_in_chain):
    generator = rng("chains")
    for _ in range(12):
        expect_zeros(zero_in_chain, *random_chain(int(generator.integers(1, 7)), generator))
