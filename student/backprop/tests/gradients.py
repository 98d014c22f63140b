"""Public checks of gradients; the grader has more."""

import itertools

import numpy as np

from checks import (
    expect_close,
    expect_finite,
    expect_parts,
    expect_shape,
    numbers,
    or_replaced,
    rng,
    test_case,
)
from support import zeros

OK_FORMAT = False
name = "gradients"


def draw(sizes, label=""):
    """Return inputs, target and weights of a network; ``label`` changes the example only."""
    shapes = list(itertools.pairwise(sizes))
    weights = [rng(f"w {i}").normal(0, 1.2, (k, j)) for i, (j, k) in enumerate(shapes)]
    return rng(f"x {label}").normal(size=sizes[0]), rng(f"t {label}").normal(0, 3), weights


def answer(gradients, example):
    """Return the student's gradients, each with the shape of its weights."""
    x, t, weights = example
    names = [f"the gradient of w^({i})" for i in range(1, len(weights) + 1)]
    found = expect_parts(gradients(x.copy(), t, [W.copy() for W in weights]), *names)
    for label, gradient, W in zip(names, found, weights, strict=True):
        expect_shape(gradient, W.shape, label, "(units above, units below)")
        expect_finite(gradient, label)
    return [numbers(gradient).astype(float) for gradient in found]


def error(x, t, weights):
    """Return the squared error of one example."""
    for W in weights[:-1]:
        x = 1 / (1 + np.exp(-W @ x))
    return np.sum((weights[-1] @ x - t) ** 2) / 2


@test_case(
    points=0.75,
    hidden=False,
    failure_message="Return one gradient for each weight matrix, in the order of the matrices. "
    "Each gradient must have the shape of its matrix.",
)
@or_replaced(zeros)
def gives_each_gradient_the_shape_of_its_weights(gradients):
    answer(gradients, draw((3, 4, 2, 1)))


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of the error. This check gives "
    "no points. Hidden checks do, and they also accept gradients that follow from an error in an "
    "earlier question.",
)
def predicts_small_changes_of_the_error(gradients):
    x, t, weights = draw((3, 4, 2, 1))
    found = answer(gradients, (x, t, weights))
    for i, (W, gradient) in enumerate(zip(weights, found, strict=True)):
        step = 1e-4 * rng(f"step {i}").normal(size=W.shape)
        sides = [[*weights[:i], W + sign * step, *weights[i + 1 :]] for sign in (1, -1)]
        up, down = (error(x, t, side) for side in sides)
        what = f"the change of the error that the gradient of w^({i + 1}) predicts"
        predicted = np.sum(gradient * step)
        expect_close(predicted, (up - down) / 2, rtol=1e-3, atol=1e-8, name=what)
