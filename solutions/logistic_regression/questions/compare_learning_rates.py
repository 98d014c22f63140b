"""Cases for the comparison of learning rates: the curves, how fast they fall, and the plot.

Curves are compared with the student's own gradient_descent, so that an error in it costs its
points once.
"""

import numpy as np
from otter.test_files import test_case

from autograder.examine.thresholds import data_size
from checks import attach_figure, expect_close, expect_finite, record, rng, run_beside
from data import logistic_points

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


def own_losses(compare_learning_rates, X, t, etas, options):
    """Return what the gradient_descent that a comparison uses gives for each rate, or None."""
    space = dict(compare_learning_rates.__globals__)
    for value in list(space.values()):  # it may be used as an attribute of its module
        if type(value).__name__ == "module" and value.__name__ == "logistic_regression":
            space = {**vars(value), **space}
    try:
        return [space["gradient_descent"](X, t, eta, **options)[1] for eta in etas]
    except Exception:
        return None


def descents(compare_learning_rates, X, t, etas, options):
    """Return the losses of the student's own descents; of ours where there are none."""
    found = run_beside(own_losses, compare_learning_rates, X, t, etas, options)
    if found is None:
        found = [descend(X, t, eta, **options) for eta in etas]
    return [np.asarray(losses).reshape(-1) for losses in found]


def descend(X, t, eta, w0=(0.1, 0.0, 0.0), max_epochs=500, tolerance=1e-5):
    """Return the losses of gradient descent with the rule of the handout."""
    w, losses = np.array(w0), []
    while len(losses) < max_epochs:
        a = X @ w
        losses.append(float(np.mean(np.logaddexp(0, a) - t * a)))
        w = w - eta * X.T @ (0.5 + 0.5 * np.tanh(a / 2) - t) / len(t)
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance:
            break
    return np.array(losses)


def figures(curves):
    """Return figures of the curves, made by us for the report."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel="negative log-likelihood (nats per point)")
    for eta, losses in curves.items():
        axes.plot(losses, label=f"η = {eta:g}", linewidth=1)
    if curves:
        axes.legend(fontsize=8)
    return figure


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
    points=0.75,
    hidden=True,
    failure_message="A curve is not the losses of your own gradient_descent with its learning "
    "rate from the same start.",
)
def holds_the_losses_of_each_descent(compare_learning_rates):
    X, t = draw()
    etas, options = (0.8, 0.2, 0.02), {"w0": [0.3, -0.4, 0.2], "max_epochs": 12, "tolerance": 0.0}
    curves = compare(compare_learning_rates, X, t, etas, **options)
    assert list(curves) == list(etas), f"the rates are {list(curves)}, not {list(etas)}"
    wanted = descents(compare_learning_rates, X, t, etas, options)
    for eta, losses in zip(etas, wanted, strict=True):
        what = f"the curve for the learning rate {eta:g}"
        expect_close(curves[eta], losses, rtol=1e-5, atol=1e-7, name=what)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The learning rates do not stop by the same rule. Start, tolerance and "
    "largest number of epochs are those that the comparison is called with, for every rate.",
)
def stops_all_rates_by_the_same_rule(compare_learning_rates):
    X, t = draw()
    options = {"w0": [0.9, -0.9, 0.3], "max_epochs": 80, "tolerance": 1e-3}
    curves = compare(compare_learning_rates, X, t, **options)
    wanted = descents(compare_learning_rates, X, t, list(curves), options)
    for eta, losses in zip(curves, wanted, strict=True):
        assert len(curves[eta]) == len(losses), (
            f"the learning rate {eta:g} has {len(curves[eta])} epochs, its descent {len(losses)}"
        )


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
    hidden=True,
    failure_message="A curve that oscillates counts as down when it first touches the level, "
    "though it leaves it again.",
)
def waits_until_the_loss_stays_down(epochs_to_reach):
    found = epochs_to_reach(np.array([0.9, 0.4, 0.8, 0.45, 0.7, 0.5, 0.3, 0.35]), 0.6)
    assert found == 5, f"the result is {found!r}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="None is to be returned where the last loss is above the level, and 0 where "
    "no loss is.",
)
def knows_curves_that_never_or_always_stay_down(epochs_to_reach):
    for losses, wanted in (([0.9, 0.4, 0.7], None), ([0.5, 0.4, 0.3], 0), ([0.7], None)):
        found = epochs_to_reach(np.array(losses), 0.6)
        assert found is wanted if wanted is None else found == wanted, (
            f"for the losses {losses} and the level 0.6 the result is {found!r}"
        )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A loss that equals the level counts as having reached it.",
)
def counts_a_loss_that_equals_the_level(epochs_to_reach):
    found = epochs_to_reach(np.array([0.75, 0.5, 0.25, 0.5]), 0.5)
    assert found == 1, f"the result is {found!r}"


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A line does not show its losses over the epochs, of which the first is 0, or "
    "has the label of another learning rate.",
)
def shows_each_curve_over_its_epochs(comparison_figure):
    curves = draw_curves()
    lines = run_beside(drawn, comparison_figure, curves)["lines"]
    for eta, losses in curves.items():
        named = [(x, y) for label, x, y in lines if _names(label, eta)]
        assert len(named) == 1, f"{len(named)} lines are labelled with the rate {eta:g}"
        expect_close(np.array(named[0][0]), np.arange(len(losses)), name=f"the epochs of {eta:g}")
        expect_close(np.array(named[0][1]), losses, name=f"the line of the learning rate {eta:g}")


def _names(label, eta):
    """Tell whether a label names this rate and not one that begins with it."""
    import re

    return f"{eta:g}" in re.findall(r"\d+(?:\.\d*[1-9])?", label)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The plot does not say what it shows: both axes need a label, and a legend "
    "names the learning rates.",
)
def says_what_it_shows(comparison_figure):
    found = run_beside(drawn, comparison_figure, draw_curves())
    assert all(text.strip() for text in found["labels"]), "an axis has no label"
    assert len(found["legend"]) >= 5, f"the legend names {len(found['legend'])} lines"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On the points, with the default settings, a curve differs from what gradient "
    "descent gives.",
)
def compares_the_rates_on_the_points(compare_learning_rates):
    loaded = logistic_points.load("train", data_size("logistic_points"))
    curves = compare(compare_learning_rates, loaded.X, loaded.t)
    for eta, losses in curves.items():
        record(f"last loss for the learning rate {eta:g}", losses[-1])
    attach_figure("Gradient descent: loss over the epochs", figures(curves))
    for eta in RATES:
        wanted = descend(loaded.X, loaded.t, eta)
        assert eta in curves, f"there is no curve for the learning rate {eta:g}"
        what = f"the curve for the learning rate {eta:g}"
        assert len(curves[eta]) == len(wanted), f"{what} has {len(curves[eta])} epochs"
        expect_close(curves[eta], wanted, rtol=1e-3, atol=1e-4, name=what)
