"""Public checks of compare_learning_rates; the grader has more."""

import numpy as np

from checks import elsewhere, expect_any, numbers, or_replaced, rng, run_beside, test_case
from support import RATES, as_curves, curve_of, draw_overlapping, drawn, linear_loss

OK_FORMAT = False
name = "compare_learning_rates"


def compare(function, *arguments, **options):
    """Return the curves of a comparison, a dict from learning rate to losses."""
    curves = as_curves(function(*arguments, **options))
    return {
        eta: numbers(losses, f"the curve for {eta:g}").astype(float).reshape(-1)
        for eta, losses in curves.items()
    }


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
    points=0.25,
    hidden=False,
    failure_message="The losses 0.9, 0.7, 0.5, 0.4 reach the level 0.6 after two epochs.",
)
def counts_epochs_worked_by_hand(epochs_to_reach):
    expect_epochs(epochs_to_reach, [0.9, 0.7, 0.5, 0.4], 0.6, 2)


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
