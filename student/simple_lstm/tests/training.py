"""Public checks of training; the grader has more."""

import torch

from checks import expect_shape, rng, run_beside, test_case
from support import train_and_predict

OK_FORMAT = False
name = "training"


def draw_reviews(count, label):
    """Return rows of seven tokens, padded on the left, and whether the last 2 or 3 is a 3."""
    generator = rng(label)
    rows = generator.integers(4, 12, (count, 7))
    labels = generator.integers(0, 2, count)
    lengths = generator.integers(2, 8, count)
    for row, label_, length in zip(rows, labels, lengths, strict=True):
        row[generator.integers(7 - length, 7)] = 2 + label_
        row[: 7 - length] = 0
    return torch.from_numpy(rows), torch.from_numpy(labels).float()


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After a few seconds of training, SimpleLSTM must know that token 2 makes a "
    "review negative and token 3 makes it positive. Check SimpleLSTM first.",
)
def learns_two_words(SimpleLSTM):
    (rows, labels), (unseen, unseen_labels) = (draw_reviews(n, str(n)) for n in (400, 100))
    training = {"num_epochs": 6, "learning_rate": 0.02, "batch_size": 20}
    found = run_beside(
        train_and_predict, SimpleLSTM, (12, 8, 16), {}, rows, labels, unseen, training
    )
    expect_shape(found, (100, 1), "the predictions", "(N, 1)")
    accuracy = float(((found[:, 0] > 0.5) == (unseen_labels > 0.5)).float().mean())
    assert accuracy > 0.8, f"the accuracy on 100 unseen rows is {accuracy:.0%}, not above 80%"
