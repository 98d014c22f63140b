"""Cases for the training loop: how it changes a small model, step by step."""

from itertools import pairwise

import torch
from torch.nn import functional

from checks import expect_close, rng, run_beside, test_case
from oracle import expect_adam, expect_moved
from support import features_of, image_numbers, numbered_images

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
            features = pixels[:, :6].to(self.weight.dtype) - 0.5  # as in features_of
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
    """Return weights in float64, ``count`` numbered images and their labels."""
    labels = torch.from_numpy(rng("labels").integers(0, 10, count))
    weight = torch.from_numpy(rng("weight").normal(size=(6, 10)))
    return weight, numbered_images(count), labels


def train(mnist_train, problem, **options):
    """Return the image numbers of each batch, and the weights before each step and at the end."""
    names, path = run_beside(watch, mnist_train, *problem, options)
    assert names, "the loss has no gradient with respect to the model's outputs"
    return [image_numbers(batch, len(problem[1])) for batch in names], path


def expect_path(mnist_train, problem, learning_rate, **options):
    """Fail unless the weights follow the path of Adam on the same batches."""
    batches, path = train(mnist_train, problem, learning_rate=learning_rate, **options)
    expect_adam(path, batches, problem, learning_rate)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After training, the labels of the training images must be more likely than "
    "before. Check that every batch changes the parameters, and in the right direction.",
)
def makes_the_labels_more_likely(mnist_train):
    problem = draw_problem(40)
    _, images, labels = problem
    _, path = train(mnist_train, problem, num_epochs=20, learning_rate=0.05, batch_size=20)
    features = features_of(images)
    before, after = (functional.cross_entropy(features @ path[i], labels) for i in (0, -1))
    assert after < 0.9 * before, f"the mean loss goes from {before:.3f} to {after:.3f}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="One epoch with all images in one batch makes one step. The first step of Adam "
    "moves each weight by the learning rate, up or down.",
)
def moves_each_weight_by_the_learning_rate_first(mnist_train):
    problem = draw_problem(8)
    _, path = train(mnist_train, problem, num_epochs=1, learning_rate=0.01, batch_size=8)
    moved = (path[-1] - path[0]).abs()  # where a gradient is almost zero, a little less
    expect_close(moved.median(), 0.01, rtol=0.005, name="the size of the step of most weights")
    expect_close(moved.max(), 0.01, rtol=0.005, name="the size of the largest step")


@test_case(
    points=1,
    hidden=True,
    failure_message="The first step is not a step of Adam on the negative log-likelihood. The "
    "model's outputs are already log-probabilities.",
)
def steps_down_the_negative_log_likelihood(mnist_train):
    expect_path(mnist_train, draw_problem(12), 0.05, num_epochs=1, batch_size=12)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With one batch per epoch, the weights leave the path of Adam. Reset the "
    "gradients for every batch, and keep one optimiser for the whole training.",
)
def follows_adam_from_epoch_to_epoch(mnist_train):
    expect_path(mnist_train, draw_problem(12), 0.05, num_epochs=5, batch_size=12)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With several batches per epoch, the weights leave the path of Adam. Check "
    "what you do once per training, once per epoch and once per batch.",
)
def follows_adam_from_batch_to_batch(mnist_train):
    expect_path(mnist_train, draw_problem(24), 0.05, num_epochs=2, batch_size=6)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The optimiser must use the learning_rate that mnist_train is called with.",
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
        f"with a learning rate 100 times as large, a step is {ratio:.3g} times as long"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number of steps or the size of the batches is wrong. Each of the "
    "num_epochs epochs makes one step per batch of batch_size images; the last batch may be "
    "smaller.",
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
    failure_message="Every epoch must use every image exactly once, including the images of a "
    "short last batch.",
)
def uses_each_image_once_per_epoch(mnist_train):
    batches, _ = train(mnist_train, draw_problem(33), num_epochs=3, batch_size=10)
    order = [position for batch in batches for position in batch]
    epochs = [sorted(order[start : start + 33]) for start in range(0, max(len(order), 99), 33)]
    assert epochs == [list(range(33))] * 3, f"the epochs use the images {epochs}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each epoch must have new batches: shuffle the images before every epoch.",
)
def shuffles_the_images_in_each_epoch(mnist_train):
    batches, _ = train(mnist_train, draw_problem(60), num_epochs=3, batch_size=6)
    assert len(batches) > 20, f"three epochs have 30 batches, but there were {len(batches)}"
    sorted_batches = {frozenset(range(start, start + 6)) for start in range(0, 60, 6)}
    first, second, third = ({frozenset(b) for b in batches[i : i + 10]} for i in (0, 10, 20))
    assert first != sorted_batches, "the first epoch uses the images in the order of the data"
    assert not first == second == third, "all epochs have the same batches"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The images are not moved to the device of the model's parameters, so the "
    "training fails for a model on an accelerator.",
)
def moves_the_images_to_the_model(mnist_train):
    expect_moved(mnist_train, *draw_problem(20)[1:])
