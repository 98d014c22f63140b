"""Public checks of sample; the grader has more."""

import numpy as np

from checks import expect_dtype, expect_shape, numbers, rng, test_case
from support import SPECIAL, START, model_with, parameter_shapes, up_to_end, zeros

OK_FORMAT = False
name = "sample"

WORDS = (*SPECIAL, "a", "dog", "cat", "sleeps")
V = len(WORDS)
SIZES = (V, V, V, V)


def sample(CaptioningRNN, cell_type, parameters, features, *max_length):
    """Return the captions that a student's model with these parameters samples."""
    words = {word: index for index, word in enumerate(WORDS)}
    model = model_with(CaptioningRNN, words, cell_type, parameters)
    captions = model.sample(np.array(features, np.float64), *max_length)
    expect_shape(captions, (len(features), *(max_length or (30,))), "captions", "(N, max_length)")
    return numbers(captions)


def expect_words(captions, expected):
    """Fail unless each caption is right up to <END>, with or without a leading <START>."""
    rows = captions.tolist()
    rows = [row[1:] for row in rows] if all(row[0] == START for row in rows) else rows
    for n, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        found, wanted = up_to_end(row), wanted[: len(row)]
        assert found == wanted, f"caption {n} holds the words {found}, but it should hold {wanted}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="sample must return indices of words in an array of shape (N, max_length). "
    "The default of max_length is 30.",
)
def gives_max_length_words_for_each_image(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        shapes = parameter_shapes(cell_type, *SIZES)
        p = {label: rng(label).normal(size=shape) for label, shape in shapes.items()}
        for max_length in ((), (7,)):
            captions = sample(CaptioningRNN, cell_type, p, np.eye(V)[:3], *max_length)
            expect_dtype(captions, "fiu", "captions")
            assert np.isin(captions, range(V)).all(), "captions must hold indices from 0 to V - 1"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="When all parameters except b_vocab are zero, the model must always take the "
    "word with the largest entry of b_vocab.",
)
def takes_the_word_with_the_highest_score(CaptioningRNN):
    p = zeros("rnn", *SIZES)
    p["b_vocab"] = np.array([-3.0, -8, -9, -2, -4, -1, -7, -5])
    expect_words(sample(CaptioningRNN, "rnn", p, np.ones((2, V)), 4), [[5] * 4] * 2)
