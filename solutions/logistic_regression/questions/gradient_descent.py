"""Cases for gradient descent: what it returns, each of its steps, and when it stops.

Steps and losses are compared with the student's own gradient and loss, so that an error in these
functions is penalised only once.
"""

from functools import partial

import numpy as np
import torch

from checks import (
    elsewhere,
    expect_any,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    rng,
    test_case,
)
from oracle import expect_start_kept, point_gradients, smallest_loss, torch_loss
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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="A step must go downhill by the learning rate times your own gradient, taken "
    "at the weights before the step.",
)
def steps_against_the_gradient(gradient_descent, gradient):
    X, t = draw_overlapping()
    w0 = rng("w0").normal(size=3)
    path, losses = descend(gradient_descent, X, t, 0.7, w0=w0, max_epochs=6, tolerance=0.0)
    assert len(losses) == 6, f"max_epochs is 6, but there are {len(losses)} losses"
    expect_close(path[0], w0, name="the first row of the path")
    own = elsewhere(gradient, at_least=0.0)
    for step in range(6):
        what = f"the weights after step {step + 1}, given the weights before it,"
        right = point_gradients(path[step], X, t).mean(axis=0)

        def expect(slope, step=step, what=what):
            wanted = path[step] - 0.7 * numbers(slope, "the gradient").reshape(-1)
            expect_close(path[step + 1], wanted, rtol=1e-5, atol=1e-6, name=what)

        def follows(step=step, expect=expect):
            assert own is not None, "there is no gradient"
            expect(own(path[step], X, t))

        expect_any(partial(expect, right), follows)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] must be your own loss at path[e], the weights before the step of "
    "epoch e.",
)
def notes_the_loss_before_each_step(gradient_descent, negative_log_likelihood):
    X, t = draw_overlapping()
    path, losses = descend(
        gradient_descent, X, t, 0.9, w0=rng("w0").normal(size=3), max_epochs=5, tolerance=0.0
    )
    assert len(losses) == 5, f"max_epochs is 5, but there are {len(losses)} losses"
    wanted = [float(np.squeeze(negative_log_likelihood(w, X, t))) for w in path[:-1]]
    expect_close(losses, np.array(wanted), rtol=1e-5, atol=1e-6, name="losses")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The descent must stop after the first epoch whose loss differs from the loss "
    "of the previous epoch by less than the tolerance.",
)
def stops_when_the_loss_hardly_changes(gradient_descent):
    X, t = draw_overlapping()
    options = {"w0": [0.8, -0.8, 0.5], "max_epochs": 400}
    _, losses = descend(gradient_descent, X, t, 0.4, tolerance=0.0, **options)
    changes = np.abs(np.diff(losses))
    for tolerance in (9.0, 5e-3, 2e-4):
        small = np.flatnonzero(changes < tolerance)
        wanted = int(small[0]) + 2 if len(small) else 400
        _, found = descend(gradient_descent, X, t, 0.4, tolerance=tolerance, **options)
        assert len(found) == wanted, (
            f"with the tolerance {tolerance:g}, it stops after {len(found)} epochs, but it should "
            f"stop after {wanted}"
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With a large learning rate, the loss sometimes increases. The descent must "
    "not stop there: a change of the loss counts by its size, up or down.",
)
def goes_on_when_the_loss_goes_up(gradient_descent):
    X, t = draw_overlapping()
    X[:, :2] *= 4
    _, losses = descend(
        gradient_descent, X, t, 5.0, w0=[0.1, 0.0, 0.0], max_epochs=12, tolerance=1e-9
    )
    assert len(losses) == 12, f"it stops after {len(losses)} epochs, but it should stop after 12"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent must end after max_epochs epochs if the loss still changes.",
)
def ends_after_the_largest_number_of_epochs(gradient_descent):
    for count in (1, 7):
        _, losses = descend(
            gradient_descent,
            *draw_overlapping(),
            0.1,
            w0=[0.5, 0.5, 0.0],
            max_epochs=count,
            tolerance=1e-9,
        )
        assert len(losses) == count, f"with max_epochs={count} there are {len(losses)} losses"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent changes the starting weights w0 in place. They belong to the "
    "caller; work on a copy.",
)
def leaves_the_starting_weights_alone(gradient_descent):
    w0 = rng("w0").normal(size=3)
    options = {"max_epochs": 4, "tolerance": 0.0}
    expect_start_kept(gradient_descent, *draw_overlapping(), w0, **options)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="After many epochs, the last weights are not at the minimum of the loss.",
)
def finds_the_minimum(gradient_descent):
    X, t = draw_overlapping(N=60)
    path, _ = descend(
        gradient_descent, X, t, 0.5, w0=[0.0, 0.0, 0.0], max_epochs=600, tolerance=0.0
    )
    reached = float(torch_loss(X, t)(torch.from_numpy(path[-1].astype(np.float64))))
    wanted = smallest_loss(X, t)
    expect_close(reached, wanted, rtol=0, atol=2e-3, name="the loss of the last weights")
