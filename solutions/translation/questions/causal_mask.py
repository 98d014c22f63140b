"""Cases for the causal mask: its shape, its diagonal, its two triangles."""

import numpy as np

from checks import expect_shape, test_case

OK_FORMAT = False
name = "causal_mask"


def forbidden(mask):
    """Return a mask as booleans; one of numbers forbids where it is minus infinity."""
    expect_shape(mask, np.shape(mask)[:1] * 2, "the mask", "(length, length)")
    values = np.asarray(mask)
    return values if values.dtype == bool else np.isneginf(values)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Of two positions, the first must not look at the second; everything else is "
    "allowed. True stands where looking is forbidden.",
)
def lets_the_second_of_two_look_at_both(causal_mask):
    found = forbidden(causal_mask(2)).tolist()
    assert found == [[False, True], [False, False]], f"the mask for two positions is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The mask of `length` positions must have the shape (length, length), also "
    "for a single one, which may look at itself.",
)
def works_for_a_single_position(causal_mask):
    found = forbidden(causal_mask(1)).tolist()
    assert found == [[False]], f"the mask for one position is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Every position must be allowed to look at itself and at all before it.",
)
def allows_all_that_is_not_later(causal_mask):
    mask = forbidden(causal_mask(9))
    shut = [(t, s) for t in range(9) for s in range(t + 1) if mask[t, s]]
    assert not shut, f"{len(shut)} allowed looks are forbidden, such as from {shut[0]}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="No position may look at a later one: a model would learn to copy the next "
    "token from its input.",
)
def forbids_all_that_is_later(causal_mask):
    mask = forbidden(causal_mask(9))
    open_ = [(t, s) for t in range(9) for s in range(t + 1, 9) if not mask[t, s]]
    assert not open_, f"{len(open_)} forbidden looks are allowed, such as from {open_[0]}"
