"""Cases for stochastic gradient descent, judged by the path of the weights.

In most cases, each point has a feature of its own, so a step shows which point it used. An error
in the student's own gradient or loss is penalised only once.
"""

import numpy as np

from autograder.examine.thresholds import data_size
from checks import (
    CannotJudge,
    attach_figure,
    elsewhere,
    expect_any,
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    or_replaced,
    record,
    rng,
    test_case,
)
from data import logistic_points
from oracle import (
    LOSS_AND_GRADIENT,
    curves_figure,
    expect_losses,
    expect_start_kept,
    fault_of_losses,
    fault_of_order,
    fault_of_steps,
    point_gradients,
    points_used,
    right_functions,
)
from support import (
    RATES,
    as_curves,
    curve_of,
    expect_own_rows,
    expect_same_losses,
    follows,
    linear_loss,
)

OK_FORMAT = False
name = "stochastic_gradient_descent"


def draw(N=12, shared=2):
    """Return points and classes; feature n is 1 for point n alone, the last ones are shared."""
    X = np.concatenate([np.eye(N), rng("X").normal(size=(N, shared))], axis=1)
    return X, rng("t").permutation(np.arange(N) % 2)


def draw_start(D=14):
    """Return starting weights, none of them 0."""
    return rng("w0").uniform(0.1, 0.5, D) * rng("signs").choice([-1.0, 1.0], D)


def descend(function, X, t, eta, **options):
    """Return path and losses; fail unless every epoch has one step per point."""
    found = function(X, t, eta, **options)
    path, losses = expect_parts(found, "path", "losses")[0], curve_of(found)
    N, epochs = len(t), options["num_epochs"]
    expect_shape(path, (epochs * N + 1, X.shape[1]), "path", "(num_epochs * N + 1, D)")
    expect_finite(path, "path")
    return numbers(path).astype(float), losses


def expect_own_steps(gradient, path, steps, eta, X, t):
    """Fail unless each step follows from the student's own gradient at a single point."""
    own = elsewhere(gradient, at_least=0.0)
    assert own is not None, "there is no gradient"

    def slopes(w):
        return [own(w, X[n : n + 1], t[n : n + 1]) for n in range(len(t))]

    assert follows(path, steps, eta, slopes), "the steps do not follow from your own gradient"


def expect_own_curves(curves, own, X, t, **options):
    """Fail unless each curve holds the losses of the student's ``own`` descent, asked elsewhere.

    Of a descent that ignores its seed, only the start and the length can be told in advance.
    """
    if own is None:
        raise CannotJudge("stochastic_gradient_descent cannot be asked in another process")
    for eta, found in curves.items():
        name = f"the curve for the learning rate {eta:g}"
        wanted, again = (curve_of(own(X, t, eta, **options)) for _ in range(2))
        losses = numbers(found, name).astype(float).reshape(-1)
        repeats = len(wanted) == len(again) and np.allclose(wanted, again, equal_nan=True)
        if not repeats:
            assert len(losses) == len(wanted), f"{name} has {len(losses)} epochs"
            losses, wanted = losses[:1], wanted[:1]
        expect_same_losses(losses, wanted, name)


def orders(function, seed):
    """Return which point each step used, one row for each of four epochs."""
    (X, t), w0 = draw(), draw_start()
    path, _ = descend(function, X, t, 0.3, w0=w0, num_epochs=4, seed=seed)
    expect_own_rows(path, w0)
    return points_used(path, X).reshape(4, 12)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The path must have one row for the start and one for each step, with N steps "
    "in each epoch. There must be one loss for each epoch.",
)
@or_replaced(linear_loss)
def makes_one_step_for_each_point(stochastic_gradient_descent):
    X, t = draw()
    w0 = draw_start()
    path, losses = descend(stochastic_gradient_descent, X, t, 0.1, w0=w0, num_epochs=3, seed=0)
    expect_shape(losses, (3,), "losses", "(num_epochs,)")
    expect_own_rows(path, w0)
    expect_close(path[0], w0, name="the first row of the path")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After several epochs with a small learning rate, the points must be on the "
    "right side of the line, clearly and on average, or the steps must follow from your own "
    "gradient of one point.",
)
@or_replaced(linear_loss)
def goes_down(stochastic_gradient_descent, gradient):
    X, t = draw()
    path, _ = descend(
        stochastic_gradient_descent, X, t, 0.1, w0=np.zeros(14), num_epochs=20, seed=0
    )

    def separates():
        distances = np.where(t == 1, 1, -1) * (X @ path[-1])
        assert distances.mean() > 0.4, f"w . x is {distances.round(3).tolist()}, signed by class"

    expect_any(separates, lambda: expect_own_steps(gradient, path, range(12), 0.1, X, t))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each epoch must use each point exactly once.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def uses_each_point_once_per_epoch(stochastic_gradient_descent):
    found = orders(stochastic_gradient_descent, 2)
    if (np.sort(found, axis=1) != np.arange(12)).any():
        raise fault_of_order(found)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each epoch must use the points in a new random order: shuffle at the start of "
    "every epoch.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def shuffles_in_every_epoch(stochastic_gradient_descent):
    found = orders(stochastic_gradient_descent, 3)
    same = len(np.unique(found, axis=0)) < len(found)
    if same or (found == np.arange(12)).all(axis=1).any():
        raise fault_of_order(found)


@test_case(
    points=1,
    hidden=True,
    failure_message="Each step must go downhill by the learning rate times the gradient of the "
    "loss of its one point, taken at the weights before the step. Look for factors such as 1/N.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def steps_down_the_gradient_of_one_point(stochastic_gradient_descent, gradient):
    (X, t), w0 = draw(), draw_start()
    path, _ = descend(stochastic_gradient_descent, X, t, 0.4, w0=w0, num_epochs=2, seed=4)
    expect_own_rows(path, w0)

    def are_right():
        used = points_used(path, X)
        points = [(w, X[n : n + 1], t[n : n + 1]) for w, n in zip(path[:-1], used, strict=True)]
        wanted = np.concatenate([point_gradients(*point) for point in points])
        what = "the steps divided by minus the learning rate (one row per step)"
        try:
            expect_close(-np.diff(path, axis=0) / 0.4, wanted, rtol=1e-4, atol=1e-6, name=what)
        except AssertionError as error:
            raise fault_of_steps(path, used, X, t, 0.4) or error from error

    expect_any(are_right, lambda: expect_own_steps(gradient, path, range(24), 0.4, X, t))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="losses[e] must be the mean loss of all points, at the weights before the "
    "first step of epoch e.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def notes_the_loss_of_all_points(stochastic_gradient_descent, negative_log_likelihood):
    (X, t), w0 = draw(), draw_start()
    path, losses = descend(stochastic_gradient_descent, X, t, 0.6, w0=w0, num_epochs=4, seed=5)
    expect_shape(losses, (4,), "losses", "(num_epochs,)")
    expect_own_rows(path, w0)
    starts, ends = path[:-1:12], path[12::12]
    expect_losses(
        losses, starts, X, t, negative_log_likelihood,
        lambda: fault_of_losses(losses, starts, ends, X, t, path),
    )  # fmt: skip


@test_case(
    points=0.5,
    hidden=True,
    after="shuffles_in_every_epoch",
    failure_message="The seed must determine the order of the points: the same seed always gives "
    "the same path, and another seed gives another path.",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def follows_the_seed(stochastic_gradient_descent):
    X, t = draw()
    options = {"w0": draw_start(), "num_epochs": 2}
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
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def leaves_the_starting_weights_alone(stochastic_gradient_descent):
    expect_start_kept(stochastic_gradient_descent, *draw(), draw_start(), num_epochs=2, seed=1)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A curve of compare_sgd_learning_rates differs from the losses of your own "
    "stochastic_gradient_descent with the same w0, num_epochs and seed.",
)
def compares_learning_rates_with_equal_settings(
    compare_sgd_learning_rates, stochastic_gradient_descent
):
    own = elsewhere(stochastic_gradient_descent, at_least=0.0)
    X, t = draw()
    # with large rates, another seed always shows: the losses differ by 1e-2 and more
    etas, options = (0.9, 2.0, 0.5), {"w0": [0.1] * 14, "num_epochs": 5, "seed": 8}
    curves = as_curves(compare_sgd_learning_rates(X, t, etas, **options))
    assert list(curves) == list(etas), f"the learning rates are {list(curves)}, not {list(etas)}"
    expect_own_curves(curves, own, X, t, **options)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="By default, there must be five curves. On the 200 points, the loss for the "
    "learning rate 0.01 must fall quickly, or as fast as with your own "
    "stochastic_gradient_descent.",
)
def compares_the_five_rates_on_the_points(
    compare_sgd_learning_rates, stochastic_gradient_descent, compare_learning_rates
):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = as_curves(compare_sgd_learning_rates(loaded.X, loaded.t, num_epochs=25))
    for eta, losses in curves.items():
        curves[eta] = numbers(losses).astype(float).reshape(-1)
        expect_shape(curves[eta], (25,), f"the curve for the learning rate {eta:g}")
        record(f"median loss of the last ten epochs for {eta:g}", np.median(curves[eta][-10:]))
    attach_figure("Stochastic gradient descent: loss over the epochs", curves_figure(curves))
    if sorted(curves, reverse=True) != list(RATES):  # the list of rates belongs to part 2
        own = elsewhere(compare_learning_rates, at_least=0.0)
        found = {} if own is None else as_curves(own(loaded.X, loaded.t, max_epochs=2))
        assert list(curves) == list(found), f"the learning rates are {list(curves)}"

    def falls():
        last = float(curves[0.01][-1]) if 0.01 in curves else np.inf
        assert last < 0.45, f"the loss for the learning rate 0.01 is {last:.3f} after 24 epochs"

    def follows_own_descent():
        own = elsewhere(stochastic_gradient_descent, at_least=0.0)
        expect_own_curves(curves, own, loaded.X, loaded.t, num_epochs=25)

    expect_any(falls, follows_own_descent)


@test_case(
    points=0.25,
    hidden=True,
    after="steps_down_the_gradient_of_one_point",
    failure_message="The descent fails or is wrong for a single point (N = 1).",
)
@or_replaced(right_functions, LOSS_AND_GRADIENT)
def works_for_a_single_point(stochastic_gradient_descent, gradient):
    X, t = rng("X").normal(size=(1, 3)), np.array([1])
    path, losses = descend(
        stochastic_gradient_descent, X, t, 0.4, w0=draw_start(3), num_epochs=4, seed=9
    )
    assert len(losses) == 4, f"num_epochs is 4, but there are {len(losses)} losses"

    def are_right():
        wanted = [w - 0.4 * point_gradients(w, X, t)[0] for w in path[:-1]]
        expect_close(path[1:], np.array(wanted), rtol=1e-4, atol=1e-6, name="the path")

    expect_any(are_right, lambda: expect_own_steps(gradient, path, range(4), 0.4, X, t))
