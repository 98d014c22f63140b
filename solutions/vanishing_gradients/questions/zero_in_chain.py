"""Cases for zero gradients in a ReLU chain with biases."""

import numpy as np

from checks import expect_close, rng, test_case
from oracle import random_chain

OK_FORMAT = False
name = "zero_in_chain"


def expect_zeros(zero_in_chain, on, zeros):
    """Fail unless the answer for a pattern is ``zeros``."""
    shown = "".join("01"[unit] for unit in on)
    found = zero_in_chain(on)
    expect_close(found, np.array(zeros), name=f"the answer for the pattern {shown}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="With all units on, no gradient is zero. Return one boolean for each weight.",
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
    failure_message="The answer is wrong when one hidden unit is off. Which units contribute a "
    "factor to the gradient of layer l?",
)
def is_right_for_one_unit_that_is_off(zero_in_chain):
    for off in range(1, 5):
        on = [unit != off for unit in range(6)]
        expect_zeros(zero_in_chain, on, [layer <= off for layer in range(5)])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The answer is wrong when the input is 0. To which gradients does the input "
    "contribute a factor? Units may have biases.",
)
def counts_an_input_of_zero(zero_in_chain):
    expect_zeros(zero_in_chain, [False, True, True, True], [True, False, False])
    expect_zeros(zero_in_chain, [False, True], [True])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For the pattern of a random chain, the answer disagrees with automatic "
    "differentiation.",
)
def matches_autograd_on_random_chains(zero_in_chain):
    generator = rng("chains")
    for _ in range(12):
        expect_zeros(zero_in_chain, *random_chain(int(generator.integers(1, 7)), generator))
