"""Public checks of pretrained_model; the grader has more."""

import torch

from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "pretrained_model"

ROWS, LENGTH, HIDDEN = 12, 5, 6


def draw_matrix():
    """Return random vectors for a vocabulary of twelve words."""
    return torch.from_numpy(rng("matrix").normal(size=(ROWS, LENGTH))).float()


def embedding_in(state, matrix):
    """Return the parameter of the embedding."""
    found = [value for value in state.values() if value.shape == matrix.shape]
    assert found, "the model has no embedding with the shape of the matrix"
    return found[0]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The embedding of a new model must have the rows of the matrix.",
)
def starts_from_the_matrix(pretrained_model):
    matrix = draw_matrix()
    state = pretrained_model(matrix, HIDDEN).state_dict()
    expect_close(embedding_in(state, matrix), matrix, name="the embedding")
