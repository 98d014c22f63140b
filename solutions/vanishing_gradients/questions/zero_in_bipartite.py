"""Cases for zero gradients in fully connected ReLU networks."""

import numpy as np

from checks import expect_close, expect_parts, rng, test_case
from oracle import forced_zeros

OK_FORMAT = False
name = "zero_in_bipartite"


def full(*sizes):
    """Return a pattern with all units on."""
    return [np.ones(size, bool) for size in sizes]


def draw_pattern(generator):
    """Return a random pattern; in some patterns a whole hidden layer is off."""
    sizes = generator.integers(1, 4, int(generator.integers(3, 9)))
    on = [generator.random(size) < 0.8 for size in sizes]
    on[-1][:] = True
    return on


def expect_zeros(zero_in_bipartite, on, zeros):
    """Fail unless the answer for a pattern is ``zeros``, an array for each layer of weights."""
    expect_same(on, zero_in_bipartite(on), zeros)


def expect_same(on, found, zeros):
    """Fail unless ``found``, the answer for a pattern, is ``zeros``."""
    shown = " ".join("".join("01"[int(unit)] for unit in units) for units in on)
    names = [f"layer {layer} for the pattern {shown}" for layer in range(1, len(on))]
    for answer, wanted, what in zip(expect_parts(found, *names), zeros, names, strict=True):
        expect_close(answer, wanted, name=what)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With all units on, no gradient is zero. The array of layer l has one row for "
    "each unit of layer l + 1 and one column for each unit of layer l.",
)
def finds_no_zero_with_all_units_on(zero_in_bipartite):
    zeros = [np.zeros(shape, bool) for shape in ((3, 2), (4, 3), (1, 4))]
    expect_zeros(zero_in_bipartite, full(2, 3, 4, 1), zeros)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With the second of two hidden units off, the gradients of the weights to and "
    "from this unit are zero, and no others.",
)
def finds_the_weights_at_a_unit_that_is_off(zero_in_bipartite):
    on = full(2, 2, 1)
    on[1][1] = False
    zeros = [np.array([[False, False], [True, True]]), np.array([[False, True]])]
    expect_zeros(zero_in_bipartite, on, zeros)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The answer is wrong when one unit of a hidden layer is off. Which paths to "
    "the output remain open?",
)
def passes_by_single_units_that_are_off(zero_in_bipartite):
    for layer in (1, 2, 3):
        on = full(2, 3, 3, 3, 1)
        on[layer][int(rng(f"{layer}").integers(3))] = False
        expect_zeros(zero_in_bipartite, on, forced_zeros(on, rng("weights")))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The answer is wrong when a whole hidden layer is off. No path leads through "
    "this layer. What does this mean for the weights before it and for the weights after it?",
)
def is_blocked_by_a_whole_layer_that_is_off(zero_in_bipartite):
    answers = []
    for layer in (1, 2, 3, 4):
        on = full(2, 3, 2, 4, 2, 2)
        on[layer][:] = False
        answers.append((on, zero_in_bipartite(on)))
    for on, found in answers:
        expect_same(on, found, forced_zeros(on, rng("weights")))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The answer is wrong when an input is 0, or when all inputs are 0. Units may "
    "have biases.",
)
def counts_inputs_of_zero(zero_in_bipartite):
    on = full(3, 2, 2, 1)
    on[0][1] = False
    expect_zeros(zero_in_bipartite, on, forced_zeros(on, rng("weights")))
    on[0][:] = False
    expect_zeros(zero_in_bipartite, on, forced_zeros(on, rng("weights")))


@test_case(
    points=1,
    hidden=True,
    failure_message="For a random pattern, the answer disagrees with automatic differentiation.",
)
def matches_autograd_on_random_patterns(zero_in_bipartite):
    generator = rng("patterns")
    for _ in range(15):
        on = draw_pattern(generator)
        expect_zeros(zero_in_bipartite, on, forced_zeros(on, generator))
