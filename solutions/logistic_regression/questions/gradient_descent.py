"""Cases for gradient descent: what it returns, each of its steps, and when it stops.

Steps and losses may follow from the student's own gradient and loss, asked in another process, so
that an error in these functions is penalised only once.
"""

import numpy as np
import torch

from checks import (
    as_shaped,
    elsewhere,
    expect_any,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    or_replaced,
    rng,
    test_case,
)
from oracle import (
    LOSS_AND_GRADIENT,
    descent,
    expect_losses,
    expect_start_kept,
    fault_of_losses,
    point_gradients,
    right_functions,
    smallest_loss,
    torch_loss,
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


@test_case(
    points=1,
    hidden=True,
    failure_message="A step must go downhill by the learning rate times your own gradient, taken "
    "at the weights before the step.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def steps_against_the_gradient(gradient_descent, gradient):
    X, t = draw_overlapping()
    w0 = rng("w0").normal(size=3)
    path, losses = descend(gradient_descent, X, t, 0.7, w0=w0, max_epochs=6, tolerance=0.0)
    assert len(losses) == 6, f"max_epochs is 6, but there are {len(losses)} losses"
    expect_own_rows(path, w0)
    expect_close(path[0], w0, name="the first row of the path")

    def are_right():
        for step in range(6):
            wanted = path[step] - 0.7 * point_gradients(path[step], X, t).mean(axis=0)
            what = f"the weights after step {step + 1}, given the weights before it,"
            expect_close(path[step + 1], wanted, rtol=1e-5, atol=1e-6, name=what)

    expect_any(are_right, lambda: expect_own_slopes(gradient, path, range(6), 0.7, X, t))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] must be your own loss at path[e], the weights before the step of "
    "epoch e.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def notes_the_loss_before_each_step(gradient_descent, negative_log_likelihood):
    X, t = draw_overlapping()
    w0 = rng("w0").normal(size=3)
    path, losses = descend(gradient_descent, X, t, 0.9, w0=w0, max_epochs=5, tolerance=0.0)
    assert len(losses) == 5, f"max_epochs is 5, but there are {len(losses)} losses"
    expect_own_rows(path, w0)
    expect_losses(
        losses, path[:-1], X, t, negative_log_likelihood,
        lambda: fault_of_losses(losses, path[:-1], path[1:], X, t),
    )  # fmt: skip


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The descent must stop after the first epoch whose loss differs from the loss "
    "of the previous epoch by less than the tolerance.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
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
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def goes_on_when_the_loss_goes_up(gradient_descent):
    X, t = draw_overlapping()
    X[1:10:2], t[1:10:2] = X[:10:2], 1 - t[:10:2]  # no line separates these pairs
    X[:, :2] *= 3
    options = {"w0": [0.1, 0.0, 0.0], "max_epochs": 12}
    _, losses = descend(gradient_descent, X, t, 5.0, tolerance=0.0, **options)
    same = np.flatnonzero(np.abs(np.diff(losses)) < 1e-9)  # a loss of one's own may be flat
    wanted = int(same[0]) + 2 if len(same) else 12
    _, found = descend(gradient_descent, X, t, 5.0, tolerance=1e-9, **options)
    assert len(found) == wanted, (
        f"it stops after {len(found)} epochs, but it should stop after {wanted}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent must end after max_epochs epochs if the loss still changes.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def ends_after_the_largest_number_of_epochs(gradient_descent):
    for count in (7, 5):
        found = gradient_descent(
            *draw_overlapping(), 0.1, w0=[0.5, 0.5, 0.0], max_epochs=count, tolerance=0.0
        )
        losses = curve_of(found)
        assert len(losses) == count, f"with max_epochs={count} there are {len(losses)} losses"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent changes the starting weights w0 in place. They belong to the "
    "caller; work on a copy.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def leaves_the_starting_weights_alone(gradient_descent):
    w0 = rng("w0").normal(size=3)
    options = {"max_epochs": 4, "tolerance": 0.0}
    expect_start_kept(gradient_descent, *draw_overlapping(), w0, **options)


@test_case(
    points=0.25,
    hidden=True,
    after="steps_against_the_gradient",
    failure_message="After many epochs, the last weights are not at the minimum of the loss.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def finds_the_minimum(gradient_descent, gradient):
    X, t = draw_overlapping(N=60)
    path, _ = descend(
        gradient_descent, X, t, 0.5, w0=[0.0, 0.0, 0.0], max_epochs=600, tolerance=0.0
    )

    def is_at_the_minimum():
        reached = float(torch_loss(X, t)(torch.from_numpy(path[-1])))
        wanted = smallest_loss(X, t)
        expect_close(reached, wanted, rtol=0, atol=2e-3, name="the loss of the last weights")

    def follows_own_gradient():
        assert len(path) == 601, f"max_epochs is 600, but there are {len(path) - 1} steps"
        expect_own_slopes(gradient, path, range(0, 600, 29), 0.5, X, t)

    expect_any(is_at_the_minimum, follows_own_gradient)


@test_case(
    points=0.25,
    hidden=True,
    after="steps_against_the_gradient",
    failure_message="The descent fails or is wrong for a single epoch (max_epochs = 1).",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def works_for_a_single_epoch(gradient_descent, gradient):
    X, t = draw_overlapping()
    found = gradient_descent(X, t, 0.7, w0=[0.3, -0.4, 0.2], max_epochs=1, tolerance=0.0)
    losses = curve_of(found)
    assert len(losses) == 1, f"max_epochs is 1, but there are {len(losses)} losses"
    path = as_shaped(expect_parts(found, "path", "losses")[0], (2, 3), "path")
    wanted = descent(X, t, 0.7, path[0], max_epochs=1)[0]
    expect_any(
        lambda: expect_close(path, wanted, rtol=1e-5, atol=1e-6, name="path"),
        lambda: expect_own_slopes(gradient, path, [0], 0.7, X, t),
    )
