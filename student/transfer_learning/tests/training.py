"""Public checks of training; the grader has more."""

import numpy as np
import torch

from checks import expect_shape, rng, run_beside, test_case
from support import train_and_predict

OK_FORMAT = False
name = "training"


def draw_colours(count, label):
    """Return noisy images of bytes (N, 3, 32, 32), reddish or greenish, and their classes."""
    generator = rng(label)
    labels = np.arange(count) % 2
    images = generator.integers(0, 120, (count, 3, 32, 32))
    images[np.arange(count), labels] += 120
    return torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="finetune and freeze must both learn to tell reddish images from greenish "
    "ones. Check train_model, finetune and freeze first.",
)
def learns_to_tell_two_colours_apart(finetune, freeze):
    for name, scenario in (("finetune", finetune), ("freeze", freeze)):
        unseen, labels = draw_colours(20, "unseen")
        parts = draw_colours(40, "train"), draw_colours(10, "val")
        predicted = run_beside(train_and_predict, scenario, *parts, unseen, ["red", "green"])
        expect_shape(predicted, (20,), "the predictions")
        accuracy = float((predicted == labels).float().mean())
        assert accuracy > 0.8, f"{name}: the accuracy on 20 unseen images is {accuracy:.0%}"
