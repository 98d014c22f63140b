"""Cases for the comparison of learning rates: the curves, how fast they fall, and the plot.

Curves are compared with the student's own gradient_descent, so that an error in it is penalised
only once.
"""

import numpy as np

from autograder.examine.thresholds import data_size
from checks import (
    attach_figure,
    expect_close,
    expect_finite,
    numbers,
    record,
    rng,
    run_beside,
    test_case,
)
from data import logistic_points
from oracle import curves_figure, descent_losses, names_rate, own_descents
from support import RATES, as_curves, draw_overlapping, drawn

OK_FORMAT = False
name = "compare_learning_rates"


def compare(function, *arguments, **options):
    """Return the curves of a comparison; fail unless they are a dict of finite losses."""
    curves = as_curves(function(*arguments, **options))
    for eta, losses in curves.items():
        expect_finite(losses, f"the losses for the learning rate {eta:g}")
    return {eta: numbers(losses).reshape(-1) for eta, losses in curves.items()}


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
def has_a_curve_for_each_of_the_five_rates(compare_learning_rates):
    curves = compare(compare_learning_rates, *draw_overlapping(), max_epochs=4, tolerance=0.0)
    assert sorted(curves, reverse=True) == list(RATES), f"the learning rates are {list(curves)}"
    lengths = [len(losses) for losses in curves.values()]
    assert lengths == [4] * 5, f"max_epochs is 4, but the curves have the lengths {lengths}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A curve differs from the losses of your own gradient_descent with the same "
    "learning rate and the same start.",
)
def holds_the_losses_of_each_descent(compare_learning_rates):
    X, t = draw_overlapping()
    etas, options = (0.8, 0.2, 0.02), {"w0": [0.3, -0.4, 0.2], "max_epochs": 12, "tolerance": 0.0}
    curves = compare(compare_learning_rates, X, t, etas, **options)
    assert list(curves) == list(etas), f"the learning rates are {list(curves)}, not {list(etas)}"
    wanted = own_descents(compare_learning_rates, X, t, etas, options)
    for eta, losses in zip(etas, wanted, strict=True):
        what = f"the curve for the learning rate {eta:g}"
        expect_close(curves[eta], losses, rtol=1e-5, atol=1e-7, name=what)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The learning rates do not stop by the same rule. For every rate, use the w0, "
    "tolerance and max_epochs that compare_learning_rates is called with.",
)
def stops_all_rates_by_the_same_rule(compare_learning_rates):
    X, t = draw_overlapping()
    options = {"w0": [0.9, -0.9, 0.3], "max_epochs": 80, "tolerance": 1e-3}
    curves = compare(compare_learning_rates, X, t, **options)
    wanted = own_descents(compare_learning_rates, X, t, list(curves), options)
    for eta, losses in zip(curves, wanted, strict=True):
        assert len(curves[eta]) == len(losses), (
            f"the curve for {eta:g} has {len(curves[eta])} epochs, its descent has {len(losses)}"
        )


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The losses 0.9, 0.7, 0.5, 0.4 reach the level 0.6 after two epochs.",
)
def counts_epochs_worked_by_hand(epochs_to_reach):
    found = epochs_to_reach(np.array([0.9, 0.7, 0.5, 0.4]), 0.6)
    assert found == 2, f"the result is {found!r}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="An oscillating loss may rise above the level again. Count the epochs until "
    "the loss stays at or below the level.",
)
def waits_until_the_loss_stays_down(epochs_to_reach):
    found = epochs_to_reach(np.array([0.9, 0.4, 0.8, 0.45, 0.7, 0.5, 0.3, 0.35]), 0.6)
    assert found == 5, f"the result is {found!r}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The result must be None if the last loss is above the level, and 0 if no loss "
    "is above it.",
)
def knows_curves_that_never_or_always_stay_down(epochs_to_reach):
    for losses, wanted in (([0.9, 0.4, 0.7], None), ([0.5, 0.4, 0.3], 0), ([0.7], None)):
        found = epochs_to_reach(np.array(losses), 0.6)
        assert found is wanted if wanted is None else found == wanted, (
            f"for the losses {losses} and the level 0.6, the result is {found!r}"
        )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A loss equal to the level has reached the level.",
)
def counts_a_loss_that_equals_the_level(epochs_to_reach):
    found = epochs_to_reach(np.array([0.75, 0.5, 0.25, 0.5]), 0.5)
    assert found == 1, f"the result is {found!r}"


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
def compares_the_rates_on_the_points(compare_learning_rates):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = compare(compare_learning_rates, loaded.X, loaded.t)
    for eta, losses in curves.items():
        record(f"last loss for the learning rate {eta:g}", losses[-1])
    attach_figure("Gradient descent: loss over the epochs", curves_figure(curves))
    for eta in RATES:
        wanted = descent_losses(loaded.X, loaded.t, eta)
        assert eta in curves, f"there is no curve for the learning rate {eta:g}"
        what = f"the curve for the learning rate {eta:g}"
        assert len(curves[eta]) == len(wanted), f"{what} has {len(curves[eta])} epochs"
        expect_close(curves[eta], wanted, rtol=1e-3, atol=1e-4, name=what)
