"""Expected values by definition and by automatic differentiation; for hidden cases only."""

from itertools import pairwise

import numpy as np
import torch

from checks.gradients import autograd


def logistic(a):
    """Return the logistic function."""
    return 0.5 + 0.5 * np.tanh(np.array(a) / 2)


def forward(x, weights, activation):
    """Return the activations and the outputs of all layers of a chain."""
    a, z = [], [x]
    for k, weight in enumerate(weights, 1):
        a.append(weight * z[-1])
        last = k == len(weights)
        z.append(a[-1] if last else logistic(a[-1]) if activation == "logistic" else max(a[-1], 0))
    return np.array(a), np.array(z)


def chain_slopes(x, t, weights, activation):
    """Return the gradients of a chain in float64."""
    function = {"logistic": torch.sigmoid, "relu": torch.relu}[activation]

    def error(w):
        z = torch.tensor(x, dtype=torch.float64)
        for weight in w[:-1]:
            z = function(weight * z)
        return (w[-1] * z - t) ** 2 / 2

    return autograd(error, [weights], [np.array(1.0)])[0]


def random_chain(K, generator):
    """Return the pattern of a random ReLU chain with biases, and which gradients are zero."""
    weights = generator.uniform(0.5, 2, K) * generator.choice([-1, 1], K)
    w = torch.from_numpy(weights).requires_grad_()
    z = torch.tensor(generator.uniform(0.5, 1.5), dtype=torch.float64)
    on = [True]
    for weight in w[:-1]:
        a = weight * z + float(generator.normal(0.5, 1.5))
        on.append(bool(a > 0))
        z = torch.relu(a)
    (gradient,) = torch.autograd.grad((w[-1] * z - 50.0) ** 2 / 2, w)
    return [*on, True], (gradient == 0).numpy()


def forced_zeros(on, generator):
    """Return which gradients are zero in a random fully connected ReLU network with a pattern.

    Biases put every hidden unit on the side that the pattern ``on`` asks for.
    """
    z = torch.from_numpy(np.where(on[0], generator.uniform(0.5, 1.5, len(on[0])), 0.0))
    weights = [
        torch.from_numpy(generator.normal(size=(len(above), len(below)))).requires_grad_()
        for below, above in pairwise(on)
    ]
    for weight, units in zip(weights[:-1], on[1:-1], strict=True):
        sums = weight @ z
        wanted = np.where(units, 1.0, -1.0) * generator.uniform(0.5, 1.5, len(units))
        z = torch.relu(sums + (torch.from_numpy(wanted) - sums).detach())
    error = ((weights[-1] @ z - 50.0) ** 2).sum() / 2
    gradients = torch.autograd.grad(error, weights)
    return [(gradient == 0).numpy() for gradient in gradients]


def right_functions(owner, *names):
    """Return right functions of parts a and b, in place of wrong ones in the student's module."""
    import numpy as np

    def outputs(a, activation):
        return 0.5 + 0.5 * np.tanh(a / 2) if activation == "logistic" else np.maximum(a, 0.0)

    def h_prime(a, activation):
        z = outputs(np.array(a, float), activation)
        return z * (1 - z) if activation == "logistic" else 1.0 * (z > 0)

    def chain_forward(x, weights, activation):
        a, z = [], [float(x)]
        for place, weight in enumerate(weights, 1):
            a.append(float(weight) * z[-1])
            z.append(a[-1] if place == len(weights) else float(outputs(a[-1], activation)))
        return np.array(a), np.array(z)

    def chain_gradients(x, t, weights, activation):
        a, z = chain_forward(x, weights, activation)
        factors = np.array(weights, float)[1:] * h_prime(a[:-1], activation)
        later = np.cumprod([1.0, *factors[::-1]])[::-1]
        return (z[-1] - t) * z[:-1] * later

    every = {"h_prime": h_prime, "chain_forward": chain_forward, "chain_gradients": chain_gradients}
    return {name: every[name] for name in names}
