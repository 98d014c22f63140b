"""Public checks of stochastic_gradient_descent; the grader has more."""

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
    rng,
    test_case,
)
from support import curve_of, expect_own_rows, follows, linear_loss

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
