"""Public checks of sample; the grader has more."""

import numpy as np

from checks import expect_dtype, expect_shape, numbers, rng, test_case
from support import END, WORDS, expect_words, parameter_shapes, sampled, words_of, zeros

OK_FORMAT = False
name = "sample"

V = len(WORDS)
D, W, H = 5, 3, 6


def constant():
    """Return parameters under which the model takes word 5 at each step."""
    p = zeros("rnn", D, W, H, V)
    p["b_vocab"] = np.array([-3.0, -8, -9, -2, -4, -1, -7, -5])
    return p


@test_case(
    points=0.25,
    hidden=False,
    failure_message="sample must return indices of words in an array of shape (N, max_length), "
    "even if all captions end early. The default of max_length is 30.",
)
def gives_max_length_words_for_each_image(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        shapes = parameter_shapes(cell_type, D, W, H, V)
        p = {label: rng(label).normal(size=shape) for label, shape in shapes.items()}
        for max_length in ((), (7,)):
            captions = sampled(CaptioningRNN, cell_type, p, np.eye(D)[:2], *max_length)
            expect_shape(captions, (2, *(max_length or (30,))), "captions", "(N, max_length)")
            expect_dtype(captions, "fiu", "captions")
            known = np.isin(numbers(captions), range(V)).all()
            assert known, "captions must hold indices from 0 to V - 1"
            p["b_vocab"][END] += 100  # the captions of the next model end at once


@test_case(
    points=0.25,
    hidden=False,
    failure_message="When all parameters except b_vocab are zero, the model must always take the "
    "word with the largest entry of b_vocab.",
)
def takes_the_word_with_the_highest_score(CaptioningRNN):
    expect_words(words_of(CaptioningRNN, "rnn", constant(), np.ones((2, D)), 4), [[5] * 4] * 2)
