"""Cases for sampled captions: weights set by hand, and random ones against torch."""

import numpy as np

from checks import (
    as_shaped,
    elsewhere,
    expect_any,
    expect_dtype,
    expect_right_or_following,
    expect_shape,
    numbers,
    rng,
    run_beside,
    test_case,
)
from oracle import chain, clock, counter, draw_model, has_wrong_loss, torch_captions
from support import (
    END,
    INDEX,
    NULL,
    WORDS,
    columns_of_words,
    expect_words,
    parameter_shapes,
    sampled,
    words_of,
    zeros,
)

OK_FORMAT = False
name = "sample"

V = len(WORDS)
D, W, H = 5, 3, 6


def constant():
    """Return parameters under which the model takes word 5 at each step."""
    p = zeros("rnn", D, W, H, V)
    p["b_vocab"] = np.array([-3.0, -8, -9, -2, -4, -1, -7, -5])
    return p


def expect_captions(CaptioningRNN, cell_type, parameters, features, length):
    """Fail unless the captions are right, or follow from the student's own loss.

    They follow from a wrong loss if each word makes the loss of the caption so far the smallest.
    """
    labels = list(parameters)

    def ask(features, *values):
        given = dict(zip(labels, values, strict=True))
        return words_of(CaptioningRNN, cell_type, given, features, length)

    def right(features, *values):
        return torch_captions(cell_type, dict(zip(labels, values, strict=True)), features, length)

    def follow(own, features, *values):
        given = dict(zip(labels, values, strict=True))
        return run_beside(
            smallest_losses, own["CaptioningRNN"], cell_type, INDEX, given, features, length
        )

    def follows():
        own = elsewhere(CaptioningRNN)
        assert own is not None
        assert has_wrong_loss(own, cell_type, INDEX)
        expect_right_or_following(
            ask,
            [features, *parameters.values()],
            right=right,
            follow=follow,
            own={"CaptioningRNN": CaptioningRNN},
            compare=expect_words,
        )

    given = [features, *parameters.values()]
    expect_any(lambda: expect_words(ask(*given), right(*given)), follows)


def smallest_losses(CaptioningRNN, cell_type, words, parameters, features, length):
    """Return captions in which each word gives the smallest loss, by the student's own loss."""
    import numpy as np

    D, H = parameters["W_proj"].shape
    model = CaptioningRNN(
        words, input_dim=D, wordvec_dim=parameters["W_embed"].shape[1], hidden_dim=H,
        cell_type=cell_type, dtype=np.dtype(np.float64),
    )  # fmt: skip
    model.params = dict(parameters)
    ordinary = [index for word, index in words.items() if word not in ("<NULL>", "<START>")]
    captions = []
    for feature in features:
        row = [words["<START>"]]
        while len(row) <= length and row[-1] != words["<END>"]:
            losses = [
                float(np.squeeze(model.loss(feature[None], np.array([[*row, word]]))[0]))
                for word in ordinary
            ]
            row.append(ordinary[int(np.argmin(losses))])
        captions.append(row[1:])
    return captions


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for weights with which each word determines the "
    "next word. Check which word the model reads first and which words it reads after that.",
)
def reads_the_word_that_it_has_taken(CaptioningRNN):
    expect_captions(CaptioningRNN, "rnn", chain("rnn"), np.ones((3, D)), 7)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for weights with which each hidden state "
    "determines the next state. Check the first hidden state, and how it is updated.",
)
def goes_on_from_the_state_it_is_in(CaptioningRNN):
    expect_captions(CaptioningRNN, "rnn", clock(), np.eye(D)[[0, 0]], 7)


@test_case(
    points=0.25,
    hidden=True,
    after="goes_on_from_the_state_it_is_in",
    failure_message="RNN: the captions are wrong for two images with different first states. Each "
    "caption must follow from the features of its own image.",
)
def starts_from_the_features_of_each_image(CaptioningRNN):
    p = clock()
    p["W_vocab"][4, [END, 7]] = 0, 1  # so that no caption ends
    p["b_proj"][5] = 3.0  # activates no other unit
    expect_captions(CaptioningRNN, "rnn", p, np.eye(D)[[1, 0]], 3)


@test_case(
    points=0.25,
    hidden=True,
    after="goes_on_from_the_state_it_is_in",
    failure_message="The captions of a batch are wrong when one of them ends early. The others "
    "must go on after its <END>.",
)
def lets_the_other_captions_go_on(CaptioningRNN):
    expect_captions(CaptioningRNN, "rnn", clock(), np.eye(D)[[3, 0, 2, 0]], 7)


@test_case(
    points=0.25,
    hidden=True,
    after="reads_the_word_that_it_has_taken",
    failure_message="LSTM: the captions are wrong for weights with which each word determines "
    "the next word.",
)
def reads_its_words_with_an_lstm(CaptioningRNN):
    expect_captions(CaptioningRNN, "lstm", chain("lstm"), np.ones((3, D)), 7)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="LSTM: the captions are wrong for weights with which the cell state counts "
    "the steps. The cell state starts at zero, and each step passes it on to the next.",
)
def hands_on_the_cell_state(CaptioningRNN):
    expect_captions(CaptioningRNN, "lstm", counter(), np.ones((4, D)), 6)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="RNN: the captions are wrong for random parameters. Check each equation of "
    "the model.",
)
def follows_the_equations_of_the_rnn(CaptioningRNN):
    expect_captions(CaptioningRNN, "rnn", *draw_model("rnn"), 7)


@test_case(
    points=0.25,
    hidden=True,
    after="follows_the_equations_of_the_rnn",
    failure_message="LSTM: the captions are wrong for random parameters. Check each equation of "
    "the model.",
)
def follows_the_equations_of_the_lstm(CaptioningRNN):
    expect_captions(CaptioningRNN, "lstm", *draw_model("lstm"), 7)


@test_case(
    points=0.25,
    hidden=True,
    after="takes_the_word_with_the_highest_score",
    failure_message="Column 0 must hold the first word that the model takes, not <START> or "
    "<NULL>. A first column of <START> or <NULL> costs the points of this check only.",
)
def puts_the_first_word_into_column_0(CaptioningRNN):
    captions = numbers(sampled(CaptioningRNN, "rnn", constant(), np.ones((2, D)), 4))
    first = as_shaped(captions, (2, captions.size // 2), "captions")[:, :1].ravel().tolist()
    assert first == [5, 5], f"column 0 holds {first}"


@test_case(
    points=0,
    hidden=True,
    failure_message="After its <END>, the row of a caption must hold <NULL>. This check gives no "
    "points, since words after <END> are ignored.",
)
def fills_up_with_null(CaptioningRNN):
    found = sampled(CaptioningRNN, "rnn", chain("rnn"), np.ones((3, D)), 9)
    for row in columns_of_words(found, 3).tolist():
        assert END in row, f"there is no <END> in {row}"
        rest = row[row.index(END) + 1 :]
        assert set(rest) <= {NULL}, f"after <END> the row holds {rest}"


@test_case(
    points=0.25,
    hidden=True,
    after="follows_the_equations_of_the_rnn",
    failure_message="The caption of a single image (N = 1) is wrong.",
)
def works_for_a_single_image(CaptioningRNN):
    expect_captions(CaptioningRNN, "rnn", *draw_model("rnn", N=1), 7)
