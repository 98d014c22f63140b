"""Right and wrong stochastic descents, in other styles than our reference."""

from __future__ import annotations

import math
import random

import numpy as np


def sigma(a):
    return 1 / (1 + math.exp(-a))


def slope(w, x, c):
    return (sigma(float(np.dot(w, x))) - c) * x


def gradient(w, X, t):
    return sum(slope(w, x, c) for x, c in zip(X, t, strict=True)) / len(t)


def loss(w, X, t):
    total = 0.0
    for x, c in zip(X, t, strict=True):
        y = sigma(float(np.dot(w, x)))
        total -= math.log(y) if c else math.log(1 - y)
    return total / len(t)


def rows_of_a_table(X, t):
    return [{"x": x, "class": c} for x, c in zip(X, t, strict=True)]


def steps(w0, eta, batches):
    """Take a step for each list of rows; return the weights before and after each."""
    path = [np.array(w0, float)]
    for batch in batches:
        move = sum(slope(path[-1], row["x"], row["class"]) for row in batch) / len(batch)
        path.append(path[-1] - eta * move)
    return path


def shuffled_by_random(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    """Right: the standard library's generator, over pairs of point and class."""
    random.seed(seed)
    pairs, path, losses = list(zip(X, t, strict=True)), [np.array(w0, float)], []
    for _ in range(num_epochs):
        random.shuffle(pairs)
        losses.append(loss(path[-1], X, t))
        for x, c in pairs:
            path.append(path[-1] - eta * slope(path[-1], x, c))
    return np.stack(path), losses


def shuffled_once(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    np.random.seed(seed)
    together = np.column_stack([X, t])
    np.random.shuffle(together)
    path = [np.array(w0, float)]
    losses = []
    for _ in range(num_epochs):
        losses.append(loss(path[-1], X, t))
        for row in together:
            path.append(path[-1] - eta * slope(path[-1], row[:-1], row[-1]))
    return np.array(path), losses


def seeded_in_every_epoch(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    rows, order = rows_of_a_table(X, t), []
    for _ in range(num_epochs):
        random.seed(seed)
        order += random.sample(rows, len(rows))
    return np.array(steps(w0, eta, [[row] for row in order])), np.zeros(num_epochs)


def never_shuffled(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    rows = rows_of_a_table(X, t) * num_epochs
    return np.array(steps(w0, eta, [[row] for row in rows])), np.zeros(num_epochs)


def with_replacement(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    random.seed(seed)
    rows = rows_of_a_table(X, t)
    drawn = [[random.choice(rows)] for _ in range(num_epochs * len(rows))]
    return np.array(steps(w0, eta, drawn)), np.zeros(num_epochs)


def one_point_only(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    rows = rows_of_a_table(X, t)
    return np.array(steps(w0, eta, [rows[4:5]] * num_epochs * len(t))), np.zeros(num_epochs)


def minibatches(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    random.seed(seed)
    rows = rows_of_a_table(X, t)
    batches = [random.sample(rows, 3) for _ in range(num_epochs * len(rows))]
    return np.array(steps(w0, eta, batches)), np.zeros(num_epochs)


def neighbours(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    random.seed(seed)
    rows = rows_of_a_table(X, t)
    places = [n for _ in range(num_epochs) for n in random.sample(range(len(rows)), len(rows))]
    return np.array(steps(w0, eta, [rows[n : n + 2] for n in places])), np.zeros(num_epochs)


def all_points(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    rows = rows_of_a_table(X, t)
    return np.array(steps(w0, eta, [rows] * num_epochs * len(rows))), np.zeros(num_epochs)


def momentum(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    np.random.seed(seed)
    path, speed = [np.array(w0, float)], 0
    for _ in range(num_epochs):
        for n in np.random.permutation(len(t)):
            speed = 0.9 * speed - eta * slope(path[-1], X[n], t[n])
            path.append(path[-1] + speed)
    return np.array(path), np.zeros(num_epochs)


def scaled(factor):
    """Return a descent whose steps are ``factor(N, epoch)`` times too large."""

    def descend(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
        np.random.seed(seed)
        w = list(map(float, w0))
        path = [list(w)]
        for epoch in range(num_epochs):
            order = np.random.permutation(len(t))
            for n in order:
                pull = slope(np.array(w), X[n], t[n])
                for k in range(len(w)):
                    w[k] -= eta * factor(len(t), epoch) * pull[k]
                path.append(list(w))
        return path, np.zeros(num_epochs)

    return descend


def weights_of_the_epochs_start(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    np.random.seed(seed)
    path = [np.array(w0, float)]
    for _ in range(num_epochs):
        first = path[-1]
        for n in np.random.permutation(len(t)):
            path.append(path[-1] - eta * slope(first, X[n], t[n]))
    return np.array(path), np.zeros(num_epochs)


def points_shuffled_without_classes(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    random.seed(seed)
    points, path = list(X), [np.array(w0, float)]
    for _ in range(num_epochs):
        random.shuffle(points)
        for x, c in zip(points, t, strict=True):
            path.append(path[-1] - eta * slope(path[-1], x, c))
    return np.array(path), np.zeros(num_epochs)


def one_array(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
    np.random.seed(seed)
    w = np.array(w0, float)
    path, losses = [w], []
    for _ in range(num_epochs):
        losses.append(loss(w, X, t))
        for n in np.random.permutation(len(t)):
            w -= eta * slope(w, X[n], t[n])
            path.append(w)
    return np.array(path), losses


def one_array_after_a_copy(X, t, *arguments, **options):
    path, losses = one_array(X, t, *arguments, **options)
    path[0] = options["w0"]
    return path, losses


def losses_by(record):
    """Return a right descent with losses ``record(path of the epoch, points, X, t)``."""

    def descend(X, t, eta, w0=(0.1, 0, 0), num_epochs=100, seed=0):
        random.seed(seed)
        path, losses, order = [np.array(w0, float)], [], list(range(len(t)))
        for _ in range(num_epochs):
            random.shuffle(order)
            for n in order:
                path.append(path[-1] - eta * slope(path[-1], X[n], t[n]))
            losses.append(record(path[-len(t) - 1 :], order, X, t))
        return np.array(path), losses

    return descend
