"""Expected values by PyTorch's own functions, and the held-out images.

For hidden cases only; this module is never shipped to students.
"""

import numpy as np
import torch
from torch.nn import functional

from checks import expect_shape, rng, run_beside
from checks.devices import moved_batches
from support import draw_images, features_of, network_with, train_and_predict

KERNELS = (32, 1, 3, 3)
OFFSETS = (32,)
WEIGHT = (10, 32 * 14 * 14)
BIAS = (10,)


def draw(shape, scale):
    """Return random float32 numbers that depend on the case's seed and on ``shape`` only."""
    return torch.from_numpy(rng(str(shape)).normal(0, scale, shape)).float()


def draw_parameters():
    """Return parameters by shape that do not saturate the logistic function."""
    return {
        KERNELS: draw(KERNELS, 0.5),
        OFFSETS: draw(OFFSETS, 0.5),
        WEIGHT: draw(WEIGHT, 0.05),
        BIAS: draw(BIAS, 0.5),
    }


def definition(images, kernels, offsets, weight, bias):
    """Compute the log-probabilities as the handout defines them, in the dtype of ``images``."""
    volume = torch.sigmoid(functional.conv2d(images, kernels, offsets, padding=1))
    pooled = functional.max_pool2d(volume, kernel_size=2)
    return torch.log_softmax(pooled.flatten(1) @ weight.T + bias, dim=1)


def gradients(SimpleCNN):
    """Return pairs of the student's and the expected gradient of a random mix of the outputs."""
    images, mix, values = draw_images(3).requires_grad_(), draw((3, 10), 1), draw_parameters()
    model = network_with(SimpleCNN, values)
    learned = [images, *model.parameters()]
    (model(images) * mix).sum().backward()
    exact = [tensor.detach().double().requires_grad_() for tensor in (images, *values.values())]
    (definition(*exact) * mix).sum().backward()
    actual = {tuple(tensor.shape): tensor.grad for tensor in learned}
    return [(actual.get(tuple(tensor.shape)), tensor.grad) for tensor in exact]


def expect_gradient(actual, expected):
    """Fail unless the difference of two gradients is below 3 percent of their norm.

    Where the two largest numbers of a pooling window are equal up to rounding, float32 and
    float64 may send the gradient to different pixels; one such window changes about 1 percent.
    """
    assert actual is not None, "a gradient is None"
    expect_shape(actual, expected.shape, "the gradient")
    error = float((actual.double() - expected).norm() / expected.norm())
    assert error < 0.03, f"the error of a gradient is {error:.0%} of its norm"


def adam(problem, batches, rate):
    """Return the weights before each step of Adam on the mean NLL of a batch, and at the end."""
    weight, images, labels = problem
    features, targets = features_of(images), functional.one_hot(labels, 10)
    mean, square, path = torch.zeros_like(weight), torch.zeros_like(weight), [weight]
    for step, batch in enumerate(batches, 1):
        errors = torch.softmax(features[batch] @ path[-1], dim=1) - targets[batch]
        gradient = features[batch].T @ errors / len(batch)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        direction = (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
        path.append(path[-1] - rate * direction)
    return path


def expect_adam(path, batches, problem, rate):
    """Fail unless the weights follow the path of Adam on the same batches."""
    expected = adam(problem, batches, rate)
    for step, (actual, wanted) in enumerate(zip(path, expected, strict=True)):
        # a loss that is summed, not averaged, changes a step only where a gradient is almost zero
        error = float((actual - wanted).abs().mean()) / rate
        assert error < 0.002, (
            f"after {step} steps, the mean error of the weights is {error:.1%} of the learning rate"
        )


def expect_moved(function, images, labels):
    """Fail unless ``function`` moves every batch to the device of the model."""
    moved = run_beside(moved_batches, function, images, labels)
    assert moved, "the model was never called"
    assert all(moved), f"{len(moved) - sum(moved)} of {len(moved)} batches were not moved"


def predict_unseen(Network, mnist_train, count=None, **options):
    """Train on the first ``count`` images; return the classes of the held-out images, and these."""
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import dataset, fashion_mnist

    data = fashion_mnist.load("train", data_size("fashion_mnist"))
    images, labels = _to_bytes(data.images[:count]), torch.from_numpy(data.labels[:count])
    unseen = dataset("fashion_mnist").held_out.load()
    arguments = images, labels, _to_bytes(unseen.images), options
    predicted = run_beside(train_and_predict, Network, mnist_train, *arguments)
    expect_shape(predicted, (len(unseen.labels),), "the predictions")
    return predicted.numpy(), unseen


def _to_bytes(images):
    """Return images with values in [0, 1] as bytes, a quarter of their size."""
    return torch.from_numpy((255 * images).round().astype(np.uint8))
