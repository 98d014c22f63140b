"""Public checks of gram_matrix; the grader has more."""

import torch

from checks import as_shaped, expect_close, test_case
from support import draw_features

OK_FORMAT = False
name = "gram_matrix"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For a feature map of shape (1, C, H, W), the Gram matrix must have the shape "
    "(1, C, C): a number for each pair of channels.",
)
def has_a_row_and_a_column_for_each_channel(gram_matrix):
    # (C, C), without the axis of the batch, is accepted
    as_shaped(gram_matrix(draw_features("features", 1, 3, 4, 5)), (3, 3), "the Gram matrix")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For the two channels 1, 2, 0, 1 and 3, 0, 1, 1, the products add up to the "
    "matrix 6, 4, 4, 11. With normalize=True, each number is divided by 8.",
)
def agrees_with_a_calculation_by_hand(gram_matrix):
    features = torch.tensor([[[[1.0, 2.0], [0.0, 1.0]], [[3.0, 0.0], [1.0, 1.0]]]])
    products = torch.tensor([[6.0, 4.0], [4.0, 11.0]])
    expect_close(gram_matrix(features, normalize=False), products, name="the Gram matrix")
    expect_close(gram_matrix(features), products / 8, name="the normalised Gram matrix")
