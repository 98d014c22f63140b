"""Cases for the trained network: its predictions are counted on images it has not seen."""

import numpy as np
import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import attach_figure, expect_shape, numbers, record, rng, run_beside, test_case
from oracle import predict_unseen

OK_FORMAT = False
name = "training"

TRAINING_IMAGES = 1_000


def train_and_predict(network, train, images, labels, unseen):
    """Train the student's network with images of bytes; return the classes of ``unseen``."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(images.float() / 128 - 1, labels)
    loaders = dict.fromkeys(("train", "val", "test"), DataLoader(data, 8, shuffle=True))
    model = network(3)
    train(model, loaders, torch.device("cpu"))
    model.eval()
    with torch.no_grad():
        return model(unseen.float() / 128 - 1).argmax(dim=1)


def draw_colours(count, label):
    """Return noisy images of bytes (N, 3, 32, 32), reddish, greenish or bluish, and classes."""
    generator = rng(label)
    labels = np.arange(count) % 3
    images = generator.integers(0, 120, (count, 3, 32, 32))
    images[np.arange(count), labels] += 120
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The network must learn to tell reddish, greenish and bluish images apart. "
    "Check FineTunedNet and train first.",
)
def learns_to_tell_three_colours_apart(FineTunedNet, train):
    (images, labels), (unseen, wanted) = draw_colours(90, "train"), draw_colours(20, "unseen")
    found = run_beside(train_and_predict, FineTunedNet, train, images, labels, unseen)
    expect_shape(found, (20,), "the predictions")
    accuracy = float((numbers(found) == wanted.numpy()).mean())
    assert accuracy > 0.7, f"the accuracy on 20 unseen images is {accuracy:.0%}"


@test_case(
    points=3.5,
    hidden=True,
    failure_message="The accuracy on unseen images is below the threshold for this network.",
)
def reaches_the_accuracy_on_unseen_images(FineTunedNet, train):
    predicted, unseen = predict_unseen(FineTunedNet, train, TRAINING_IMAGES)
    right = predicted == unseen.labels
    accuracy = float(right.mean())
    record("accuracy", accuracy)
    names, order = unseen.classes, np.argsort(right, kind="stable")[:12]  # the wrong ones first
    captions = [f"{names[unseen.labels[i]]}\npredicted: {names[predicted[i]]}" for i in order]
    attach_figure(
        f"SqueezeNet 1.1, {unseen.title}: {accuracy:.1%} of {len(right)} unseen images are "
        "correct; wrong predictions first",
        figures.image_grid(unseen.images[order].transpose(0, 2, 3, 1) / 255, captions),
    )
    expect_threshold("accuracy", accuracy, data_size("cifar10"), slack=0.05)
