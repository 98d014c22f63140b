"""Public checks of embedding_matrix; the grader has more."""

import torch

from checks import expect_close, expect_shape, numbers, test_case

OK_FORMAT = False
name = "embedding_matrix"

SPECIAL = ["<pad>", "<unknown>"]


def made_of(embedding_matrix, words, known_words, vectors):
    """Return the matrix as an array; fail if it has the wrong shape."""
    matrix = numbers(embedding_matrix(words, known_words, vectors), "the matrix")
    expect_shape(matrix, (len(words), vectors.shape[1]), "the matrix", "(V, E)")
    return matrix


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The row of each known word must be its vector, whatever the order of the two "
    "lists of words.",
)
def puts_each_vector_into_the_row_of_its_word(embedding_matrix):
    vectors = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0], [9.0, 1.0, 0.0]])
    words, known_words = [*SPECIAL, "good", "qwrtz", "film"], ["film", "a", "good", "plot"]
    matrix = made_of(embedding_matrix, words, known_words, vectors)
    expect_close(matrix[2], [7.0, 8.0, 10.0], name="the row of 'good'")
    expect_close(matrix[4], [1.0, 2.0, 3.0], name="the row of 'film'")
