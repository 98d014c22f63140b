"""Public checks of zero_in_bipartite; the grader has more."""

import numpy as np

from checks import expect_close, expect_parts, test_case

OK_FORMAT = False
name = "zero_in_bipartite"


def full(*sizes):
    """Return a pattern with all units on."""
    return [np.ones(size, bool) for size in sizes]


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
