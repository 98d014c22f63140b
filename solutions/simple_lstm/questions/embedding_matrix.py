"""Cases for the pretrained vectors of a vocabulary: which row has which vector."""

import numpy as np
import torch

from checks import (
    expect_close,
    expect_finite,
    expect_shape,
    expect_unchanged,
    numbers,
    rng,
    test_case,
)
from data import glove

OK_FORMAT = False
name = "embedding_matrix"

SPECIAL = ["<pad>", "<unknown>"]


def draw_vectors(count, length):
    """Return random vectors (count, length) in float32; none is near zero."""
    return torch.from_numpy(rng("vectors").normal(3, 1, (count, length))).float()


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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With 300 words of GloVe, the rows differ from the vectors. Check how a word "
    "is found in known_words, and that row i belongs to words[i].",
)
def has_the_rows_of_glove(embedding_matrix):
    known = glove.load(size="sample")
    chosen = rng("words").permutation(len(known.words))[:300]
    words = [*SPECIAL, *(known.words[i] for i in chosen)]
    vectors = torch.from_numpy(known.vectors.copy())
    matrix = made_of(embedding_matrix, words, list(known.words), vectors)
    expect_close(matrix[2:], vectors[chosen], atol=1e-6, name="the rows of 300 words")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Row PAD must be zero, even if <pad> is one of the known words.",
)
def keeps_the_row_of_pad_at_zero(embedding_matrix):
    for known_words in (["good", "film"], ["good", "<pad>"]):
        words = [*SPECIAL, "good", "plot", "film"]
        matrix = made_of(embedding_matrix, words, known_words, draw_vectors(2, 4))
        expect_close(matrix[0], torch.zeros(4), name="the row of PAD")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A word that is not known has the vector of another word. Check what your code "
    "does when it does not find a word.",
)
def gives_no_word_the_vector_of_another(embedding_matrix):
    vectors, words = draw_vectors(5, 4), [*SPECIAL, "good", "qwrtz", "film", "plot", "xyzzy"]
    known_words = ["a", "film", "good", "the", "of"]
    matrix = made_of(embedding_matrix, words, known_words, vectors)
    expect_finite(matrix, "the matrix")
    for row in (1, 3, 5, 6):
        distances = np.abs(matrix[row] - vectors.numpy()).max(axis=1)
        nearest = int(distances.argmin())
        assert distances[nearest] > 1e-4, (
            f"{words[row]!r} has the vector of {known_words[nearest]!r}"
        )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The vectors that the function gets must not change.",
)
def leaves_the_vectors_alone(embedding_matrix):
    words, known_words = [*SPECIAL, "good", "film"], ["<pad>", "film", "a"]
    expect_unchanged(embedding_matrix, words, known_words, draw_vectors(3, 4))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A vocabulary without any known word must work too.",
)
def works_without_a_known_word(embedding_matrix):
    matrix = made_of(embedding_matrix, [*SPECIAL, "qwrtz"], ["good", "film"], draw_vectors(2, 4))
    expect_finite(matrix, "the matrix")
