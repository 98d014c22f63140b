"""Cases for the Gram matrix: its entries, its divisor and its gradient."""

import torch

from checks import as_shaped, expect_close, expect_unchanged, test_case
from oracle import expect_gradient, gram_by_numpy
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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With normalize=False, the matrix differs from the sums of products over all "
    "places of the map. Check how you reshape: all numbers of a channel belong into one row.",
)
def adds_up_products_over_all_places(gram_matrix):
    for shape in ((1, 3, 4, 5), (1, 7, 2, 3)):
        features = draw_features("features", *shape)
        found = gram_matrix(features, normalize=False)
        expect_close(found, gram_by_numpy(features, False), atol=1e-5, name="the Gram matrix")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The normalised matrix is wrong. Divide by C * H * W, in this function only, "
    "and only where normalize is true; it is true by default.",
)
def divides_by_the_size_of_the_feature_map(gram_matrix):
    features = draw_features("features", 1, 3, 4, 5)
    choices = ((), (True,), (False,))
    found = [gram_matrix(features, *arguments) for arguments in choices]
    for gram, arguments in zip(found, choices, strict=True):
        expect_close(gram, gram_by_numpy(features, *arguments), atol=1e-6, name="the Gram matrix")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient of the Gram matrix with respect to the feature map is wrong. "
    "Compute with tensors, and do not detach (`.detach()`, `.data`, `no_grad`).",
)
def passes_the_gradient_to_the_feature_map(gram_matrix):
    for arguments in ((), (False,)):
        expect_gradient(
            lambda features, arguments=arguments: gram_matrix(features, *arguments),
            lambda features, arguments=arguments: gram_by_numpy(features, *arguments),
            draw_features("features", 1, 3, 4, 2),
            "the feature map",
        )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The function must not change the feature map that it gets.",
)
def leaves_the_feature_map_alone(gram_matrix):
    expect_unchanged(gram_matrix, draw_features("features", 1, 3, 4, 5))
