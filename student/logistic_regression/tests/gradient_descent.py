"""Public checks of gradient_descent; the grader has more."""

import numpy as np

from checks import expect_close, expect_finite, expect_parts, expect_shape, rng, test_case

OK_FORMAT = False
name = "gradient_descent"


def draw(N=20, D=3):
    """Return points of two classes that overlap, as X and t."""
    t = rng("t").permutation(np.arange(N) % 2)
    X = rng("X").normal(size=(N, D)) + t[:, None]
    X[:, -1] = 1
    return X, t


def descend(gradient_descent, *arguments, **options):
    """Return path and losses; fail unless they fit together."""
    found = gradient_descent(*arguments, **options)
    path, losses = expect_parts(found, "path", "losses")
    losses = np.asarray(losses, np.float64).reshape(-1)
    expect_shape(path, (len(losses) + 1, len(options["w0"])), "path", "(E + 1, D)")
    expect_finite(path, "path")
    return np.asarray(path), losses


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path has one row more than there are losses: the weights before the "
    "first step, w0, and those after every step.",
)
def starts_its_path_at_w0(gradient_descent):
    w0 = [0.4, -0.2, 0.1]
    path, losses = descend(gradient_descent, *draw(), 0.1, w0=w0, max_epochs=3, tolerance=0.0)
    assert len(losses) == 3, f"three epochs were asked for, but there are {len(losses)} losses"
    expect_close(path[0], np.array(w0), name="the first row of the path")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With a small learning rate the loss must fall from epoch to epoch.",
)
def goes_down(gradient_descent):
    _, losses = descend(
        gradient_descent, *draw(), 0.05, w0=[0.5, 0.5, 0.5], max_epochs=20, tolerance=0.0
    )
    assert (np.diff(losses) < 0).all(), f"the losses are {np.round(losses, 4).tolist()}"
