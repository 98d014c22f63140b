"""Public checks of compare_learning_rates; the grader has more."""

import numpy as np

from checks import expect_finite, rng, run_beside, test_case

OK_FORMAT = False
name = "compare_learning_rates"

RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def draw(N=20):
    """Return points of two classes that overlap, as X and t."""
    t = rng("t").permutation(np.arange(N) % 2)
    X = rng("X").normal(size=(N, 3)) + t[:, None]
    X[:, -1] = 1
    return X, t


def compare(function, *arguments, **options):
    """Return the curves of a comparison; fail unless they are a dict of arrays."""
    curves = function(*arguments, **options)
    assert isinstance(curves, dict), f"the result is a {type(curves).__name__}, not a dict"
    for eta, losses in curves.items():
        expect_finite(losses, f"the losses for the learning rate {eta:g}")
    return {float(eta): np.asarray(losses).reshape(-1) for eta, losses in curves.items()}


def drawn(comparison_figure, curves):
    """Return of each line in the figure its label, x and y; and the texts of axes and legends."""
    figure = comparison_figure(curves, "a title")
    axes = [axes for axes in figure.axes if axes.get_lines()]
    lines = [
        [str(line.get_label()), [float(x) for x in line.get_xdata()],
         [float(y) for y in line.get_ydata()]]
        for pair in axes for line in pair.get_lines()
    ]  # fmt: skip
    legends = [pair.get_legend() for pair in axes] + list(figure.legends)
    return {
        "axes": len(axes),
        "lines": lines,
        "labels": [text for pair in axes for text in (pair.get_xlabel(), pair.get_ylabel())],
        "legend": [str(t.get_text()) for found in legends if found for t in found.get_texts()],
    }


def draw_curves():
    """Return curves of different lengths for the five rates."""
    generator = rng("curves")
    return {eta: generator.random(8 - i) for i, eta in enumerate(RATES)}


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Without other instructions there must be five curves, for the learning rates "
    "0.5, 0.3, 0.1, 0.05 and 0.01, and each is as long as its descent.",
)
def has_a_curve_for_each_of_the_five_rates(compare_learning_rates):
    curves = compare(compare_learning_rates, *draw(), max_epochs=4, tolerance=0.0)
    assert sorted(curves, reverse=True) == list(RATES), f"the rates are {list(curves)}"
    lengths = [len(losses) for losses in curves.values()]
    assert lengths == [4] * 5, f"four epochs were asked for; the curves have the lengths {lengths}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The losses 0.9, 0.7, 0.5, 0.4 come down to 0.6 after two epochs.",
)
def counts_epochs_worked_by_hand(epochs_to_reach):
    found = epochs_to_reach(np.array([0.9, 0.7, 0.5, 0.4]), 0.6)
    assert found == 2, f"the result is {found!r}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The figure has one pair of axes and one line with a label for each learning "
    "rate.",
)
def draws_one_line_for_each_rate(comparison_figure):
    found = run_beside(drawn, comparison_figure, draw_curves())
    assert found["axes"] == 1, f"{found['axes']} pairs of axes hold lines"
    labels = [label for label, _, _ in found["lines"]]
    assert len(labels) == 5, f"there are {len(labels)} lines"
    for eta in RATES:
        assert any(f"{eta:g}" in label for label in labels), f"no label names the rate {eta:g}"
