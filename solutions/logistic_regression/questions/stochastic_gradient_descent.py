"""Cases for stochastic gradient descent, judged by the path of the weights.

In most cases, each point has a feature of its own, so a step shows which point it used. An error
in the student's own gradient or loss is penalised only once.
"""

import numpy as np

from autograder.examine.thresholds import data_size
from checks import (
    attach_figure,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    record,
    rng,
    test_case,
)
from data import logistic_points
from oracle import (
    curves_figure,
    expect_start_kept,
    mean_loss,
    point_gradients,
    points_used,
    right_or_carried,
)
from support import RATES, as_curves

OK_FORMAT = False
name = "stochastic_gradient_descent"


def draw(N=12, shared=2):
    """Return points and classes; feature n is 1 for point n alone, the last ones are shared."""
    X = np.concatenate([np.eye(N), rng("X").normal(size=(N, shared))], axis=1)
    return X, rng("t").permutation(np.arange(N) % 2)


def descend(function, X, t, eta, **options):
    """Return path and losses; fail unless every epoch has one step per point."""
    path, losses = expect_parts(function(X, t, eta, **options), "path", "losses")
    N, epochs = len(t), options["num_epochs"]
    expect_shape(path, (epochs * N + 1, X.shape[1]), "path", "(num_epochs * N + 1, D)")
    expect_finite(path, "path")
    return numbers(path).astype(float), numbers(losses).astype(float).reshape(-1)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path must have one row for the start and one for each step, with N steps "
    "in each epoch. There must be one loss for each epoch.",
)
def makes_one_step_for_each_point(stochastic_gradient_descent):
    X, t = draw()
    w0 = rng("w0").normal(size=14)
    path, losses = descend(stochastic_gradient_descent, X, t, 0.1, w0=w0, num_epochs=3, seed=0)
    expect_shape(losses, (3,), "losses", "(num_epochs,)")
    expect_close(path[0], w0, name="the first row of the path")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After several epochs with a small learning rate, the loss must be clearly "
    "lower than before.",
)
def goes_down(stochastic_gradient_descent):
    X, t = draw()
    _, losses = descend(
        stochastic_gradient_descent, X, t, 0.1, w0=np.zeros(14), num_epochs=20, seed=0
    )
    assert losses[-1] < 0.9 * losses[0], f"the losses are {np.round(losses, 4).tolist()}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each epoch must use each point exactly once.",
)
def uses_each_point_once_per_epoch(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(stochastic_gradient_descent, X, t, 0.3, w0=np.zeros(14), num_epochs=4, seed=2)
    for epoch, used in enumerate(points_used(path, 12).reshape(4, 12), 1):
        assert sorted(used) == list(range(12)), f"epoch {epoch} uses the points {used.tolist()}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each epoch must use the points in a new random order: shuffle at the start of "
    "every epoch.",
)
def shuffles_in_every_epoch(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(stochastic_gradient_descent, X, t, 0.3, w0=np.zeros(14), num_epochs=4, seed=3)
    epochs = [tuple(used) for used in points_used(path, 12).reshape(4, 12).tolist()]
    assert epochs[0] != tuple(range(12)), "the first epoch uses the points in the order of X"
    assert len(set(epochs)) == 4, "two epochs use the points in the same order"


@test_case(
    points=1.25,
    hidden=True,
    failure_message="Each step must go downhill by the learning rate times the gradient of the "
    "loss of its one point, taken at the weights before the step. Look for factors such as 1/N.",
)
def steps_down_the_gradient_of_one_point(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(
        stochastic_gradient_descent, X, t, 0.4, w0=rng("w0").normal(size=14), num_epochs=2, seed=4
    )
    used = points_used(path, 12)
    found = -np.diff(path, axis=0) / 0.4
    points = [(w, X[n : n + 1], t[n : n + 1]) for w, n in zip(path[:-1], used, strict=True)]
    wanted = np.concatenate([point_gradients(*point) for point in points])
    wanted = right_or_carried(stochastic_gradient_descent, "gradient", points, found, wanted)
    what = "the steps divided by minus the learning rate (one row per step)"
    expect_close(found, wanted, rtol=1e-4, atol=1e-6, name=what)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] must be the mean loss of all points, at the weights before the "
    "first step of epoch e.",
)
def notes_the_loss_of_all_points(stochastic_gradient_descent):
    X, t = draw()
    path, losses = descend(
        stochastic_gradient_descent, X, t, 0.6, w0=rng("w0").normal(size=14), num_epochs=4, seed=5
    )
    expect_shape(losses, (4,), "losses", "(num_epochs,)")
    starts = [(path[12 * epoch], X, t) for epoch in range(4)]
    wanted = np.array([mean_loss(*start) for start in starts])
    wanted = right_or_carried(
        stochastic_gradient_descent, "negative_log_likelihood", starts, losses, wanted
    )
    expect_close(losses, wanted, rtol=1e-5, atol=1e-6, name="losses")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The seed must determine the order of the points: the same seed always gives "
    "the same path, and another seed gives another path.",
)
def follows_the_seed(stochastic_gradient_descent):
    X, t = draw()
    options = {"w0": np.zeros(14), "num_epochs": 2}
    first, again, other = (
        descend(stochastic_gradient_descent, X, t, 0.3, seed=seed, **options)[0]
        for seed in (6, 6, 7)
    )
    expect_close(again, first, name="the path of a second run with the same seed")
    assert not np.array_equal(first, other), "two seeds give the same path"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The descent changes the starting weights w0 in place. They belong to the "
    "caller; work on a copy.",
)
def leaves_the_starting_weights_alone(stochastic_gradient_descent):
    w0 = rng("w0").normal(size=14)
    expect_start_kept(stochastic_gradient_descent, *draw(), w0, num_epochs=2, seed=1)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A curve of compare_sgd_learning_rates differs from the losses of your own "
    "stochastic_gradient_descent with the same w0, num_epochs and seed.",
)
def compares_learning_rates_with_equal_settings(
    compare_sgd_learning_rates, stochastic_gradient_descent
):
    X, t = draw()
    etas, options = (0.9, 0.2, 0.03), {"w0": [0.1] * 14, "num_epochs": 5, "seed": 8}
    curves = as_curves(compare_sgd_learning_rates(X, t, etas, **options))
    assert list(curves) == list(etas), f"the learning rates are {list(curves)}, not {list(etas)}"
    for eta, losses in curves.items():
        _, wanted = descend(stochastic_gradient_descent, X, t, eta, **options)
        what = f"the curve for the learning rate {eta:g}"
        expect_close(numbers(losses).reshape(-1), wanted, name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="By default, there must be five curves. On the 200 points, the loss for the "
    "learning rate 0.01 must fall quickly.",
)
def compares_the_five_rates_on_the_points(compare_sgd_learning_rates):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = as_curves(compare_sgd_learning_rates(loaded.X, loaded.t, num_epochs=25))
    assert sorted(curves, reverse=True) == list(RATES), f"the learning rates are {list(curves)}"
    for eta, losses in curves.items():
        curves[eta] = numbers(losses).reshape(-1)
        expect_shape(curves[eta], (25,), f"the curve for the learning rate {eta:g}")
        record(f"median loss of the last ten epochs for {eta:g}", np.median(curves[eta][-10:]))
    attach_figure("Stochastic gradient descent: loss over the epochs", curves_figure(curves))
    last = float(curves[0.01][-1])
    assert last < 0.45, f"the loss for the learning rate 0.01 is {last:.3f} after 24 epochs"
