"""Cases for the accuracy, on a small model whose predictions are known."""

import torch

from checks import rng, run_beside, test_case
from oracle import expect_moved
from support import image_numbers, numbered_images

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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The accuracy of a model that is always right is 1; if it is always wrong, the "
    "accuracy is 0.",
)
def tells_always_right_from_always_wrong(mnist_test):
    expect_accuracy(
        run_beside(watch, mnist_test, *draw_data(30), {"batch_size": 10})["accuracy"], 1
    )
    wrong = draw_data(30, wrong=range(30))
    expect_accuracy(run_beside(watch, mnist_test, *wrong, {"batch_size": 10})["accuracy"], 0)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The accuracy is wrong when the last batch has fewer images than the others. "
    "Every image has the same weight, whatever the size of its batch.",
)
def counts_images_and_not_batches(mnist_test):
    data = draw_data(33, wrong=[0, 4, 5, 13, 14, 30, 31])
    expect_accuracy(run_beside(watch, mnist_test, *data, {"batch_size": 10})["accuracy"], 26 / 33)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model must see every image exactly once, including the images of a short "
    "last batch.",
)
def uses_each_image_once(mnist_test):
    batches = run_beside(watch, mnist_test, *draw_data(33), {"batch_size": 10})["batches"]
    used = sorted(number for batch in batches for number in image_numbers(batch, 33))
    assert used == list(range(33)), f"of 33 images, the model saw these: {used}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must see the images in batches of batch_size images (default: 100); "
    "only the last batch may be smaller.",
)
def respects_the_batch_size(mnist_test):
    for options, sizes in (({"batch_size": 7}, [7] * 30 + [4]), ({}, [100, 100, 14])):
        batches = run_beside(watch, mnist_test, *draw_data(214), options)["batches"]
        found = sorted(map(len, batches), reverse=True)
        assert found == sizes, f"with the options {options}, the batches have the sizes {found}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model is in training mode during the test. Layers such as dropout behave "
    "differently in that mode.",
)
def tests_in_evaluation_mode(mnist_test):
    modes = run_beside(watch, mnist_test, *draw_data(20), {"batch_size": 10})["training_modes"]
    assert modes, "the model was never called"
    assert not any(modes), f"{sum(modes)} of {len(modes)} batches were tested in training mode"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The test records its forward passes for gradients, which costs memory and "
    "time. It needs no gradients.",
)
def records_no_gradients(mnist_test):
    gradients = run_beside(watch, mnist_test, *draw_data(20), {"batch_size": 10})["gradients"]
    assert gradients, "the model was never called"
    assert not any(gradients), f"{sum(gradients)} of {len(gradients)} outputs require gradients"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The test changes the model. Afterwards, the parameters must have the same "
    "values and must still require gradients.",
)
def leaves_the_parameters_as_they_are(mnist_test):
    seen = run_beside(watch, mnist_test, *draw_data(20, wrong=range(9)), {"batch_size": 10})
    assert seen["batches"], "the model was never called"
    assert seen["sharpness"] == 1, f"a parameter changed from 1 to {seen['sharpness']:g}"
    assert seen["can_learn"], "the parameters no longer require gradients"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The images are not moved to the device of the model's parameters, so the test "
    "fails for a model on an accelerator.",
)
def moves_the_images_to_the_model(mnist_test):
    expect_moved(mnist_test, *draw_data(20))
