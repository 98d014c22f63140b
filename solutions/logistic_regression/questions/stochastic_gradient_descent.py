"""Cases for stochastic gradient descent, judged by the path it takes.

Each point of most data sets here has a feature of its own, so that a step tells which point it
was made for. An error in the student's own gradient or loss costs its points once.
"""

import numpy as np
from otter.test_files import test_case

from autograder.examine.thresholds import data_size
from checks import (
    attach_figure,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    record,
    rng,
    run_beside,
)
from data import logistic_points

OK_FORMAT = False
name = "stochastic_gradient_descent"

RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def draw(N=12, shared=2):
    """Return points that know who they are: feature n is 1 for point n alone, others are shared."""
    X = np.concatenate([np.eye(N), rng("X").normal(size=(N, shared))], axis=1)
    return X, rng("t").permutation(np.arange(N) % 2)


def descend(function, X, t, eta, **options):
    """Return path and losses; fail unless there is one step for each point and epoch."""
    path, losses = expect_parts(function(X, t, eta, **options), "path", "losses")
    N, epochs = len(t), options["num_epochs"]
    expect_shape(path, (epochs * N + 1, X.shape[1]), "path", "(num_epochs * N + 1, D)")
    expect_finite(path, "path")
    return np.asarray(path, np.float64), np.asarray(losses, np.float64).reshape(-1)


def order(path, N):
    """Return which point each step was made for; fail where a step was made for several."""
    moved = np.abs(np.diff(path[:, :N], axis=0))
    users = (moved > 1e-6).sum(axis=1)
    for step, count in enumerate(users, 1):
        assert count > 0, f"step {step} does not move the weight that only one point has"
        assert count == 1, f"step {step} is made for {count} points at once"
    return moved.argmax(axis=1)


def error(w, X, t):
    """Return the gradient of one point's loss."""
    return (0.5 + 0.5 * np.tanh(X @ w / 2) - t) * X


def loss(w, X, t):
    """Return the mean loss of all points."""
    a = X @ w
    return np.mean(np.logaddexp(0, a) - t * a)


def own_results(stochastic_gradient_descent, name, calls):
    """Return what the student's own gradient or loss gives for each call, or None."""
    space = dict(stochastic_gradient_descent.__globals__)
    for value in list(space.values()):  # it may be used as an attribute of its module
        if type(value).__name__ == "module" and value.__name__ == "logistic_regression":
            space = {**vars(value), **space}
    try:
        return [space[name](*arguments) for arguments in calls]
    except Exception:
        return None


def right_or_carried(function, name, calls, found, wanted):
    """Return ``wanted``, or what the student's own function gives if that is what was found."""
    own = run_beside(own_results, function, name, calls)
    if own is None:
        return wanted
    own = np.array([np.asarray(value, np.float64).reshape(-1) for value in own])
    own = own.reshape(wanted.shape) if own.size == wanted.size else wanted
    return own if np.allclose(found, own, rtol=1e-4, atol=1e-6) else wanted


def kept(function, X, t, w0):
    """Return the starting weights after a descent."""
    function(X, t, 0.3, w0=w0, num_epochs=2, seed=1)
    return w0


def figure_of(curves):
    """Return a figure of the curves, made by us for the report."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel="negative log-likelihood (nats per point)")
    for eta, losses in curves.items():
        axes.plot(np.asarray(losses).reshape(-1), label=f"η = {float(eta):g}", linewidth=1)
    if curves:
        axes.legend(fontsize=8)
    return figure


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path has a row for the start and one for each step, N steps in each "
    "epoch; there is one loss for each epoch.",
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
    failure_message="After some epochs with a small learning rate the loss must be clearly lower "
    "than before.",
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
    failure_message="An epoch does not use each point exactly once.",
)
def uses_each_point_once_per_epoch(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(stochastic_gradient_descent, X, t, 0.3, w0=np.zeros(14), num_epochs=4, seed=2)
    for epoch, used in enumerate(order(path, 12).reshape(4, 12), 1):
        assert sorted(used) == list(range(12)), f"epoch {epoch} uses the points {used.tolist()}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The points must come in a new random order in every epoch: shuffle at the "
    "start of each epoch, not once and not never.",
)
def shuffles_in_every_epoch(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(stochastic_gradient_descent, X, t, 0.3, w0=np.zeros(14), num_epochs=4, seed=3)
    epochs = [tuple(used) for used in order(path, 12).reshape(4, 12).tolist()]
    assert epochs[0] != tuple(range(12)), "the first epoch takes the points in the order of X"
    assert len(set(epochs)) == 4, "two epochs take the points in the same order"


@test_case(
    points=1.25,
    hidden=True,
    failure_message="A step is not the learning rate times the gradient of the loss of its one "
    "point, downhill, at the weights before the step. Look for factors such as 1/N.",
)
def steps_down_the_gradient_of_one_point(stochastic_gradient_descent):
    X, t = draw()
    path, _ = descend(
        stochastic_gradient_descent, X, t, 0.4, w0=rng("w0").normal(size=14), num_epochs=2, seed=4
    )
    used = order(path, 12)
    found = -np.diff(path, axis=0) / 0.4
    wanted = np.array([error(w, X[n], t[n]) for w, n in zip(path[:-1], used, strict=True)])
    calls = [(w, X[n : n + 1], t[n : n + 1]) for w, n in zip(path[:-1], used, strict=True)]
    wanted = right_or_carried(stochastic_gradient_descent, "gradient", calls, found, wanted)
    what = "the gradient behind the steps (a row for each)"
    expect_close(found, wanted, rtol=1e-4, atol=1e-6, name=what)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] is not the mean loss of all points, at the weights before the first "
    "step of epoch e.",
)
def notes_the_loss_of_all_points(stochastic_gradient_descent):
    X, t = draw()
    path, losses = descend(
        stochastic_gradient_descent, X, t, 0.6, w0=rng("w0").normal(size=14), num_epochs=4, seed=5
    )
    wanted = np.array([loss(path[12 * epoch], X, t) for epoch in range(4)])
    expect_shape(losses, (4,), "losses", "(num_epochs,)")
    calls = [(path[12 * epoch], X, t) for epoch in range(4)]
    wanted = right_or_carried(
        stochastic_gradient_descent, "negative_log_likelihood", calls, losses, wanted
    )
    expect_close(losses, wanted, rtol=1e-5, atol=1e-6, name="losses")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The seed does not decide the order: the same seed must give the same path "
    "each time, and another seed another one.",
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
    failure_message="The starting weights are changed in place. They belong to the caller; start "
    "from a copy.",
)
def leaves_the_starting_weights_alone(stochastic_gradient_descent):
    w0 = rng("w0").normal(size=14)
    after = run_beside(kept, stochastic_gradient_descent, *draw(), w0.copy())
    expect_close(after, w0, name="w0 after the descent")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The curves of compare_sgd_learning_rates are not the losses of your own "
    "stochastic_gradient_descent, with the same start, epochs and seed for every learning rate.",
)
def compares_learning_rates_with_equal_settings(
    compare_sgd_learning_rates, stochastic_gradient_descent
):
    X, t = draw()
    etas, options = (0.9, 0.2, 0.03), {"w0": [0.1] * 14, "num_epochs": 5, "seed": 8}
    curves = compare_sgd_learning_rates(X, t, etas, **options)
    assert isinstance(curves, dict), f"the result is a {type(curves).__name__}, not a dict"
    found = [float(eta) for eta in curves]
    assert found == list(etas), f"the rates are {found}, not {list(etas)}"
    for eta, losses in curves.items():
        _, wanted = descend(stochastic_gradient_descent, X, t, eta, **options)
        what = f"the curve for the learning rate {eta:g}"
        expect_close(np.asarray(losses).reshape(-1), wanted, name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On the points there must be five curves by default, and with the learning "
    "rate 0.01 stochastic gradient descent soon is far below its start.",
)
def compares_the_five_rates_on_the_points(compare_sgd_learning_rates):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = compare_sgd_learning_rates(loaded.X, loaded.t, num_epochs=25)
    found = sorted((float(eta) for eta in curves), reverse=True)
    assert found == list(RATES), f"the rates are {found}"
    for eta, losses in curves.items():
        expect_shape(np.asarray(losses).reshape(-1), (25,), f"the curve for {eta:g}")
        record(f"median loss of the last ten epochs for {eta:g}", float(np.median(losses[-10:])))
    attach_figure("Stochastic gradient descent: loss over the epochs", figure_of(curves))
    last = float(np.squeeze(curves[0.01][-1]))
    assert last < 0.45, f"the loss for the learning rate 0.01 is {last:.3f} after 24 epochs"
