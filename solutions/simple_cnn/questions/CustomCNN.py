"""Cases for the leader board: an architecture of one's own, trained like the simple network."""

import numpy as np
import torch
from otter.test_files import test_case

from autograder.examine.thresholds import data_size
from checks import expect_close, expect_shape, record, rng, run_beside
from data import dataset, fashion_mnist

OK_FORMAT = False
name = "CustomCNN"

HELD_OUT = dataset("fashion_mnist").held_out


def train_and_predict(CustomCNN, mnist_train, images, labels, unseen):
    """Train a new network on images (N, 1, 28, 28) of bytes; return its classes for others."""
    import torch
    from torch.utils.data import TensorDataset

    model = CustomCNN()
    mnist_train(model, TensorDataset(images.float() / 255, labels))
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        outputs = [model(batch.to(device).float() / 255) for batch in unseen.split(200)]
    return torch.cat(outputs).argmax(dim=1).cpu()


def to_bytes(images):
    """Return images with values in [0, 1] as a quarter of their size."""
    return torch.from_numpy((255 * images).round().astype(np.uint8))


@test_case(
    points=0,
    hidden=False,
    failure_message="Your network must take images of shape (N, 1, 28, 28) and give "
    "log-probabilities of shape (N, 10), like SimpleCNN.",
)
def gives_ten_log_probabilities_for_each_image(CustomCNN):
    images = torch.from_numpy(rng().random((3, 1, 28, 28))).float()
    outputs = CustomCNN()(images)
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_close(outputs.exp().sum(1), torch.ones(3), atol=1e-4, name="the sum of probabilities")


@test_case(
    points=0,
    hidden=True,
    failure_message="Trained by mnist_train for five epochs, your network is hardly better than "
    "guessing.",
)
def enters_the_leader_board(CustomCNN, mnist_train):
    data = fashion_mnist.load("train", data_size("fashion_mnist"))
    images, labels = to_bytes(data.images), torch.from_numpy(data.labels)
    unseen = HELD_OUT.load()
    predicted = run_beside(
        train_and_predict, CustomCNN, mnist_train, images, labels, to_bytes(unseen.images)
    )
    expect_shape(predicted, (len(unseen.labels),), "the predictions")
    accuracy = float((predicted.numpy() == unseen.labels).mean())
    record("accuracy", accuracy)
    assert accuracy > 0.2, f"the accuracy is {accuracy:.1%}; guessing gives 10%"
