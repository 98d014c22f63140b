"""Cases for sampled captions: weights set by hand, and random ones against torch."""

import numpy as np

from checks import expect_dtype, expect_shape, numbers, rng, test_case
from oracle import chain, clock, torch_captions
from support import END, NULL, SPECIAL, START, model_with, parameter_shapes, up_to_end, zeros

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


def expect_same_words_as_torch(CaptioningRNN, cell_type):
    """Fail unless the captions of models with random parameters agree with torch."""
    for number in range(3):
        p = {
            label: rng(f"{label} {number}").normal(0, 1, value.shape)
            for label, value in zeros(cell_type, 5, 4, 6, V).items()
        }
        p["b_vocab"][END] -= 3  # so that captions are long
        p["b_vocab"][START] -= 30  # never taken: the student's code wrote a <START> in column 0
        features = rng(f"features {number}").normal(size=(4, 5))
        found = sample(CaptioningRNN, cell_type, p, features, 12)
        expect_words(found, torch_captions(cell_type, p, features, 12))


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for weights with which each word determines the "
    "next word. Check which word the model reads first and which words it reads after that.",
)
def reads_the_word_that_it_has_taken(CaptioningRNN):
    expect_words(
        sample(CaptioningRNN, "rnn", chain("rnn", V), np.ones((1, V)), 9), [[6, 4, 7, 5, END]]
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for weights with which each hidden state "
    "determines the next state. Check the first hidden state, and how it is updated.",
)
def goes_on_from_the_state_it_is_in(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", clock(V), np.eye(V)[:1], 8)
    expect_words(found, [[4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for two images with different first states. Each "
    "caption must follow from the features of its own image.",
)
def starts_from_the_features_of_each_image(CaptioningRNN):
    p = clock(V)
    p["b_proj"][7] = 3.0  # activates no other unit
    found = sample(CaptioningRNN, "rnn", p, np.eye(V)[[1, 0]], 8)
    expect_words(found, [[5, 6, END], [4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The captions of a batch are wrong when one of them ends early. The others "
    "must go on after its <END>.",
)
def lets_the_other_captions_go_on(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", clock(V), np.eye(V)[[3, 0, 2, 0]], 8)
    expect_words(found, [[END], [4, 5, 6, END], [6, END], [4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="LSTM: the captions are wrong for weights with which each word determines "
    "the next word.",
)
def reads_its_words_with_an_lstm(CaptioningRNN):
    found = sample(CaptioningRNN, "lstm", chain("lstm", V), np.ones((2, V)), 9)
    expect_words(found, [[6, 4, 7, 5, END]] * 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="LSTM: the captions are wrong for weights with which the cell state counts "
    "the steps. The cell state starts at zero, and each step passes it on to the next.",
)
def hands_on_the_cell_state(CaptioningRNN):
    p = zeros("lstm", V, V, 1, V)
    p["b"][:] = 20.0  # all gates are open, the candidate is 1: c is 1, 2, 3, 4 and h is tanh(c)
    # scores are linear in h; the best words at h = 0.762, 0.964, 0.995, 0.9993 are 4, 5, 6, END
    p["b_vocab"] = np.array([-9.0, -9, -1994, -9, 0, -9, -297, -9])
    p["W_vocab"][0, [5, 6, END]] = [10, 300, 2000]
    expect_words(sample(CaptioningRNN, "lstm", p, np.ones((2, V)), 6), [[4, 5, 6, END]] * 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for random parameters. Check each equation of "
    "the model.",
)
def follows_the_equations_of_the_rnn(CaptioningRNN):
    expect_same_words_as_torch(CaptioningRNN, "rnn")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="LSTM: the captions are wrong for random parameters. Check each equation of "
    "the model.",
)
def follows_the_equations_of_the_lstm(CaptioningRNN):
    expect_same_words_as_torch(CaptioningRNN, "lstm")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Column 0 must hold the first word that the model takes, not <START>. A "
    "leading <START> costs the points of this check only.",
)
def puts_the_first_word_into_column_0(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", chain("rnn", V), np.ones((2, V)), 3)
    assert found.tolist() == [[6, 4, 7]] * 2, f"the first three columns are {found.tolist()}"


@test_case(
    points=0,
    hidden=True,
    failure_message="After its <END>, the row of a caption must hold <NULL>. This check gives no "
    "points, since words after <END> are ignored.",
)
def fills_up_with_null(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", chain("rnn", V), np.ones((2, V)), 9)
    assert (found[:, 5:] == NULL).all() or (found[:, 0] == START).all(), (
        f"after <END> the row holds {found[0, 5:].tolist()}"
    )
