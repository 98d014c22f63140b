"""Cases for the causal mask: its shape, what it allows and what it forbids."""

import numpy as np

from checks import as_shaped, expect_shape, numbers, test_case

OK_FORMAT = False
name = "causal_mask"


def forbidden(mask, length):
    """Return a mask as booleans; a mask of numbers forbids where it is minus infinity."""
    values = numbers(mask, "the mask")
    values = values if values.dtype == bool else np.isneginf(values)
    return as_shaped(values, (length, length), "the mask")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For two positions, only one entry is forbidden: the first position must not "
    "attend to the second. True means forbidden.",
)
def lets_the_second_of_two_look_at_both(causal_mask):
    mask = causal_mask(2)
    expect_shape(mask, (2, 2), "the mask", "(length, length)")
    found = forbidden(mask, 2).tolist()
    assert found == [[False, True], [False, False]], f"the mask for two positions is {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Every position must be allowed to attend to itself and to all earlier "
    "positions.",
)
def allows_all_that_is_not_later(causal_mask):
    mask = forbidden(causal_mask(9), 9)
    shut = [(t, s) for t in range(9) for s in range(t + 1) if mask[t, s]]
    assert not shut, (
        f"{len(shut)} entries are forbidden that must be allowed, for example row {shut[0][0]}, "
        f"column {shut[0][1]}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="No position may attend to a later one. Otherwise the model learns to copy the "
    "next token from its input.",
)
def forbids_all_that_is_later(causal_mask):
    mask = forbidden(causal_mask(9), 9)
    open_ = [(t, s) for t in range(9) for s in range(t + 1, 9) if not mask[t, s]]
    assert not open_, (
        f"{len(open_)} entries are allowed that must be forbidden, for example row {open_[0][0]}, "
        f"column {open_[0][1]}"
    )


@test_case(
    points=0.25,
    hidden=True,
    after="lets_the_second_of_two_look_at_both",
    failure_message="causal_mask(1) must have the shape (1, 1), and the only position may attend "
    "to itself.",
)
def works_for_a_single_position(causal_mask):
    mask = causal_mask(1)
    expect_shape(mask, (1, 1), "the mask", "(length, length)")
    found = forbidden(mask, 1).tolist()
    assert found == [[False]], f"the mask for one position is {found}"
