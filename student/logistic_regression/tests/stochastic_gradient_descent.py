"""Public checks of stochastic_gradient_descent; the grader has more."""

import numpy as np

from checks import expect_close, expect_finite, expect_parts, expect_shape, numbers, rng, test_case

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
