"""Public checks of training; the grader has more."""

import numpy as np
import torch

from checks import rng, run_beside, test_case

OK_FORMAT = False
name = "training"


def train_and_predict(SimpleCNN, mnist_train, images, labels, unseen, options):
    """Train a new network on images (N, 1, 28, 28) of bytes; return its classes for others."""
    import torch
    from torch.utils.data import TensorDataset

    model = SimpleCNN()
    mnist_train(model, TensorDataset(images.float() / 255, labels), **options)
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        outputs = [model(batch.to(device).float() / 255) for batch in unseen.split(200)]
    return torch.cat(outputs).argmax(dim=1).cpu()


def draw_stripes(count, label):
    """Return noisy images of bytes, each with one of ten stripes, and which stripe it is."""
    generator = rng(label)
    labels = generator.integers(0, 10, count)
    images = generator.integers(0, 50, (count, 1, 28, 28))
    for image, stripe in zip(images, labels, strict=True):
        image[0, 4 + 2 * stripe : 6 + 2 * stripe] += 200
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


@test_case(
    points=1,
    hidden=False,
    failure_message="Trained by mnist_train, SimpleCNN must tell ten simple patterns apart, each "
    "a bright stripe at its own height. Do the checks of SimpleCNN and mnist_train pass?",
)
def learns_to_tell_ten_stripes_apart(SimpleCNN, mnist_train):
    unseen, labels = draw_stripes(100, "unseen")
    predicted = run_beside(
        train_and_predict,
        SimpleCNN,
        mnist_train,
        *draw_stripes(400, "seen"),
        unseen,
        {"num_epochs": 5, "learning_rate": 0.01, "batch_size": 20},
    )
    accuracy = float((predicted == labels).float().mean())
    assert accuracy > 0.8, f"only {accuracy:.0%} of 100 unseen patterns are recognised"
