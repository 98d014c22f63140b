"""Cases for sampled captions: weights set by hand, and random ones against torch."""

import numpy as np
import torch

from checks import expect_dtype, expect_shape, rng, test_case

OK_FORMAT = False
name = "sample"

NULL, START, END = 0, 1, 2
WORDS = ("<NULL>", "<START>", "<END>", "<UNK>", "a", "dog", "cat", "sleeps")
V = len(WORDS)
LIKELY = 4.0  # tanh of it is 0.999


def zeros(cell_type, D=V, W=V, H=V):
    """Return parameters of zero."""
    G = {"rnn": H, "lstm": 4 * H}[cell_type]
    shapes = {
        "W_embed": (V, W), "W_proj": (D, H), "b_proj": (H,), "Wx": (W, G), "Wh": (H, G), "b": (G,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip
    return {label: np.zeros(shape) for label, shape in shapes.items()}


def sample(CaptioningRNN, cell_type, parameters, features, *max_length):
    """Return the captions that a model of the student's with these parameters samples."""
    D, H = parameters["W_proj"].shape
    model = CaptioningRNN(
        {word: index for index, word in enumerate(WORDS)}, input_dim=D,
        wordvec_dim=parameters["W_embed"].shape[1], hidden_dim=H, cell_type=cell_type,
        dtype=np.dtype(np.float64),
    )  # fmt: skip
    model.params = {label: value.copy() for label, value in parameters.items()}
    captions = model.sample(np.array(features, np.float64), *max_length)
    expect_shape(captions, (len(features), *(max_length or (30,))), "captions", "(N, max_length)")
    return np.asarray(captions)


def expect_words(captions, expected):
    """Fail unless each caption says what is expected up to <END>, behind a <START> or without."""
    rows = captions.tolist()
    rows = [row[1:] for row in rows] if all(row[0] == START for row in rows) else rows
    for n, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        found = row[: row.index(END) + 1] if END in row else row
        wanted = wanted[: len(row)]
        assert found == wanted, f"caption {n} holds the words {found}, it should hold {wanted}"


def chain(cell_type="rnn"):
    """Return parameters under which START, 6, 4, 7, 5, END follow each other as they are read.

    Hidden unit k is near one when word k is read and zero otherwise, whatever the state was.
    """
    p = zeros(cell_type)
    p["W_embed"] = np.eye(V)
    if cell_type == "rnn":
        p["Wx"] = LIKELY * np.eye(V)
    else:  # forget all, let the candidate in and out
        p["Wx"][:, 2 * V : 3 * V] = LIKELY * np.eye(V)
        p["b"] = np.repeat([-20.0, 20.0, 0.0, 20.0], V)
    for word, following in ((START, 6), (6, 4), (4, 7), (7, 5), (5, END), (NULL, 7), (END, 6)):
        p["W_vocab"][word, following] = 1
    return p


def clock():
    """Return parameters of an RNN that ignores words: its states go from unit to unit.

    Features that are one at k start it in unit k; the units 1 to 4 say 4, 5, 6 and END.
    """
    p = zeros("rnn")
    p["W_proj"] = LIKELY * np.eye(V)
    p["Wh"] = LIKELY * np.eye(V, k=1)
    for unit, word in ((1, 4), (2, 5), (3, 6), (4, END)):
        p["W_vocab"][unit, word] = 1
    return p


def torch_captions(cell_type, p, features, length):
    """Return the captions that torch finds, each of at most ``length`` words."""
    p = {label: torch.from_numpy(value) for label, value in p.items()}
    h = torch.from_numpy(features) @ p["W_proj"] + p["b_proj"]
    c, word, taken = torch.zeros_like(h), torch.full((len(h),), START), []
    for _ in range(length):
        a = p["W_embed"][word] @ p["Wx"] + h @ p["Wh"] + p["b"]
        if cell_type == "rnn":
            h = torch.tanh(a)
        else:
            f, i, candidate, o = a.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
            h = torch.sigmoid(o) * torch.tanh(c)
        word = (h @ p["W_vocab"] + p["b_vocab"]).argmax(dim=1)
        taken.append(word)
    rows = torch.stack(taken, dim=1).tolist()
    return [row[: row.index(END) + 1] if END in row else row for row in rows]


def expect_same_words_as_torch(CaptioningRNN, cell_type):
    """Fail unless models with random parameters say what torch finds."""
    for number in range(3):
        p = {
            label: rng(f"{label} {number}").normal(0, 1, value.shape)
            for label, value in zeros(cell_type, D=5, W=4, H=6).items()
        }
        p["b_vocab"][END] -= 3  # so that captions are long
        p["b_vocab"][START] -= 30  # never said: a <START> in column 0 is one that was put there
        features = rng(f"features {number}").normal(size=(4, 5))
        found = sample(CaptioningRNN, cell_type, p, features, 12)
        expect_words(found, torch_captions(cell_type, p, features, 12))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="sample must return whole numbers of shape (N, max_length), indices of words; "
    "max_length is 30 if it is not given.",
)
def gives_max_length_words_for_each_image(CaptioningRNN):
    for cell_type in ("rnn", "lstm"):
        p = {label: rng(label).normal(size=v.shape) for label, v in zeros(cell_type).items()}
        for max_length in ((), (7,)):
            captions = sample(CaptioningRNN, cell_type, p, np.eye(V)[:3], *max_length)
            expect_dtype(captions, "fiu", "captions")
            assert np.isin(captions, range(V)).all(), "captions should hold indices of words"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Where all parameters are zero but b_vocab, every word that is taken is the "
    "one with the largest number in b_vocab.",
)
def takes_the_word_with_the_highest_score(CaptioningRNN):
    p = zeros("rnn")
    p["b_vocab"] = np.array([-3.0, -8, -9, -2, -4, -1, -7, -5])
    expect_words(sample(CaptioningRNN, "rnn", p, np.ones((2, V)), 4), [[5] * 4] * 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With weights under which each word is followed by a certain other one, the "
    "RNN says something else. What is read first, and what is read next?",
)
def reads_the_word_that_it_has_taken(CaptioningRNN):
    expect_words(sample(CaptioningRNN, "rnn", chain(), np.ones((1, V)), 9), [[6, 4, 7, 5, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With weights under which each hidden state leads to a certain other one, the "
    "RNN says something else. Where does the first state come from, and what becomes of it?",
)
def goes_on_from_the_state_it_is_in(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", clock(), np.eye(V)[:1], 8)
    expect_words(found, [[4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Two images whose features start the RNN in different states must get "
    "different captions, and each its own.",
)
def starts_from_the_features_of_each_image(CaptioningRNN):
    p = clock()
    p["b_proj"][7] = 3.0  # leads nowhere
    found = sample(CaptioningRNN, "rnn", p, np.eye(V)[[1, 0]], 8)
    expect_words(found, [[5, 6, END], [4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="When one caption of a batch has ended, the others must go on.",
)
def lets_the_other_captions_go_on(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", clock(), np.eye(V)[[3, 0, 2, 0]], 8)
    expect_words(found, [[END], [4, 5, 6, END], [6, END], [4, 5, 6, END]])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With weights under which each word is followed by a certain other one, the "
    "LSTM says something else.",
)
def reads_its_words_with_an_lstm(CaptioningRNN):
    found = sample(CaptioningRNN, "lstm", chain("lstm"), np.ones((2, V)), 9)
    expect_words(found, [[6, 4, 7, 5, END]] * 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With weights under which the cell state counts the steps, the LSTM says "
    "something else. The cell state starts at zero and is handed on from step to step.",
)
def hands_on_the_cell_state(CaptioningRNN):
    p = zeros("lstm", H=1)
    p["b"][:] = 20.0  # all gates open, the candidate one: c is 1, 2, 3, 4 and h is tanh of it
    # scores are lines over h; the highest at h = 0.762, 0.964, 0.995, 0.9993 are 4, 5, 6 and END
    p["b_vocab"] = np.array([-9.0, -9, -1994, -9, 0, -9, -297, -9])
    p["W_vocab"][0, [5, 6, END]] = [10, 300, 2000]
    expect_words(sample(CaptioningRNN, "lstm", p, np.ones((2, V)), 6), [[4, 5, 6, END]] * 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With random parameters, the RNN does not say what its equations give.",
)
def follows_the_equations_of_the_rnn(CaptioningRNN):
    expect_same_words_as_torch(CaptioningRNN, "rnn")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With random parameters, the LSTM does not say what its equations give.",
)
def follows_the_equations_of_the_lstm(CaptioningRNN):
    expect_same_words_as_torch(CaptioningRNN, "lstm")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Column 0 must hold the first word that was taken. Yours holds <START>, or "
    "the words stand one column too late; a leading <START> costs only the points of this check.",
)
def puts_the_first_word_into_column_0(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", chain(), np.ones((2, V)), 3)
    assert found.tolist() == [[6, 4, 7]] * 2, f"three words are {found.tolist()}"


@test_case(
    points=0,
    hidden=True,
    failure_message="After its <END>, a caption is filled with <NULL>. This check gives no "
    "points, since nobody reads what stands behind <END>.",
)
def fills_up_with_null(CaptioningRNN):
    found = sample(CaptioningRNN, "rnn", chain(), np.ones((2, V)), 9)
    assert (found[:, 5:] == NULL).all() or (found[:, 0] == START).all(), (
        f"behind <END> stands {found[0, 5:].tolist()}"
    )
