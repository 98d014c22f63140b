"""Expected losses and gradients, and what follows from the student's own functions.

For hidden cases only; this module is never shipped to students.
"""

import re

import numpy as np
import torch
from matplotlib.figure import Figure
from torch.nn import functional

from checks import elsewhere, expect_close, numbers, run_beside
from checks.gradients import autograd


def mean_loss(w, X, t):
    """Return the mean negative log-likelihood, by numpy."""
    a = X @ w
    return np.mean(np.logaddexp(0, a) - t * a)


def point_gradients(w, X, t):
    """Return the gradient of the loss of each point, (N, D)."""
    return (0.5 + 0.5 * np.tanh(X @ w / 2) - t)[:, None] * X


def torch_loss(X, t):
    """Return the mean negative log-likelihood as a function of a tensor of weights, by PyTorch."""
    points, classes = torch.from_numpy(X), torch.from_numpy(np.array(t, np.float64))
    return lambda w: functional.binary_cross_entropy_with_logits(points @ w, classes)


def torch_gradient(w, X, t):
    """Return the gradient of the mean loss, by automatic differentiation in float64."""
    return autograd(torch_loss(X, t), [w], [np.array(1.0)])[0]


def smallest_loss(X, t):
    """Return the smallest mean loss, by Newton's method."""
    loss, w = torch_loss(X, t), torch.zeros(X.shape[1], dtype=torch.float64)
    for _ in range(30):
        slope = torch.autograd.functional.jacobian(loss, w)
        curvature = torch.autograd.functional.hessian(loss, w)
        w = w - torch.linalg.solve(curvature + 1e-9 * torch.eye(len(w)), slope)
    return float(loss(w))


def descent_losses(X, t, eta, w0=(0.1, 0.0, 0.0), max_epochs=500, tolerance=1e-5):
    """Return the losses of gradient descent as the handout defines it."""
    w, losses = np.array(w0), []
    while len(losses) < max_epochs:
        losses.append(float(mean_loss(w, X, t)))
        w = w - eta * point_gradients(w, X, t).mean(axis=0)
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance:
            break
    return np.array(losses)


def points_used(path, N):
    """Return the point that each step used; fail if a step used none or several."""
    moved = np.abs(np.diff(path[:, :N], axis=0))
    users = (moved > 1e-6).sum(axis=1)
    for step, count in enumerate(users, 1):
        assert count > 0, f"step {step} changes the weight of no single point"
        assert count == 1, f"step {step} uses {count} points at once"
    return moved.argmax(axis=1)


def own_results(function, name, calls, part=None):
    """Call the function ``name`` as the student's ``function`` sees it; None if that fails.

    ``calls`` holds arguments and options of each call; ``part`` selects from a returned tuple.
    """
    space = dict(function.__globals__)
    for value in list(space.values()):  # it may be used as an attribute of its module
        if type(value).__name__ == "module" and value.__name__ == "logistic_regression":
            space = {**vars(value), **space}
    try:
        results = [space[name](*arguments, **options) for arguments, options in calls]
        return results if part is None else [result[part] for result in results]
    except Exception:
        return None


def ask_own(function, name, calls, part=None):
    """Return what ``own_results`` finds in a process that has not seen what the case asked."""
    apart = elsewhere(function, at_least=0.0)
    return None if apart is None else run_beside(own_results, apart, name, calls, part)


def own_descents(compare_learning_rates, X, t, etas, options):
    """Return the losses of the student's own descents; of ours if these fail."""
    calls = [((X, t, eta), options) for eta in etas]
    found = ask_own(compare_learning_rates, "gradient_descent", calls, 1)
    if found is None:
        found = [descent_losses(X, t, eta, **options) for eta in etas]
    return [numbers(losses).reshape(-1) for losses in found]


def right_or_carried(function, name, arguments, found, wanted):
    """Return ``wanted``, or the results of the student's own function if they equal ``found``."""
    calls = [(each, {}) for each in arguments]
    own = ask_own(function, name, calls)
    if own is None:
        return wanted
    own = np.array([numbers(value).astype(float).reshape(-1) for value in own])
    own = own.reshape(wanted.shape) if own.size == wanted.size else wanted
    return own if np.allclose(found, own, rtol=1e-4, atol=1e-6) else wanted


def start_after(descend, X, t, w0, options):
    """Return the starting weights after a descent."""
    descend(X, t, 0.3, w0=w0, **options)
    return w0


def expect_start_kept(descend, X, t, w0, **options):
    """Fail if a descent changes its starting weights in place."""
    after = run_beside(start_after, descend, X, t, w0.copy(), options)
    expect_close(after, w0, name="w0 after the descent")


def names_rate(label, eta):
    """Tell whether a label names this learning rate, not one whose digits begin with it."""
    return f"{eta:g}" in re.findall(r"\d+(?:\.\d*[1-9])?", label)


def curves_figure(curves):
    """Return our own figure of the student's curves for the report."""
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel="negative log-likelihood (nats per point)")
    for eta, losses in curves.items():
        axes.plot(losses, label=f"η = {eta:g}", linewidth=1)
    if curves:
        axes.legend(fontsize=8)
    return figure
