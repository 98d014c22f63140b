"""Public checks of mnist_test; the grader has more."""

import torch

from checks import rng, run_beside, test_case
from support import numbered_images

OK_FORMAT = False
name = "mnist_test"


def watch(mnist_test, images, labels, options):
    """Test a model that predicts the largest of an image's first ten pixels; return what it saw."""
    import torch
    from torch import nn
    from torch.utils.data import TensorDataset

    class LargestPixel(nn.Module):
        def __init__(self):
            super().__init__()
            self.sharpness = nn.Parameter(torch.ones(()))
            self.batches, self.training_modes, self.gradients = [], [], []

        def forward(self, x):
            pixels = x.reshape(len(x), -1)
            outputs = torch.log_softmax(self.sharpness * pixels[:, :10], dim=1)
            self.batches.append(pixels[:, -1].tolist())  # the last pixel numbers the images
            self.training_modes.append(self.training)
            self.gradients.append(outputs.requires_grad)
            return outputs

    model = LargestPixel()
    accuracy = mnist_test(model, TensorDataset(images, labels), **options)
    try:
        accuracy = float(accuracy)
    except (TypeError, ValueError):
        accuracy = type(accuracy).__name__
    return {
        "accuracy": accuracy,
        "batches": model.batches,
        "training_modes": model.training_modes,
        "gradients": model.gradients,
        "sharpness": model.sharpness.item(),
        "can_learn": model.sharpness.requires_grad,
    }


def draw_data(count, wrong=()):
    """Return images and labels; the model of ``watch`` is wrong at the positions ``wrong``.

    The first of these images has the class that the model finds least likely.
    """
    images, wrong = numbered_images(count), list(wrong)
    outputs = images.flatten(1)[:, :10]
    labels = outputs.argmax(dim=1)
    labels[wrong] = (
        labels[wrong] + torch.from_numpy(rng("labels").integers(1, 10, len(wrong)))
    ) % 10
    labels[wrong[:1]] = outputs[wrong[:1]].argmin(dim=1)
    return images, labels


def expect_accuracy(actual, expected):
    """Fail unless the accuracy is right; a percentage is penalised in a case of its own."""
    assert not isinstance(actual, str), (
        f"mnist_test should return one number, but it returns an object of type {actual}"
    )
    fraction = actual / 100 if actual > 1 else actual
    # float32 holds a fraction up to 1e-7
    assert abs(fraction - expected) < 1e-5, (
        f"the accuracy is {actual:g}, but it should be {expected:g}"
    )


@test_case(
    points=0.5,
    hidden=False,
    failure_message="mnist_test(model, data) must return one number from 0 to 1, not a percentage.",
)
def returns_a_number_between_zero_and_one(mnist_test):
    accuracy = run_beside(watch, mnist_test, *draw_data(6, wrong=[1]), {})["accuracy"]
    assert not isinstance(accuracy, str), f"it returns an object of type {accuracy}"
    assert 0 <= accuracy <= 1, f"the accuracy is {accuracy:g}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The accuracy of a model that is right on three of four images is 0.75.",
)
def finds_three_of_four_correct(mnist_test):
    seen = run_beside(watch, mnist_test, *draw_data(4, wrong=[2]), {"batch_size": 4})
    expect_accuracy(seen["accuracy"], 0.75)
