"""Expected gradients, and answers that follow from a student's own steps; for hidden cases only."""

import numpy as np
import torch

from checks.carried import carried_from
from checks.gradients import autograd


def right_functions(owner):
    """Return right functions in place of the student's own, which earlier questions judge."""
    import numpy as np

    return {
        "delta_output": lambda y, t: y - t,
        "delta_hidden": lambda delta_above, W, z: delta_above @ W * z * (1 - z),
        "grad_w": lambda delta_above, z: np.outer(delta_above, z),
    }


RIGHT = right_functions(None)


def expected_gradients(example):
    """Return the gradients by automatic differentiation, one array for each weight matrix."""
    x, t, weights = example

    def error(*weights):
        z = torch.from_numpy(x)
        for W in weights[:-1]:
            z = torch.sigmoid(W @ z)
        return ((weights[-1] @ z - t) ** 2).sum() / 2

    return autograd(error, weights, [np.ones(())])


def backpropagated(steps, example):
    """Return the gradients that follow from three functions, each called with right arguments."""
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


def origins(answers, examples, own):
    """Return for each layer which of the ``own`` functions its gradients follow from.

    ``answers`` holds the student's gradients for each example. An empty list means that a layer is
    right, None that it is wrong and follows from nothing.
    """
    own = dict(zip(RIGHT, own, strict=True))
    found = []
    for layer in range(len(answers[0])):
        follow = lambda steps, example, layer=layer: backpropagated(steps, example)[layer]
        of_layer = [gradients[layer] for gradients in answers]
        found.append(carried_from(of_layer, examples, follow, own, RIGHT))
    return found
