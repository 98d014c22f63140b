"""Public checks of gradient_descent; the grader has more."""

import numpy as np

from checks import expect_close, expect_finite, expect_parts, expect_shape, numbers, test_case
from support import draw_overlapping

OK_FORMAT = False
name = "gradient_descent"


def descend(gradient_descent, *arguments, **options):
    """Return path and losses; fail unless their shapes match."""
    found = gradient_descent(*arguments, **options)
    path, losses = expect_parts(found, "path", "losses")
    losses = numbers(losses).astype(float).reshape(-1)
    expect_shape(path, (len(losses) + 1, len(options["w0"])), "path", "(E + 1, D)")
    expect_finite(path, "path")
    return numbers(path), losses


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path must have one row more than there are losses: first w0, then the "
    "weights after every step.",
)
def starts_its_path_at_w0(gradient_descent):
    w0 = [0.4, -0.2, 0.1]
    path, losses = descend(
        gradient_descent, *draw_overlapping(), 0.1, w0=w0, max_epochs=3, tolerance=0.0
    )
    assert len(losses) == 3, f"max_epochs is 3, but there are {len(losses)} losses"
    expect_close(path[0], np.array(w0), name="the first row of the path")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With a small learning rate, the loss must fall from epoch to epoch.",
)
def goes_down(gradient_descent):
    _, losses = descend(
        gradient_descent,
        *draw_overlapping(),
        0.05,
        w0=[0.5, 0.5, 0.5],
        max_epochs=20,
        tolerance=0.0,
    )
    assert (np.diff(losses) < 0).all(), f"the losses are {np.round(losses, 4).tolist()}"
