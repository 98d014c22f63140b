"""Cases for zero gradients with complete layers of ReLUs: patterns of random networks."""

from itertools import pairwise

import numpy as np
import torch

from checks import expect_close, expect_parts, rng, test_case

OK_FORMAT = False
name = "zero_in_bipartite"


def forced(on, generator):
    """Return for a pattern which gradients autograd finds to be zero, with random weights.

    Biases put every hidden unit on the side that the pattern asks for.
    """
    z = torch.from_numpy(np.where(on[0], generator.uniform(0.5, 1.5, len(on[0])), 0.0))
    weights = [
        torch.from_numpy(generator.normal(size=(len(above), len(below)))).requires_grad_()
        for below, above in pairwise(on)
    ]
    for weight, units in zip(weights[:-1], on[1:-1], strict=True):
        sums = weight @ z
        wanted = np.where(units, 1.0, -1.0) * generator.uniform(0.5, 1.5, len(units))
        z = torch.relu(sums + (torch.from_numpy(wanted) - sums).detach())
    error = ((weights[-1] @ z - 50.0) ** 2).sum() / 2
    gradients = torch.autograd.grad(error, weights)
    return [(gradient == 0).numpy() for gradient in gradients]


def full(*sizes):
    """Return a pattern with all units on."""
    return [np.ones(size, bool) for size in sizes]


def draw_pattern(generator):
    """Return a random pattern; a whole hidden layer is off in some."""
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
    failure_message="With all units on, no gradient is zero. The answer for layer l has a row for "
    "each unit of layer l + 1 and a column for each unit of layer l.",
)
def finds_no_zero_with_all_units_on(zero_in_bipartite):
    zeros = [np.zeros(shape, bool) for shape in ((3, 2), (4, 3), (1, 4))]
    expect_zeros(zero_in_bipartite, full(2, 3, 4, 1), zeros)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With the second of two hidden units off, the weights to it and the weight "
    "from it have gradients of zero, the others do not.",
)
def finds_the_weights_at_a_unit_that_is_off(zero_in_bipartite):
    on = full(2, 2, 1)
    on[1][1] = False
    zeros = [np.array([[False, False], [True, True]]), np.array([[False, True]])]
    expect_zeros(zero_in_bipartite, on, zeros)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Single units that are off do more or less than they should. Other paths lead "
    "around a unit that is off, except for the weights at that unit itself.",
)
def passes_by_single_units_that_are_off(zero_in_bipartite):
    for layer in (1, 2, 3):
        on = full(2, 3, 3, 3, 1)
        on[layer][int(rng(f"{layer}").integers(3))] = False
        expect_zeros(zero_in_bipartite, on, forced(on, rng("weights")))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a whole hidden layer off, an answer is wrong. No path leads through that "
    "layer; what about the weights behind it?",
)
def is_blocked_by_a_whole_layer_that_is_off(zero_in_bipartite):
    answers = []
    for layer in (1, 2, 3, 4):
        on = full(2, 3, 2, 4, 2, 2)
        on[layer][:] = False
        answers.append((on, zero_in_bipartite(on)))
    for on, found in answers:
        expect_same(on, found, forced(on, rng("weights")))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="An input of 0 makes the gradients of its own weights zero, and no others.",
)
def counts_inputs_of_zero(zero_in_bipartite):
    on = full(3, 2, 2, 1)
    on[0][1] = False
    expect_zeros(zero_in_bipartite, on, forced(on, rng("weights")))
    on[0][:] = False
    expect_zeros(zero_in_bipartite, on, forced(on, rng("weights")))


@test_case(
    points=1,
    hidden=True,
    failure_message="For a random pattern, the answer differs from the zeros that automatic "
    "differentiation finds.",
)
def matches_autograd_on_random_patterns(zero_in_bipartite):
    generator = rng("patterns")
    for _ in range(15):
        on = draw_pattern(generator)
        expect_zeros(zero_in_bipartite, on, forced(on, generator))
