"""logistic_regression: what is said of wrong descents, in other styles than ours."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from logistic_regression_descents import (
    all_points,
    gradient,
    loss,
    losses_by,
    minibatches,
    momentum,
    neighbours,
    never_shuffled,
    one_array,
    one_array_after_a_copy,
    one_point_only,
    points_shuffled_without_classes,
    scaled,
    seeded_in_every_epoch,
    shuffled_by_random,
    shuffled_once,
    weights_of_the_epochs_start,
    with_replacement,
)

from autograder.course import default_course
from autograder.examine import testfiles
from checks import seeded
from checks.values import Unusable

PROBLEM = default_course().problem("logistic_regression")


def told(question, case, **functions):
    """Return what a case says to the student of these functions, None if it passes."""
    cases = {case.name: case for case in testfiles.load(PROBLEM.question(question).test_file).cases}
    given = {"gradient": gradient, "negative_log_likelihood": loss, **functions}
    function = cases[case].function
    with seeded(3):
        try:
            function(**{name: given[name] for name in cases[case].arguments})
        except Unusable as error:
            return error.told
        except AssertionError:
            return cases[case].failure_message
    return None


def sgd(case, descent):
    return told("stochastic_gradient_descent", case, stochastic_gradient_descent=descent)


ORDERS = "uses_each_point_once_per_epoch", "shuffles_in_every_epoch"
STEPS = "steps_down_the_gradient_of_one_point"
LOSSES = "notes_the_loss_of_all_points"


@pytest.mark.parametrize(
    ("case", "descent", "words"),
    [
        (ORDERS[1], shuffled_once, "all epochs use the points in the same order"),
        (ORDERS[1], seeded_in_every_epoch, "all epochs use the points in the same order"),
        (ORDERS[1], never_shuffled, "in the order of X; they are not shuffled"),
        (ORDERS[0], with_replacement, "some points several times and others not at all"),
        (ORDERS[0], one_point_only, "every step uses the same point"),
        (ORDERS[0], minibatches, "several points at once (a minibatch)"),
        (ORDERS[0], neighbours, "uses a point and the next one"),
        (ORDERS[0], all_points, "all points at once"),
        (ORDERS[0], momentum, "weights that its own point does not touch"),
        (STEPS, scaled(lambda N, epoch: 1 / N), "N times too small"),
        (STEPS, scaled(lambda N, epoch: N), "N times too large"),
        (STEPS, scaled(lambda N, epoch: -1), "every step goes uphill: it adds the gradient"),
        (STEPS, scaled(lambda N, epoch: -2), "uphill, and it is too large or too small"),
        (STEPS, scaled(lambda N, epoch: 0.5), "too small by the same factor"),
        (STEPS, scaled(lambda N, epoch: 2), "too large by the same factor"),
        (STEPS, scaled(lambda N, epoch: 0.9**epoch), "changes from epoch to epoch"),
        (STEPS, weights_of_the_epochs_start, "the weights from the start of the epoch"),
        (STEPS, points_shuffled_without_classes, "the class of another point"),
        (STEPS, one_array, "every row of the path holds the same weights"),
        (STEPS, one_array_after_a_copy, "every row of the path after the first holds the same"),
        (ORDERS[0], one_array_after_a_copy, "appended again and again"),
    ],
)
def test_the_steps_say_what_is_wrong(case, descent, words):
    assert words in sgd(case, descent)


def without_brackets(w, X, t):
    y = 1 / (1 + np.exp(-X @ w))
    return -np.mean(t * np.log(y) + 1 - t * np.log(1 - y))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (lambda path, order, X, t: loss(path[-1], X, t), "after the steps of its epoch"),
        (lambda path, order, X, t: loss(path[0], X[3:4], t[3:4]), "the loss of a single point"),
        (lambda path, order, X, t: len(t) * loss(path[0], X, t), "a sum over the points"),
        (lambda path, order, X, t: loss(path[0], X, t) / len(t), "divided by the number of points"),
        (lambda path, order, X, t: -loss(path[0], X, t), "the wrong sign"),
        (lambda path, order, X, t: loss(path[0], X, t) / math.log(2), "logarithms to base 2"),
        (lambda path, order, X, t: loss(path[0], X, t) * 3, "by the same factor"),
        (lambda path, order, X, t: loss(path[0], X, t) - 1, "shifted by the same number"),
        (lambda path, order, X, t: without_brackets(path[0], X, t), "no brackets around 1 - t"),
        (
            lambda path, order, X, t: np.mean(
                [loss(w, X[n : n + 1], t[n : n + 1]) for w, n in zip(path, order, strict=False)]
            ),
            "an average over the steps",
        ),
        (
            lambda path, order, X, t: np.mean([loss(w, X, t) for w in path[:-1]]),
            "an average over the steps",
        ),
    ],
)
def test_the_losses_say_what_is_wrong(record, words):
    assert words in sgd(LOSSES, losses_by(record))


def test_a_right_descent_in_another_style_passes():
    for case in (*ORDERS, STEPS, LOSSES, "goes_down", "works_for_a_single_point"):
        assert sgd(case, shuffled_by_random) is None


def test_nothing_is_said_of_steps_whose_fault_is_unknown():
    noisy = scaled(lambda N, epoch: np.random.uniform(0.5, 2))
    sentence = next(
        case.failure_message
        for case in testfiles.load(PROBLEM.question("stochastic_gradient_descent").test_file).cases
        if case.name == STEPS
    )
    assert sgd(STEPS, noisy) == sentence


@pytest.mark.parametrize(
    ("wrong", "case"),
    [
        (lambda w, X, t: 2 * gradient(w, X, t), STEPS),
        (lambda w, X, t: -gradient(w, X, t), "goes_down"),
        (lambda w, X, t: X.T @ (X @ w - t) / len(t), STEPS),
    ],
)
def test_steps_may_follow_from_a_wrong_gradient(wrong, case):
    def descend(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
        random.seed(seed)
        path = [np.array(w0, float)]
        for _ in range(num_epochs):
            for n in random.sample(range(len(t)), len(t)):
                path.append(path[-1] - eta * wrong(path[-1], X[n : n + 1], t[n : n + 1]))
        return np.array(path), np.zeros(num_epochs)

    functions = {"stochastic_gradient_descent": descend}
    assert told("stochastic_gradient_descent", case, gradient=wrong, **functions) is None
    assert told("stochastic_gradient_descent", case, **functions) is not None


def test_losses_follow_from_a_wrong_loss_that_depends_on_the_weights():
    wrong = losses_by(lambda path, order, X, t: 2 * loss(path[0], X, t) + 1)
    constant = losses_by(lambda path, order, X, t: 0.7)
    for descent, own, passes in (
        (wrong, lambda w, X, t: 2 * loss(w, X, t) + 1, True),
        (wrong, loss, False),
        (constant, lambda w, X, t: 0.7, False),
    ):
        found = told(
            "stochastic_gradient_descent", LOSSES,
            stochastic_gradient_descent=descent, negative_log_likelihood=own,
        )  # fmt: skip
        assert (found is None) is passes


@pytest.mark.parametrize(("start", "passes"), [("w0", True), ("2 * w0", False)])
def test_curves_of_a_descent_that_ignores_its_seed_are_compared_at_the_start(start, passes):
    draws = iter(range(100))

    def unseeded(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
        return shuffled_by_random(X, t, eta, w0, num_epochs, seed=next(draws))

    def compare(X, t, etas, w0, num_epochs, seed):
        begin = np.array(w0) * (2 if start == "2 * w0" else 1)
        return {eta: unseeded(X, t, eta, begin, num_epochs, seed)[1] for eta in etas}

    found = told(
        "stochastic_gradient_descent", "compares_learning_rates_with_equal_settings",
        stochastic_gradient_descent=unseeded, compare_sgd_learning_rates=compare,
    )  # fmt: skip
    assert (found is None) is passes
    assert sgd("follows_the_seed", unseeded) is not None


def test_one_array_in_the_path_of_gradient_descent_is_named():
    def descend(X, t, eta, w0=(0.1, 0, 0), max_epochs=500, tolerance=1e-5):
        w = np.array(w0, float)
        path, losses = [w], []
        for _ in range(max_epochs):
            losses.append(loss(w, X, t))
            w -= eta * gradient(w, X, t)
            path.append(w)
        return path, losses

    assert told("gradient_descent", "goes_down", gradient_descent=descend) is None
    for case in ("starts_its_path_at_w0", "steps_against_the_gradient"):
        words = told("gradient_descent", case, gradient_descent=descend)
        assert "one array is changed in place" in words


@pytest.mark.parametrize("name", PROBLEM.modules)
def test_each_module_imports_numpy(name):
    lines = (PROBLEM.folder.parents[1] / "student" / PROBLEM.name / name).read_text().splitlines()
    assert "import numpy as np" in lines
