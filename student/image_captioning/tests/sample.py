"""Public checks of sample; the grader has more."""

import numpy as np

from checks import expect_dtype, expect_shape, rng, test_case

OK_FORMAT = False
name = "sample"

NULL, START, END = 0, 1, 2
WORDS = ("<NULL>", "<START>", "<END>", "<UNK>", "a", "dog", "cat", "sleeps")
V = len(WORDS)


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
