"""Public checks of training; the grader has more."""

import numpy as np
import torch

from checks import as_shaped, elsewhere, rng, run_beside, test_case
from support import outputs_of, train_new

OK_FORMAT = False
name = "training"


def draw_stripes(count, label):
    """Return noisy images of bytes, each with one of ten stripes, and the number of its stripe."""
    generator = rng(label)
    labels = generator.integers(0, 10, count)
    images = generator.integers(0, 50, (count, 1, 28, 28))
    for image, stripe in zip(images, labels, strict=True):
        image[0, 4 + 2 * stripe : 6 + 2 * stripe] += 200
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


@test_case(
    points=1,
    hidden=False,
    failure_message="After training by mnist_train, SimpleCNN must distinguish ten simple "
    "patterns: a bright stripe at one of ten heights. Check SimpleCNN and mnist_train first.",
)
def learns_to_tell_ten_stripes_apart(SimpleCNN, mnist_train):
    unseen, labels = draw_stripes(100, "unseen")
    options = {"num_epochs": 5, "learning_rate": 0.01, "batch_size": 20}
    seen = draw_stripes(400, "seen")
    state = run_beside(train_new, SimpleCNN, mnist_train, *seen, options)
    untrained = elsewhere(SimpleCNN, at_least=0.0)  # in the grader, it has not seen the training
    outputs = as_shaped(run_beside(outputs_of, untrained, state, unseen), (100, 10))
    accuracy = float((outputs.argmax(axis=1) == labels.numpy()).mean())
    assert accuracy > 0.8, f"the accuracy on 100 unseen patterns is {accuracy:.0%}, not above 80%"
