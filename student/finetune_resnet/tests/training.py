"""Public checks of training; the grader has more."""

import numpy as np
import torch

from checks import expect_shape, numbers, rng, run_beside, test_case

OK_FORMAT = False
name = "training"


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
