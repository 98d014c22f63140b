"""Expected values by PyTorch's own functions, and the held-out images.

For hidden cases only; this module is never shipped to students.
"""

import numpy as np
import torch
from torch.nn import functional

from checks import as_shaped, elsewhere, expect_shape, numbers, rng, run_beside
from checks.devices import moved_batches
from support import draw_images, features_of, network_with, outputs_of, train_new

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


def outputs_by_definition(state, images):
    """Return the outputs of the network of the handout with these parameters; fail for others."""
    named = {tuple(value.shape): value.float() for value in state.values()}
    for shape in (KERNELS, OFFSETS, WEIGHT, BIAS):
        assert shape in named, f"no parameter has the shape {shape}"
    given = [named[shape] for shape in (KERNELS, OFFSETS, WEIGHT, BIAS)]
    return torch.cat([definition(batch.float() / 255, *given) for batch in images.split(200)])


def outputs_after_training(Network, state, images):
    """Return the outputs of a trained network, computed by the grader where it is the handout's.

    Where it is another one, since an earlier question has charged an error in it, the student's
    code gets its parameters and the images, in a process that has not seen the training.
    """
    own = elsewhere(Network)
    random = {name: draw(tuple(value.shape), 0.2) for name, value in state.items()}
    probe = images[:9]
    try:
        found = run_beside(outputs_of, own, random, probe) if own is not None else None
        wanted = outputs_by_definition(random, probe)
    except Exception:  # it has other parameters
        found, wanted = None, None
    if own is None or (wanted is not None and np.allclose(numbers(found), wanted, atol=1e-3)):
        return outputs_by_definition(state, images)
    return run_beside(outputs_of, own, state, images)


def predict_unseen(Network, mnist_train, count=None, outputs=outputs_after_training, **options):
    """Train on the first ``count`` images; return the classes of the held-out images, and these.

    In each grading, the classes have other numbers, so that what was trained elsewhere knows none.
    ``outputs(Network, state, images)`` gives the outputs of the trained network.
    """
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import dataset, fashion_mnist

    data = fashion_mnist.load("train", data_size("fashion_mnist"))
    images, labels = _to_bytes(data.images[:count]), torch.from_numpy(data.labels[:count])
    unseen = dataset("fashion_mnist").held_out.load()
    numbering = torch.from_numpy(rng("numbers of the classes").permutation(10))
    state = run_beside(train_new, Network, mnist_train, images, numbering[labels], options)
    found = as_shaped(outputs(Network, state, _to_bytes(unseen.images)), (len(unseen.labels), 10))
    return numbering.argsort()[torch.from_numpy(found).argmax(dim=1)].numpy(), unseen


def own_outputs(Network, state, images):
    """Return what any network gives in a process that has not seen its training."""
    return run_beside(outputs_of, elsewhere(Network, at_least=0.0), state, images)


def _to_bytes(images):
    """Return images with values in [0, 1] as bytes, a quarter of their size."""
    return torch.from_numpy((255 * images).round().astype(np.uint8))
