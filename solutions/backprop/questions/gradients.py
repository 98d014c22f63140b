"""Cases for the gradients of all layers; an error of an earlier question is carried forward."""

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
from oracle import expected_gradients, origins, right_functions
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


def judge(gradients, own, sizes):
    """Return the origin of each layer's gradients, and the answer to a first example."""
    examples = [draw(sizes, label) for label in ("first", "second")]
    found = [answer(gradients, example) for example in examples]
    return origins(found, examples, own), found[0], examples[0]


def expect_layers(gradients, own, sizes, layers):
    """Fail unless the gradients of ``layers`` are right or carry forward an earlier error."""
    origin, found, example = judge(gradients, own, sizes)
    for layer in layers:
        if origin[layer] is None:
            label = f"the gradient of w^({layer + 1}), which does not follow from your own steps,"
            expect_close(found[layer], expected_gradients(example)[layer], atol=1e-5, name=label)
            raise AssertionError(f"{label} is wrong for a second example")


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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of w^(3), the weights to the output, is wrong. It does not "
    "follow from your own delta_output and grad_w either.",
)
@or_replaced(right_functions)
def is_right_or_consistent_for_the_weights_to_the_output(
    gradients, delta_output, delta_hidden, grad_w
):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [2])


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of w^(2), the weights between the hidden layers, is wrong. It "
    "does not follow from your own delta_output, delta_hidden and grad_w either.",
)
@or_replaced(right_functions)
def is_right_or_consistent_between_the_hidden_layers(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [1])


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of w^(1), the weights from the inputs, is wrong. It does not "
    "follow from your own delta_output, delta_hidden and grad_w either.",
)
@or_replaced(right_functions)
def is_right_or_consistent_for_the_weights_from_the_inputs(
    gradients, delta_output, delta_hidden, grad_w
):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [0])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In a network with one hidden layer, a gradient is wrong. It does not follow "
    "from your own functions either.",
)
@or_replaced(right_functions)
def works_with_one_hidden_layer(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (2, 5, 1), [0, 1])


@test_case(
    points=1,
    hidden=True,
    failure_message="In a network with three hidden layers of equal size, a gradient is wrong. It "
    "does not follow from your own functions either.",
)
@or_replaced(right_functions)
def works_with_three_hidden_layers(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 3, 3, 3, 1), [0, 1, 2, 3])


@test_case(
    points=0,
    hidden=True,
    failure_message="A gradient is wrong. If it follows from your own delta_output, delta_hidden "
    "or grad_w, the error is carried forward: it is penalised in that question and costs nothing "
    "here.",
)
def carries_no_error_forward(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    origin, _, _ = judge(gradients, own, (3, 4, 2, 1))
    said = []
    for layer, names in enumerate(origin, 1):
        if names:
            said.append(f"w^({layer}) carries forward what {' and '.join(names)} gives")
        elif names is None:
            said.append(f"w^({layer}) is wrong and follows from no earlier answer")
    assert not said, "; ".join(said)
