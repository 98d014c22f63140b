"""Cases for the comparison of learning rates: the curves, how fast they fall, and the plot.

Curves may follow from the student's own gradient_descent, asked in another process, so that an
error in it is penalised only once.
"""

import numpy as np

from autograder.examine.thresholds import data_size
from checks import (
    attach_figure,
    elsewhere,
    expect_any,
    expect_close,
    numbers,
    or_replaced,
    record,
    rng,
    run_beside,
    test_case,
)
from checks.values import Unusable
from data import logistic_points
from oracle import DESCENT, curves_figure, expect_curves, names_rate, right_functions
from support import (
    RATES,
    as_curves,
    curve_of,
    draw_overlapping,
    drawn,
    expect_same_losses,
    linear_loss,
)

OK_FORMAT = False
name = "compare_learning_rates"


def compare(function, *arguments, **options):
    """Return the curves of a comparison, a dict from learning rate to losses."""
    curves = as_curves(function(*arguments, **options))
    return {
        eta: numbers(losses, f"the curve for {eta:g}").astype(float).reshape(-1)
        for eta, losses in curves.items()
    }


def expect_same_lengths(found, wanted):
    """Fail unless each curve has as many losses as its descent."""
    for curve, losses in zip(found, wanted, strict=True):
        assert len(curve) == len(losses), (
            f"a curve has {len(curve)} epochs, its descent has {len(losses)}"
        )


def expect_same_curves(found, wanted):
    """Fail unless each curve has the losses of its descent."""
    for curve, losses in zip(found, wanted, strict=True):
        expect_same_losses(curve, losses, "a curve")


def expect_epochs(epochs_to_reach, losses, level, wanted):
    """Fail unless a curve reaches a level after ``wanted`` epochs, a number or None."""
    found = epochs_to_reach(np.array(losses), level)
    assert found is None if wanted is None else found == wanted, (
        f"for the losses {losses} and the level {level}, the result is {found!r}"
    )


def draw_curves():
    """Return curves of different lengths for the five rates."""
    generator = rng("curves")
    return {eta: generator.random(8 - i) for i, eta in enumerate(RATES)}


@test_case(
    points=0.5,
    hidden=False,
    failure_message="By default, there must be five curves, for the learning rates 0.5, 0.3, 0.1, "
    "0.05 and 0.01. Each must have one loss for every epoch of its descent.",
)
@or_replaced(linear_loss)
def has_a_curve_for_each_of_the_five_rates(compare_learning_rates, gradient_descent):
    (X, t), options = draw_overlapping(), {"max_epochs": 4, "tolerance": 0.0}
    curves = compare(compare_learning_rates, X, t, **options)
    assert sorted(curves, reverse=True) == list(RATES), f"the learning rates are {list(curves)}"
    lengths = [len(losses) for losses in curves.values()]

    def are_right():
        assert lengths == [4] * 5, f"max_epochs is 4, but the curves have the lengths {lengths}"

    def follow():
        own = elsewhere(gradient_descent, at_least=0.0)
        assert own is not None, "there is no gradient_descent"
        assert lengths == [len(curve_of(own(X, t, eta, **options))) for eta in curves]

    expect_any(are_right, follow)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A curve differs from the losses of your own gradient_descent with the same "
    "learning rate and the same start.",
)
@or_replaced(right_functions, DESCENT)
def holds_the_losses_of_each_descent(compare_learning_rates, gradient_descent):
    etas, w0 = (0.8, 0.2, 0.02), [0.3, -0.4, 0.2]

    def ask(X, t, **settings):
        curves = compare(compare_learning_rates, X, t, etas, **settings)
        rates = list(curves)
        assert rates == list(etas), f"the learning rates are {rates}, not {list(etas)}"
        return list(curves.values())

    expect_curves(
        ask, *draw_overlapping(), etas, gradient_descent, expect_same_curves,
        w0=w0, max_epochs=12, tolerance=0.0,
    )  # fmt: skip


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The learning rates do not stop by the same rule. For every rate, use the w0, "
    "tolerance and max_epochs that compare_learning_rates is called with.",
)
@or_replaced(right_functions, DESCENT)
def stops_all_rates_by_the_same_rule(compare_learning_rates, gradient_descent):
    etas = (0.6, 0.25, 0.15)

    def ask(X, t, **settings):
        curves = compare(compare_learning_rates, X, t, etas, **settings)
        assert len(curves) == 3, f"there are {len(curves)} curves for three learning rates"
        return list(curves.values())

    expect_curves(
        ask, *draw_overlapping(), etas, gradient_descent, expect_same_lengths,
        w0=[0.9, -0.9, 0.3], max_epochs=80, tolerance=1e-3,
    )  # fmt: skip


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The losses 0.9, 0.7, 0.5, 0.4 reach the level 0.6 after two epochs.",
)
def counts_epochs_worked_by_hand(epochs_to_reach):
    expect_epochs(epochs_to_reach, [0.9, 0.7, 0.5, 0.4], 0.6, 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="An oscillating loss may rise above the level again. Count the epochs until "
    "the loss stays at or below the level.",
)
def waits_until_the_loss_stays_down(epochs_to_reach):
    expect_epochs(epochs_to_reach, [0.9, 0.4, 0.8, 0.45, 0.7, 0.5, 0.3, 0.35], 0.6, 5)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The result must be None if the last loss is above the level, and 0 if no loss "
    "is above it.",
)
def knows_curves_that_never_or_always_stay_down(epochs_to_reach):
    for losses, wanted in (([0.9, 0.4, 0.7], None), ([0.5, 0.4, 0.3], 0)):
        expect_epochs(epochs_to_reach, losses, 0.6, wanted)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A loss equal to the level has reached the level.",
)
def counts_a_loss_that_equals_the_level(epochs_to_reach):
    for last in (0.375, 0.5):
        expect_epochs(epochs_to_reach, [0.75, 0.5, 0.25, last], 0.5, 1)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The figure must have one pair of axes, with one labelled line for each "
    "learning rate.",
)
def draws_one_line_for_each_rate(comparison_figure):
    found = run_beside(drawn, comparison_figure, draw_curves())
    assert found["axes"] == 1, f"{found['axes']} pairs of axes contain lines"
    labels = [label for label, _, _ in found["lines"]]
    assert len(labels) == 5, f"there are {len(labels)} lines"
    for eta in RATES:
        assert any(f"{eta:g}" in label for label in labels), (
            f"no label names the learning rate {eta:g}"
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each line must show its losses over the epochs, starting at epoch 0, and its "
    "label must name its own learning rate.",
)
def shows_each_curve_over_its_epochs(comparison_figure):
    curves = draw_curves()
    lines = run_beside(drawn, comparison_figure, curves)["lines"]
    for eta, losses in curves.items():
        named = [(x, y) for label, x, y in lines if names_rate(label, eta)]
        assert len(named) == 1, f"{len(named)} lines have a label with the learning rate {eta:g}"
        expect_close(np.array(named[0][0]), np.arange(len(losses)), name=f"the epochs of {eta:g}")
        expect_close(np.array(named[0][1]), losses, name=f"the line of the learning rate {eta:g}")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Both axes need a label, and a legend must name the learning rates.",
)
def says_what_it_shows(comparison_figure):
    found = run_beside(drawn, comparison_figure, draw_curves())
    assert all(text.strip() for text in found["labels"]), "an axis has no label"
    assert len(found["legend"]) >= 5, f"the legend has {len(found['legend'])} entries"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On the 200 points, with the default settings, a curve differs from the losses "
    "of gradient descent.",
)
@or_replaced(right_functions, DESCENT)
def compares_the_rates_on_the_points(compare_learning_rates, gradient_descent):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = compare(compare_learning_rates, loaded.X, loaded.t)
    for eta, losses in curves.items():
        record(f"last loss for the learning rate {eta:g}", losses[-1])
    attach_figure("Gradient descent: loss over the epochs", curves_figure(curves))
    if set(RATES) - set(curves):
        raise Unusable("there is no curve for some of the five learning rates")

    def ask(X, t):
        found = curves if X is loaded.X else compare(compare_learning_rates, X, t)
        return [found[eta] for eta in RATES]

    expect_curves(ask, loaded.X, loaded.t, RATES, gradient_descent, expect_same_curves)


@test_case(
    points=0.25,
    hidden=True,
    after="knows_curves_that_never_or_always_stay_down",
    failure_message="The result is wrong for a curve of a single epoch.",
)
def judges_a_curve_of_one_epoch(epochs_to_reach):
    for loss, wanted in ((0.7, None), (0.5, 0)):
        expect_epochs(epochs_to_reach, [loss], 0.6, wanted)
