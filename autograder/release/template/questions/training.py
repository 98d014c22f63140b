"""Cases for a training: its predictions are counted here, on points that only the grader has."""

import torch

from checks import expect_shape, record, run_beside, test_case
from support import draw_rings

OK_FORMAT = False
name = "training"

THRESHOLD = 0.90  # the reference reached 0.996 to 1 over 50 seeds


def train_and_predict(Perceptron, train, x, t, unseen):
    """Train a network in the student's process; return its losses and its logits for `unseen`."""
    import torch

    network = Perceptron(2, 16)
    losses = train(network, x, t, num_epochs=200, learning_rate=0.03)
    with torch.no_grad():
        return [float(loss) for loss in losses], network(unseen)


@test_case(points=1, hidden=False, failure_message="Training must lower the loss clearly.")
def lowers_the_loss(Perceptron, train):
    x, t = draw_rings("train", 100)
    losses, _ = run_beside(train_and_predict, Perceptron, train, x, t, x)
    assert len(losses) == 200, f"train returned {len(losses)} losses for 200 epochs"
    assert losses[-1] < 0.5 * losses[0], f"the loss went from {losses[0]:.3g} to {losses[-1]:.3g}"


@test_case(
    points=3,
    hidden=True,
    failure_message="Fewer than 90 % of the new points are classified correctly.",
)
def predicts_unseen_points(Perceptron, train):
    x, t = draw_rings("train", 200)
    unseen, labels = draw_rings("test", 1_000)
    _, logits = run_beside(train_and_predict, Perceptron, train, x, t, unseen)
    expect_shape(logits, (1_000,), "the logits", "(N,)")
    accuracy = float(((torch.as_tensor(logits) > 0) == (labels > 0)).float().mean())
    record("accuracy", accuracy)
    assert accuracy >= THRESHOLD, f"the accuracy is {accuracy:.3f}"
