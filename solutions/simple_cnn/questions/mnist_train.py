"""Cases for the training loop: what happens to a hand-made model, step by step."""

from itertools import pairwise

import torch
from torch.nn import functional

from checks import expect_close, rng, run_beside, test_case
from checks.devices import moved_batches

OK_FORMAT = False
name = "mnist_train"


def watch(mnist_train, weight, images, labels, options):
    """Train a linear model on each image's first six pixels; return the path of its weights."""
    import torch
    from torch import nn
    from torch.utils.data import TensorDataset

    class SixPixels(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(weight.clone())

        def forward(self, x):
            pixels = x.reshape(len(x), -1)
            features = pixels[:, :6].to(self.weight.dtype) - 0.5
            outputs = torch.log_softmax(features @ self.weight, dim=1)
            met = pixels[:, -1].tolist(), self.weight.detach().clone()
            if outputs.requires_grad:  # a batch counts when its gradient comes back
                outputs.register_hook(lambda gradient: batches.append(met))
            return outputs

    batches, model = [], SixPixels()
    mnist_train(model, TensorDataset(images, labels), **options)
    path = [weights for _, weights in batches] + [model.weight.detach().clone()]
    return [names for names, _ in batches], path


def draw_problem(count):
    """Return weights in float64, and ``count`` images whose last pixel tells which one it is."""
    pixels = rng("pixels").random((count, 28 * 28))
    pixels[:, -1] = torch.arange(count) / count
    images = torch.from_numpy(pixels).float().reshape(count, 1, 28, 28)
    labels = torch.from_numpy(rng("labels").integers(0, 10, count))
    return torch.from_numpy(rng("weight").normal(size=(6, 10))), images, labels


def train(mnist_train, problem, **options):
    """Return the batches (lists of positions) and the path of the weights, before each step."""
    names, path = run_beside(watch, mnist_train, *problem, options)
    assert names, "no gradient of the loss arrives at the model's outputs"
    return [[round(len(problem[1]) * pixel) for pixel in batch] for batch in names], path


def adam(problem, batches, rate):
    """Return the path of the weights that Adam takes on the mean NLL of these batches."""
    weight, images, labels = problem
    features, targets = images.flatten(1)[:, :6].double() - 0.5, functional.one_hot(labels, 10)
    mean, square, path = torch.zeros_like(weight), torch.zeros_like(weight), [weight]
    for step, batch in enumerate(batches, 1):
        errors = torch.softmax(features[batch] @ path[-1], dim=1) - targets[batch]
        gradient = features[batch].T @ errors / len(batch)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        direction = (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
        path.append(path[-1] - rate * direction)
    return path


def expect_path(mnist_train, problem, learning_rate, **options):
    """Fail unless the weights go where Adam takes them on the batches that were seen."""
    batches, path = train(mnist_train, problem, learning_rate=learning_rate, **options)
    expected = adam(problem, batches, learning_rate)
    for step, (actual, wanted) in enumerate(zip(path, expected, strict=True)):
        # a loss that is summed, not averaged, changes a step only where a gradient is almost zero
        error = float((actual - wanted).abs().mean()) / learning_rate
        assert error < 0.002, f"after {step} steps, the weights are off by {error:.1%} of the rate"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After training, the labels of the training images must be more likely than "
    "before. Does every batch change the parameters, and in the right direction?",
)
def makes_the_labels_more_likely(mnist_train):
    problem = draw_problem(40)
    _, images, labels = problem
    _, path = train(mnist_train, problem, num_epochs=20, learning_rate=0.05, batch_size=20)
    features = images.flatten(1)[:, :6].double() - 0.5
    before, after = (functional.cross_entropy(features @ path[i], labels) for i in (0, -1))
    assert after < 0.9 * before, f"the mean loss goes from {before:.3f} to {after:.3f}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="One epoch with all images in one batch is one step. The first step of Adam "
    "moves each weight by the learning rate, up or down.",
)
def moves_each_weight_by_the_learning_rate_first(mnist_train):
    problem = draw_problem(8)
    _, path = train(mnist_train, problem, num_epochs=1, learning_rate=0.01, batch_size=8)
    moved = (path[-1] - path[0]).abs()  # where a gradient is almost zero, a little less
    expect_close(moved.median(), 0.01, rtol=0.005, name="the size of the step of most weights")
    expect_close(moved.max(), 0.01, rtol=0.005, name="the size of the largest step")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The first step is not the one that Adam makes on the negative "
    "log-likelihood. The model's outputs are log-probabilities already.",
)
def steps_down_the_negative_log_likelihood(mnist_train):
    expect_path(mnist_train, draw_problem(12), 0.05, num_epochs=1, batch_size=12)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With one batch per epoch, the steps after the first differ from Adam's. Each "
    "gradient must start from zero, and Adam must remember its earlier steps.",
)
def follows_adam_from_epoch_to_epoch(mnist_train):
    expect_path(mnist_train, draw_problem(12), 0.05, num_epochs=5, batch_size=12)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With several batches per epoch, the steps differ from Adam's. Look at what "
    "is done once per training, once per epoch and once per batch.",
)
def follows_adam_from_batch_to_batch(mnist_train):
    expect_path(mnist_train, draw_problem(24), 0.05, num_epochs=2, batch_size=6)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The learning rate must be the one that mnist_train is called with.",
)
def respects_the_learning_rate(mnist_train):
    moved = []
    for rate in (0.2, 0.002):
        problem = draw_problem(12)
        _, path = train(mnist_train, problem, num_epochs=1, learning_rate=rate, batch_size=12)
        moved.append(float((path[-1] - path[0]).abs().mean()))
    assert moved[1] > 0, "the weights do not change"
    ratio = moved[0] / moved[1]
    assert abs(ratio - 100) < 5, (
        f"with 100 times the learning rate, a step is {ratio:.3g} times as long"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number or the size of the steps is not right: one step per batch of "
    "batch_size images, in each of num_epochs epochs. The last batch may be smaller.",
)
def makes_one_step_per_batch(mnist_train):
    problem = draw_problem(214)
    for options, sizes in (
        ({"num_epochs": 3, "batch_size": 50}, [50] * 12 + [14] * 3),
        ({}, [100] * 10 + [14] * 5),
    ):
        batches, path = train(mnist_train, problem, **options)
        found = sorted(map(len, batches), reverse=True)
        assert found == sizes, f"with the options {options}, the batches have the sizes {found}"
        steps = sum(not torch.equal(*pair) for pair in pairwise(path))
        assert steps == len(sizes), f"{len(sizes)} batches make {steps} steps"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Every image must be learned from exactly once in each epoch, those of a "
    "short last batch too.",
)
def uses_each_image_once_per_epoch(mnist_train):
    batches, _ = train(mnist_train, draw_problem(33), num_epochs=3, batch_size=10)
    order = [position for batch in batches for position in batch]
    epochs = [sorted(order[start : start + 33]) for start in range(0, max(len(order), 99), 33)]
    assert epochs == [list(range(33))] * 3, f"the images of the epochs are {epochs}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The batches must be made of other images in each epoch: shuffle the images "
    "before every epoch.",
)
def shuffles_the_images_in_each_epoch(mnist_train):
    batches, _ = train(mnist_train, draw_problem(60), num_epochs=3, batch_size=6)
    assert len(batches) > 20, f"{len(batches)} batches were seen, fewer than three epochs have"
    sorted_batches = {frozenset(range(start, start + 6)) for start in range(0, 60, 6)}
    first, second, third = ({frozenset(b) for b in batches[i : i + 10]} for i in (0, 10, 20))
    assert first != sorted_batches, "the first epoch takes the images in the order of the data"
    assert not first == second == third, "all epochs have the same batches"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The images are not moved to the device that holds the model's parameters, "
    "so the training fails for a model on an accelerator.",
)
def moves_the_images_to_the_model(mnist_train):
    moved = run_beside(moved_batches, mnist_train, *draw_problem(20)[1:])
    assert moved, "the model was not used"
    assert all(moved), f"{len(moved) - sum(moved)} of {len(moved)} batches were not moved"
