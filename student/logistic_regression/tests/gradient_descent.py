"""Public checks of gradient_descent; the grader has more."""

import numpy as np

from checks import (
    elsewhere,
    expect_any,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    or_replaced,
    test_case,
)
from support import curve_of, draw_overlapping, expect_own_rows, follows, linear_loss

OK_FORMAT = False
name = "gradient_descent"


def descend(gradient_descent, *arguments, **options):
    """Return path and losses; fail unless their shapes match."""
    found = gradient_descent(*arguments, **options)
    path, losses = expect_parts(found, "path", "losses")[0], curve_of(found)
    expect_shape(path, (len(losses) + 1, len(options["w0"])), "path", "(E + 1, D)")
    expect_finite(path, "path")
    return numbers(path).astype(float), losses


def expect_own_slopes(gradient, path, steps, eta, X, t):
    """Fail unless steps follow from the student's own gradient, asked in another process."""
    own = elsewhere(gradient, at_least=0.0)
    assert own is not None, "there is no gradient"
    agrees = follows(path, steps, eta, lambda w: [own(w, X, t)])
    assert agrees, "the steps do not follow from your own gradient"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path must have one row more than there are losses: first w0, then the "
    "weights after every step.",
)
@or_replaced(linear_loss)
def starts_its_path_at_w0(gradient_descent):
    w0 = [0.4, -0.2, 0.1]
    path, losses = descend(
        gradient_descent, *draw_overlapping(), 0.1, w0=w0, max_epochs=5, tolerance=0.0
    )
    assert len(losses) == 5, f"max_epochs is 5, but there are {len(losses)} losses"
    expect_own_rows(path, w0)
    expect_close(path[0], np.array(w0), name="the first row of the path")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After 20 epochs with a small learning rate, the weights must be closer to the "
    "minimum of the loss, or the steps must follow from your own gradient. For the points of this "
    "check, the minimum is at (log 3, -log 2).",
)
@or_replaced(linear_loss)
def goes_down(gradient_descent, gradient):
    X = np.array([[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 3)
    t, w0 = np.array([1, 1, 1, 0, 1, 0, 0]), [-0.5, 0.6]
    path, _ = descend(gradient_descent, X, t, 0.4, w0=w0, max_epochs=20, tolerance=0.0)

    def comes_closer():
        before, after = (np.linalg.norm(w - np.log([3, 0.5])) for w in (w0, path[-1]))
        assert after < 0.95 * before, f"the distance was {before:.3f} and is {after:.3f}"

    def follows_own_gradient():
        expect_own_slopes(gradient, path, range(min(5, len(path) - 1)), 0.4, X, t)

    expect_any(comes_closer, follows_own_gradient)
