"""Cases for the leaderboard: the student's own architecture, trained like the simple network."""

import torch

from checks import expect_close, expect_shape, record, rng, test_case
from oracle import own_outputs, predict_unseen

OK_FORMAT = False
name = "CustomCNN"


@test_case(
    points=0,
    hidden=False,
    failure_message="Your network must map images of shape (N, 1, 28, 28) to log-probabilities of "
    "shape (N, 10), as SimpleCNN does.",
)
def gives_ten_log_probabilities_for_each_image(CustomCNN):
    images = torch.from_numpy(rng().random((3, 1, 28, 28))).float()
    outputs = CustomCNN()(images)
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_close(outputs.exp().sum(1), torch.ones(3), atol=1e-4, name="the sum of probabilities")


@test_case(
    points=0,
    hidden=True,
    failure_message="After five epochs of mnist_train, your network is hardly better than "
    "guessing.",
)
def enters_the_leader_board(CustomCNN, mnist_train):
    predicted, unseen = predict_unseen(CustomCNN, mnist_train, outputs=own_outputs)
    accuracy = float((predicted == unseen.labels).mean())
    record("accuracy", accuracy)
    assert accuracy > 0.2, f"the accuracy is {accuracy:.1%}; guessing gives 10%"
