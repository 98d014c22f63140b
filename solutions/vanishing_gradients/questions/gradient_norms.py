"""Cases for gradient norms by layer and by depth, measured with the student's own gradients."""

import numpy as np

from checks import (
    attach_figure,
    expect_close,
    expect_own_or_replaced,
    expect_right_or_following,
    expect_shape,
    numbers,
    record,
    rng,
    test_case,
)
from oracle import chain_slopes, right_functions

OK_FORMAT = False
name = "gradient_norms"


def draw(R=6, K=5):
    """Return the inputs, targets and weights of R chains with K weights."""
    xs, ts = rng("x").uniform(0.5, 1.5, R), rng("t").uniform(2, 3, R)
    return xs, ts, rng("w").uniform(0.5, 2, (R, K)) * rng("s").choice([-1, 1], (R, K))


def norms_of(gradients, xs, ts, weights, activation):
    """Return the root mean squares of the gradients over the networks."""
    rows = [
        numbers(gradients(x, t, w, activation), "the gradient")
        for x, t, w in zip(xs.tolist(), ts.tolist(), weights, strict=True)
    ]
    return np.sqrt(np.mean(np.square(rows), axis=0))


def expect_norms(owner, ask, chain_gradients, norms, activation, networks=None):
    """Fail unless ``ask`` returns the norms of right gradients, or of the student's own.

    ``norms`` takes a function that returns gradients, and the arguments of ``ask``: the
    ``networks``, by default the ones of ``draw()``, and the activation function. ``owner`` is the
    student's function.
    """

    def check():
        expect_right_or_following(
            ask,
            (*(networks or draw()), activation),
            right=lambda *given: norms(chain_slopes, *given),
            follow=lambda own, *given: norms(own["chain_gradients"], *given),
            own={"chain_gradients": chain_gradients},
            compare=lambda found, wanted: expect_close(
                found, wanted, atol=1e-7, name=f"the norms of {activation} chains"
            ),
        )

    with_right_gradients(check, owner)


def with_right_gradients(check, owner):
    """Fail unless ``check()`` passes, perhaps with right gradients in the module of ``owner``."""
    expect_own_or_replaced(check, owner, right_functions, [["chain_gradients"]])


def expect_norms_by_depth(norms_by_depth, chain_gradients, depths, activation):
    """Fail unless the norms of the first weight are right, or follow from the own gradients."""

    def ask(xs, ts, weights, activation):
        return norms_by_depth(xs, ts, weights, activation, depths)

    def norms(gradients, xs, ts, weights, activation):
        return [norms_of(gradients, xs, ts, weights[:, :d], activation)[0] for d in depths]

    expect_norms(norms_by_depth, ask, chain_gradients, norms, activation)


def ones(owner):
    """Return a function in place of chain_gradients for a check that students have: all ones."""
    import numpy as np

    return {"chain_gradients": lambda x, t, weights, activation: np.ones(len(weights))}


def worked_by_hand(owner):
    """Return the gradients of the two chains that are worked by hand."""
    import numpy as np

    return {"chain_gradients": lambda x, t, weights, activation: x * np.array([1.0, 2.0, 2.0])}


def figure_of(depths, curves):
    """Return a figure of norms for the report."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.add_subplot(
        xlabel="number of weights in the chain", ylabel="root mean square of dE/dw_1"
    )
    for label, values in curves.items():
        values = np.where(numbers(values) > 0, values, np.nan)
        axes.plot(depths, values, marker="o", markersize=3, label=label)
    axes.set_yscale("log")
    axes.legend(fontsize=8)
    return figure


@test_case(
    points=0.5,
    hidden=False,
    failure_message="norms_by_layer returns one number for each layer, norms_by_depth one number "
    "for each depth. No number is negative.",
)
def has_a_norm_for_each_layer_and_depth(norms_by_layer, norms_by_depth):
    def check():
        by_layer = norms_by_layer(*draw(), "logistic")
        by_depth = norms_by_depth(*draw(), "logistic", [5, 3])
        expect_shape(by_layer, (5,), "norms_by_layer", "(K,)")
        expect_shape(by_depth, (2,), "norms_by_depth", "(len(depths),)")
        assert (numbers(by_layer) >= 0).all(), "a norm by layer is negative"
        assert (numbers(by_depth) >= 0).all(), "a norm by depth is negative"

    expect_own_or_replaced(check, norms_by_layer, ones)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. Two ReLU chains with the "
    "weights (2, 1, 1), the inputs 3 and 4 and the targets 5 and 7 have the gradients (3, 6, 6) "
    "and (4, 8, 8). Their root mean squares are 3.5355, 7.0711 and 7.0711.",
)
def takes_the_root_of_the_mean_square(norms_by_layer):
    def check():
        weights = np.array([[2.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
        found = norms_by_layer(np.array([3.0, 4.0]), np.array([5.0, 7.0]), weights, "relu")
        expect_close(found, np.array([3.5355339, 7.0710678, 7.0710678]), name="the norms")

    expect_own_or_replaced(check, norms_by_layer, worked_by_hand)


@test_case(
    points=1.25,
    hidden=True,
    failure_message="norms_by_layer does not return the root mean squares of the gradients over "
    "the networks.",
)
def measures_each_layer(norms_by_layer, chain_gradients):
    for activation in ("logistic", "relu"):
        expect_norms(norms_by_layer, norms_by_layer, chain_gradients, norms_of, activation)


@test_case(
    points=1,
    hidden=True,
    failure_message="norms_by_depth does not return the root mean squares of the gradients of the "
    "first weight, in chains that use only the first d weights.",
)
def measures_the_first_weight_at_each_depth(norms_by_depth, chain_gradients):
    for activation in ("logistic", "relu"):
        expect_norms_by_depth(norms_by_depth, chain_gradients, [4, 3, 5], activation)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Over many networks, the norm of the first weight changes with the depth in "
    "a wrong way. It must fall fast for logistic chains, but not for ReLU chains with positive "
    "weights.",
)
def shows_how_gradients_vanish(norms_by_depth):
    depths, activations = [3, 4, 6, 8, 11], ("logistic", "relu")
    weights = rng("w").uniform(0.5, 1.5, (60, 11))
    xs, ts = rng("x").uniform(0.5, 1.5, 60), np.zeros(60)
    curves = {}

    def check():
        for activation in activations:
            curves[activation] = numbers(norms_by_depth(xs, ts, weights, activation, depths))
            expect_shape(curves[activation], (5,), "norms_by_depth", "(len(depths),)")
        first, last = (np.array([curves[a][place] for a in activations]) for place in (0, -1))
        assert (last > 0).all(), "a norm at depth 11 is not above 0"
        falls, keeps = (first / last).tolist()
        assert falls > 4**4, f"from depth 3 to 11, logistic norms fall only by {falls:.3g} times"
        assert keeps < 4**3, f"from depth 3 to 11, ReLU norms fall by {keeps:.3g} times"

    try:
        with_right_gradients(check, norms_by_depth)
    finally:
        if len(curves) == 2 and all(np.shape(curve) == (5,) for curve in curves.values()):
            for activation in activations:
                record(f"norm at depth 11, {activation}", curves[activation][-1])
            attach_figure("Size of the first gradient against depth", figure_of(depths, curves))


@test_case(
    points=0.25,
    hidden=True,
    after="measures_each_layer",
    failure_message="A norm of chains with a single weight is wrong. norms_by_layer then returns "
    "one number, and a depth may be 1 or 2.",
)
def works_for_chains_of_a_single_weight(norms_by_layer, norms_by_depth, chain_gradients):
    for activation in ("logistic", "relu"):
        expect_norms(
            norms_by_layer, norms_by_layer, chain_gradients, norms_of, activation, draw(K=1)
        )
        for depths in ([2, 1], [1]):
            expect_norms_by_depth(norms_by_depth, chain_gradients, depths, activation)
