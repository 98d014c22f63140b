"""Expected losses and gradients, and what the weights of a path say about the code behind it.

For hidden cases only; this module is never shipped to students.
"""

import re

import numpy as np
import torch
from matplotlib.figure import Figure
from torch.nn import functional

from checks import as_shaped, expect_close, expect_right_or_following, run_beside
from checks.carried import carried_from
from checks.gradients import autograd
from checks.values import Recognised, Unusable
from support import curve_of

LOSS_AND_GRADIENT, DESCENT = ("negative_log_likelihood", "gradient"), ("gradient_descent",)


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


def right_functions(owner, names):
    """Return right functions in place of the student's own, which earlier questions judge."""
    import numpy as np

    def negative_log_likelihood(w, X, t):
        a = X @ w
        return np.mean(np.logaddexp(0, a) - t * a)

    def gradient(w, X, t):
        return X.T @ (0.5 + 0.5 * np.tanh(X @ w / 2) - t) / len(t)

    def gradient_descent(X, t, eta, w0=(0.1, 0.0, 0.0), max_epochs=500, tolerance=1e-5):
        path, losses = [np.array(w0, float)], []
        while len(losses) < max_epochs:
            losses.append(negative_log_likelihood(path[-1], X, t))
            path.append(path[-1] - eta * gradient(path[-1], X, t))
            if len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance:
                break
        return np.array(path), np.array(losses)

    functions = negative_log_likelihood, gradient, gradient_descent
    return {f.__name__: f for f in functions if f.__name__ in names}


_RIGHT = right_functions(None, (*LOSS_AND_GRADIENT, *DESCENT))
mean_loss, descent = _RIGHT["negative_log_likelihood"], _RIGHT["gradient_descent"]


def expect_losses(losses, starts, X, t, own_loss, explain):
    """Fail unless the losses are those at the weights ``starts``, right or by the student's loss.

    ``explain()`` returns what is wrong with them in words, or None.
    """

    def follow(functions, w):
        return as_shaped(functions["loss"](w, X, t), ())

    own, right = {"loss": own_loss}, {"loss": mean_loss}
    if len(losses) == len(starts) and carried_from(losses, starts, follow, own, right) is not None:
        return
    found = explain() if len(losses) == len(starts) else None
    if found is not None:
        raise Unusable(f"the losses are wrong: {found}", is_the_test=True)
    wanted = np.array([mean_loss(w, X, t) for w in starts])
    expect_close(losses, wanted, rtol=1e-4, atol=1e-5, name="losses")


def fault_of_losses(losses, starts, ends, X, t, path=None):
    """Return in words what losses are in place of the mean losses at ``starts``; None if unknown.

    ``ends`` are the weights after each epoch. If its steps use one point each, ``path`` holds the
    weights before and after every step.
    """

    def at(rows, points=X, classes=t):
        return np.array([mean_loss(w, points, classes) for w in rows])

    def same(values):
        return len(values) == len(losses) and np.allclose(losses, values, rtol=1e-4, atol=1e-5)

    right = at(starts)
    if same(at(ends)):
        return "each is the loss after the steps of its epoch, not before them"
    if any(same(at(starts, X[[n]], t[[n]])) for n in range(len(t))):
        return "each is the loss of a single point, not the mean over all points"
    if path is not None:
        used = np.abs(np.diff(path, axis=0)[:, : len(t)]).argmax(axis=1)
        alone = [mean_loss(w, X[[n]], t[[n]]) for w, n in zip(path, used, strict=False)]
        if any(
            same(np.reshape(each, (-1, len(t))).mean(axis=1)) for each in (alone, at(path[:-1]))
        ):
            return "each is an average over the steps of the epoch, while the weights change"
    if same(np.array([-np.mean(t * (X @ w)) - 1 for w in starts])):
        return "1 - t * log(1 - y) has no brackets around 1 - t"
    factors = {
        len(t): "each is a sum over the points, not the mean",
        1 / len(t): "each is divided by the number of points once too often",
        -1: "they have the wrong sign",
        1 / np.log(2): "they use logarithms to base 2",
    }
    for factor, words in factors.items():
        if same(factor * right):
            return words
    ratios, shifts = np.array(losses) / right, np.array(losses) - right
    if np.allclose(ratios, ratios[0], rtol=1e-4, atol=0):
        return "all are too large or too small by the same factor"
    if np.allclose(shifts, shifts[0], rtol=1e-4, atol=1e-5):
        return "all are shifted by the same number; compare your brackets with the definition"
    return None


def points_used(path, X):
    """Return the point that each step used, for points X that each have a feature of their own.

    Fails, in words, if a step used none or several.
    """
    N = len(X)
    steps = np.diff(path, axis=0)
    moved = np.abs(steps[:, :N])
    largest = moved.max(axis=1, keepdims=True)
    users = (moved > 1e-4 * largest).sum(axis=1)
    if (largest < 1e-9).any():
        raise Unusable("some steps change the weight of no single point")
    if (users == 1).all():
        return moved.argmax(axis=1)
    if users[0] > 1 and np.allclose(steps[:, N:], steps[:, :N] @ X[:, N:], rtol=1e-3, atol=1e-6):
        if (users == N).all():
            text = "each step uses all points at once, but it must use a single point"
            raise Recognised("sgd_full_gradient_in_every_step", text)
        if _are_adjacent_pairs(moved > 1e-4 * largest):
            text = "each step uses a point and the next one, but it must use a single point"
            raise Recognised("sgd_pairs_of_points", text)
        text = "each step uses several points at once (a minibatch), but it must use a single point"
        raise Recognised("sgd_minibatches", text)
    raise Unusable(
        "a step changes weights that its own point does not touch. A step subtracts eta times the "
        "gradient of one point and nothing else"
    )


def _are_adjacent_pairs(used):
    """Tell whether each step uses two neighbours in X, or the last point alone; used is (S, N)."""
    first, last = used.argmax(axis=1), used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    return (used.sum(axis=1) <= 2).all() and (
        (last - first == 1) | ((first == last) & (last == used.shape[1] - 1))
    ).all()


def fault_of_order(orders):
    """Return as an error what is wrong with the points used in each epoch, (E, N), if anything."""
    count = orders.shape[1]
    in_file = np.arange(count)
    if (orders == orders[0, 0]).all():
        return Unusable("every step uses the same point", is_the_test=True)
    if not (np.sort(orders, axis=1) == in_file).all():
        return Recognised(
            "sgd_with_replacement",
            "an epoch uses some points several times and others not at all, as if it draws them "
            "with replacement",
        )
    if (orders == in_file).all() or (orders == in_file[::-1]).all():
        text = "the points are used in the order of X; they are not shuffled"
        return Recognised("sgd_never_shuffled", text)
    if (orders == orders[0]).all():
        return Recognised(
            "sgd_shuffled_once",
            "all epochs use the points in the same order: they are shuffled once, or the "
            "generator is created again in each epoch",
        )
    if (orders == in_file).all(axis=1).any():
        return Unusable("an epoch uses the points in the order of X", is_the_test=True)
    if len(np.unique(orders, axis=0)) < len(orders):
        return Unusable("two epochs use the points in the same order", is_the_test=True)
    return None


def fault_of_steps(path, used, X, t, eta):
    """Return as an error what is wrong with steps that use one point each; None if unknown."""
    points, classes = X[used], t[used]
    epochs, count = len(used) // len(t), len(t)
    pull = -np.diff(path, axis=0) / eta
    found = (pull * points).sum(axis=1) / (points**2).sum(axis=1)
    if not np.allclose(pull, found[:, None] * points, rtol=1e-3, atol=1e-6):
        return None

    def pulls(weights, targets=classes):
        return 0.5 + 0.5 * np.tanh((points * weights).sum(axis=1) / 2) - targets

    right = pulls(path[:-1])
    firsts = np.repeat(path[:-1:count], count, axis=0)
    if np.allclose(found, pulls(firsts), rtol=1e-3, atol=1e-6):
        text = "all steps of an epoch use the weights from the start of the epoch"
        return Recognised("sgd_gradients_at_the_start_of_the_epoch", text)
    others = pulls(path[:-1], 1 - classes)
    if np.isclose(np.where(np.isclose(found, right, rtol=1e-3), right, others), found,
                  rtol=1e-3).all() and not np.isclose(found, right, rtol=1e-3).all():  # fmt: skip
        text = "some steps use the class of another point; shuffle points and classes alike"
        return Recognised("sgd_classes_not_shuffled", text)
    ratios = found / right
    by_epoch = ratios.reshape(epochs, count)
    if not np.allclose(by_epoch, by_epoch[:, :1], rtol=1e-3):
        return None
    if not np.allclose(ratios, ratios[0], rtol=1e-3):
        text = "the learning rate changes from epoch to epoch"
        falls = (np.diff(by_epoch[:, 0]) < 0).all()
        return Recognised("sgd_learning_rate_decays", text) if falls else Unusable(text, None, True)
    if np.isclose(ratios[0], 1, rtol=1e-3):
        return None
    if np.isclose(ratios[0], -1, rtol=1e-3):
        text = "every step goes uphill: it adds the gradient in place of subtracting it"
        return Recognised("sgd_uphill", text)
    if np.isclose(ratios[0], 1 / count, rtol=1e-3):
        text = "every step is N times too small: the gradient of one point is divided by N"
        return Recognised("sgd_divided_by_n", text)
    if ratios[0] < 0:
        text = "every step goes uphill, and it is too large or too small by the same factor"
    elif np.isclose(ratios[0], count, rtol=1e-3):
        text = "every step is N times too large"
    else:
        text = f"every step is too {'large' if ratios[0] > 1 else 'small'} by the same factor"
    return Unusable(text, is_the_test=True)


def expect_curves(ask, X, t, etas, own_descent, compare, w0=None, **settings):
    """Fail unless ``ask`` gives the losses of the descents, right or by the student's own descent.

    ``ask(X, t, **settings)`` returns a list of curves, one for each of ``etas``.
    """

    def keywords(start):
        return {**settings, **({"w0": start[0].tolist()} if start else {})}

    expect_right_or_following(
        lambda X, *start: ask(X, t, **keywords(start)),
        (X,) if w0 is None else (X, np.array(w0)),
        right=lambda X, *start: [descent(X, t, eta, **keywords(start))[1] for eta in etas],
        follow=lambda own, X, *start: [
            curve_of(own["gradient_descent"](X, t, eta, **keywords(start))) for eta in etas
        ],
        own={"gradient_descent": own_descent},
        compare=compare,
    )


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
