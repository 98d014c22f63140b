"""Cases for the gradients of all layers; an error of an earlier question is carried forward."""

import itertools

import numpy as np
import torch

from checks import expect_close, expect_finite, expect_parts, expect_shape, rng, test_case
from checks.carried import carried_from
from checks.gradients import autograd

OK_FORMAT = False
name = "gradients"

RIGHT = {
    "delta_output": lambda y, t: y - t,
    "delta_hidden": lambda delta, W, z: delta @ W * z * (1 - z),
    "grad_w": np.outer,
}


def draw(sizes, label=""):
    """Return inputs, target and weights of a network; ``label`` changes the example only."""
    shapes = list(itertools.pairwise(sizes))
    weights = [rng(f"w {i}").normal(0, 1.2, (k, j)) for i, (j, k) in enumerate(shapes)]
    return rng(f"x {label}").normal(size=sizes[0]), rng(f"t {label}").normal(0, 3), weights


def as_tensors(x, t, weights):
    """Return the arguments of ``error`` as torch takes them."""
    return torch.from_numpy(x), t, [torch.from_numpy(W) for W in weights]


def answer(gradients, example):
    """Return the student's gradients, each with the shape of its weights."""
    x, t, weights = example
    names = [f"the gradient of w^({i})" for i in range(1, len(weights) + 1)]
    found = expect_parts(gradients(x.copy(), t, [W.copy() for W in weights]), *names)
    for label, gradient, W in zip(names, found, weights, strict=True):
        expect_shape(gradient, W.shape, label, "(units above, units below)")
        expect_finite(gradient, label)
    return [np.asarray(gradient, float) for gradient in found]


def error(x, t, weights):
    """Return the squared error of one example."""
    for W in weights[:-1]:
        x = torch.sigmoid(W @ x)
    return ((weights[-1] @ x - t) ** 2).sum() / 2


def truth(example):
    """Return the gradients by autograd."""
    x, t, weights = example
    return autograd(lambda *w: error(torch.from_numpy(x), t, w), weights, [np.ones(())])


def backpropagated(steps, example):
    """Return the gradients that three functions lead to, each called with what it should get."""
    x, t, weights = example
    outputs = [x]
    for W in weights[:-1]:
        outputs.append(1 / (1 + np.exp(-W @ outputs[-1])))
    y = weights[-1] @ outputs[-1]
    delta, found = np.reshape(steps["delta_output"](y, t), 1), []
    for layer in reversed(range(len(weights))):
        if found:
            delta = steps["delta_hidden"](delta, weights[layer + 1], outputs[layer + 1])
        found.insert(0, steps["grad_w"](np.array(delta, float), outputs[layer]))
    return found


def judge(gradients, own, sizes):
    """Return what each layer's gradients follow from, with the answer to a first example."""
    examples = [draw(sizes, label) for label in ("first", "second")]
    found = [answer(gradients, example) for example in examples]
    own = dict(zip(RIGHT, own, strict=True))
    origins = []
    for layer in range(len(sizes) - 1):
        follow = lambda steps, example, layer=layer: backpropagated(steps, example)[layer]
        layers = [parts[layer] for parts in found]
        origins.append(carried_from(layers, examples, follow, own, RIGHT))
    return origins, found[0], examples[0]


def expect_layers(gradients, own, sizes, layers):
    """Fail unless the gradients of ``layers`` are right or carry forward an error made before."""
    origins, found, example = judge(gradients, own, sizes)
    for layer in layers:
        if origins[layer] is None:
            label = f"the gradient of w^({layer + 1}), which does not follow from your own steps,"
            expect_close(found[layer], truth(example)[layer], atol=1e-5, name=label)
            raise AssertionError(f"{label} is wrong for a second example")


@test_case(
    points=0.75,
    hidden=False,
    failure_message="There must be a gradient for each weight matrix, in their order, each with "
    "the shape of its matrix.",
)
def gives_each_gradient_the_shape_of_its_weights(gradients):
    answer(gradients, draw((3, 4, 2, 1)))


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient does not tell how the error changes on a small step in one of the "
    "weight matrices. This check gives no points: the hidden ones do, and accept what follows "
    "from an error in an earlier question.",
)
def predicts_small_changes_of_the_error(gradients):
    x, t, weights = draw((3, 4, 2, 1))
    found = answer(gradients, (x, t, weights))
    for i, (W, gradient) in enumerate(zip(weights, found, strict=True)):
        step = 1e-4 * rng(f"step {i}").normal(size=W.shape)
        sides = [[*weights[:i], W + sign * step, *weights[i + 1 :]] for sign in (1, -1)]
        up, down = (error(*as_tensors(x, t, side)).item() for side in sides)
        what = f"the change of the error that the gradient of w^({i + 1}) predicts"
        predicted = np.sum(gradient * step)
        expect_close(predicted, (up - down) / 2, rtol=1e-3, atol=1e-8, name=what)


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of the last weights, w^(3), is wrong, and does not follow from "
    "your own delta_output and grad_w.",
)
def is_right_or_consistent_for_the_weights_to_the_output(
    gradients, delta_output, delta_hidden, grad_w
):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [2])


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of w^(2), the weights between the hidden layers, is wrong, and "
    "does not follow from your own delta_output, delta_hidden and grad_w.",
)
def is_right_or_consistent_between_the_hidden_layers(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [1])


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradient of w^(1), the weights from the inputs, is wrong, and does not "
    "follow from your own delta_output, delta_hidden and grad_w.",
)
def is_right_or_consistent_for_the_weights_from_the_inputs(
    gradients, delta_output, delta_hidden, grad_w
):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 4, 2, 1), [0])


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In a network with a single hidden layer, a gradient is wrong, and does not "
    "follow from your own steps.",
)
def works_with_one_hidden_layer(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (2, 5, 1), [0, 1])


@test_case(
    points=1,
    hidden=True,
    failure_message="In a network with three hidden layers of the same size, a gradient is wrong, "
    "and does not follow from your own steps.",
)
def works_with_three_hidden_layers(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    expect_layers(gradients, own, (3, 3, 3, 3, 1), [0, 1, 2, 3])


@test_case(
    points=0,
    hidden=True,
    failure_message="A gradient is not the true one. Where it follows from your own delta_output, "
    "delta_hidden or grad_w, the error is carried forward: it has lost its points in that "
    "question and loses none here.",
)
def carries_no_error_forward(gradients, delta_output, delta_hidden, grad_w):
    own = delta_output, delta_hidden, grad_w
    origins, _, _ = judge(gradients, own, (3, 4, 2, 1))
    said = []
    for layer, origin in enumerate(origins, 1):
        if origin:
            said.append(f"w^({layer}) carries forward what {' and '.join(origin)} gives")
        elif origin is None:
            said.append(f"w^({layer}) is wrong and follows from no earlier answer")
    assert not said, "; ".join(said)
