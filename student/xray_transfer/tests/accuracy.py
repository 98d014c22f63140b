"""Public checks of accuracy; the grader has more."""

import numpy as np

from checks import as_shaped, file_beside, rng, run_beside, test_case
from support import file_fits, train_and_ask

OK_FORMAT = False
name = "accuracy"


def draw_stripes(count, label):
    """Return grey images (N, 28, 28) with fine or coarse stripes, and which of them are coarse."""
    generator = rng(label)
    labels = np.arange(count) % 2
    places = np.arange(28)
    widths = np.where(labels == 1, 8, 2)[:, None]
    rows = (places + generator.integers(0, 8, (count, 1))) // widths % 2
    images = np.tile(60 + 120 * rows[:, :, None], (1, 1, 28))
    noisy = images + generator.normal(0, 10, images.shape)
    return noisy.clip(0, 255).astype(np.uint8), labels.astype(np.int64)


@test_case(
    points=0,
    hidden=False,
    failure_message="The file xray_transfer.safetensors cannot be used: "
    'build_model("full") must give the network that it belongs to.',
)
def has_no_wrong_weights(fit):
    wrong = run_beside(file_fits, fit, file_beside(fit, "xray_transfer.safetensors"))
    assert not wrong, wrong


@test_case(
    points=0.5,
    hidden=False,
    failure_message="fit must learn to tell fine stripes from coarse ones. Check the other parts "
    "first.",
)
def learns_to_tell_stripes_apart(fit):
    train, val = draw_stripes(80, "train"), draw_stripes(20, "val")
    images, labels = draw_stripes(20, "unseen")
    found = run_beside(train_and_ask, fit, train, val, images)
    accuracy = float((as_shaped(found, (20,), "the classes") == labels).mean())
    assert accuracy > 0.7, f"the accuracy on 20 unseen images is {accuracy:.0%}"
