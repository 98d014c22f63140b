"""Public checks of mnist_train; the grader has more."""

import torch
from torch.nn import functional

from checks import expect_close, rng, run_beside, test_case
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
