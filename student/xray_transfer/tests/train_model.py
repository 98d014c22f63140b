"""Public checks of train_model; the grader has more."""

import numpy as np
import torch

from checks import rng, run_beside, test_case
from support import train_to_tell_apart, with_logits

OK_FORMAT = False
name = "train_model"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train_model must return the model, and training must lower the loss.",
)
def learns_to_tell_two_classes_apart(train_model, build_model):
    generator = rng("points")
    labels = np.arange(40) % 2
    points = generator.normal(size=(40, 3, 2, 2)) + 2.0 * labels[:, None, None, None]
    images = torch.from_numpy(points).float(), torch.from_numpy(labels)

    def check(logits):
        found = run_beside(train_to_tell_apart, train_model, logits, *images)
        assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"
        assert found["after"] < 0.95 * found["before"], (
            f"the loss goes from {found['before']:.3f} to {found['after']:.3f}"
        )

    with_logits(build_model, check)
