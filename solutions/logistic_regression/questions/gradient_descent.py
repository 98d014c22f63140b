"""Cases for gradient descent: what it returns, each of its steps, and when it stops.

Steps and losses are compared with the student's own gradient and loss, so that an error in these
costs its points once.
"""

import numpy as np
import torch
from torch.nn import functional

from checks import (
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    rng,
    run_beside,
    test_case,
)

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


def kept(gradient_descent, X, t, w0):
    """Return the starting weights after a descent."""
    gradient_descent(X, t, 0.3, w0=w0, max_epochs=4, tolerance=0.0)
    return w0


def minimum(X, t):
    """Return the smallest loss, by Newton's method."""
    points, classes = torch.from_numpy(X), torch.from_numpy(t.astype(np.float64))

    def loss(w):
        return functional.binary_cross_entropy_with_logits(points @ w, classes)

    w = torch.zeros(X.shape[1], dtype=torch.float64)
    for _ in range(30):
        slope = torch.autograd.functional.jacobian(loss, w)
        curvature = torch.autograd.functional.hessian(loss, w)
        w = w - torch.linalg.solve(curvature + 1e-9 * torch.eye(len(w)), slope)
    return loss, float(loss(w))


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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="A step is not the learning rate times your own gradient at the weights "
    "before it, taken downhill.",
)
def steps_against_the_gradient(gradient_descent, gradient):
    X, t = draw()
    w0 = rng("w0").normal(size=3)
    path, losses = descend(gradient_descent, X, t, 0.7, w0=w0, max_epochs=6, tolerance=0.0)
    assert len(losses) == 6, f"six epochs were asked for, but there are {len(losses)} losses"
    expect_close(path[0], w0, name="the first row of the path")
    for step in range(6):
        wanted = path[step] - 0.7 * np.asarray(gradient(path[step], X, t)).reshape(-1)
        what = f"the path after step {step + 1}, going on from the row before,"
        expect_close(path[step + 1], wanted, rtol=1e-5, atol=1e-6, name=what)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] is not your own loss at path[e], the weights before the step of "
    "that epoch.",
)
def notes_the_loss_before_each_step(gradient_descent, negative_log_likelihood):
    X, t = draw()
    path, losses = descend(
        gradient_descent, X, t, 0.9, w0=rng("w0").normal(size=3), max_epochs=5, tolerance=0.0
    )
    assert len(losses) == 5, f"five epochs were asked for, but there are {len(losses)} losses"
    wanted = [float(np.squeeze(negative_log_likelihood(w, X, t))) for w in path[:-1]]
    expect_close(losses, np.array(wanted), rtol=1e-5, atol=1e-6, name="losses")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The descent does not stop after the first epoch whose loss differs from "
    "that of the epoch before by less than the tolerance.",
)
def stops_when_the_loss_hardly_changes(gradient_descent):
    X, t = draw()
    options = {"w0": [0.8, -0.8, 0.5], "max_epochs": 400}
    _, losses = descend(gradient_descent, X, t, 0.4, tolerance=0.0, **options)
    changes = np.abs(np.diff(losses))
    for tolerance in (9.0, 5e-3, 2e-4):
        small = np.flatnonzero(changes < tolerance)
        wanted = int(small[0]) + 2 if len(small) else 400
        _, found = descend(gradient_descent, X, t, 0.4, tolerance=tolerance, **options)
        assert len(found) == wanted, (
            f"with the tolerance {tolerance:g} it stops after {len(found)} epochs; the first "
            f"change below that leads to epoch {wanted}"
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With a large learning rate the loss goes up at times, and the descent ends "
    "there. A change counts by its size, whether it is up or down.",
)
def goes_on_when_the_loss_goes_up(gradient_descent):
    X, t = draw()
    X[:, :2] *= 4
    _, losses = descend(
        gradient_descent, X, t, 5.0, w0=[0.1, 0.0, 0.0], max_epochs=12, tolerance=1e-9
    )
    assert len(losses) == 12, f"it stops after {len(losses)} epochs, not after twelve"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent does not end after max_epochs where the loss still changes.",
)
def ends_after_the_largest_number_of_epochs(gradient_descent):
    for count in (1, 7):
        _, losses = descend(
            gradient_descent, *draw(), 0.1, w0=[0.5, 0.5, 0.0], max_epochs=count, tolerance=1e-9
        )
        assert len(losses) == count, f"with max_epochs={count} there are {len(losses)} losses"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The starting weights are changed in place. They belong to the caller; start "
    "from a copy.",
)
def leaves_the_starting_weights_alone(gradient_descent):
    w0 = rng("w0").normal(size=3)
    after = run_beside(kept, gradient_descent, *draw(), w0.copy())
    expect_close(after, w0, name="w0 after the descent")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="After many epochs, the last weights are not at the minimum of the loss.",
)
def finds_the_minimum(gradient_descent):
    X, t = draw(N=60)
    path, _ = descend(
        gradient_descent, X, t, 0.5, w0=[0.0, 0.0, 0.0], max_epochs=600, tolerance=0.0
    )
    loss, smallest = minimum(X, t)
    expect_close(
        loss(torch.from_numpy(path[-1].astype(np.float64))), smallest, rtol=0, atol=2e-3,
        name="the loss of the last weights",
    )  # fmt: skip
