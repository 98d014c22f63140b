"""Public checks of CustomCNN; the grader has more."""

import torch

from checks import expect_close, expect_shape, rng, test_case

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
