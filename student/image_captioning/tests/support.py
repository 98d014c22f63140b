"""Words, shapes of the parameters, models with given parameters, and their captions.

D features of an image, W word vector, H hidden, V vocabulary.
"""

import numpy as np

from checks import as_shaped, numbers

NULL, START, END, UNKNOWN = range(4)
SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")
WORDS = (*SPECIAL, "a", "dog", "cat", "sleeps")  # of the models that sample
INDEX = {word: index for index, word in enumerate(WORDS)}


def parameter_shapes(cell_type, D, W, H, V):
    """Return the shape of each parameter by name."""
    G = {"rnn": H, "lstm": 4 * H}[cell_type]
    return {
        "W_embed": (V, W), "W_proj": (D, H), "b_proj": (H,), "Wx": (W, G), "Wh": (H, G), "b": (G,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip


def zeros(cell_type, *sizes):
    """Return parameters of zero in float64."""
    return {k: np.zeros(shape) for k, shape in parameter_shapes(cell_type, *sizes).items()}


def model_with(CaptioningRNN, word_to_idx, cell_type, parameters):
    """Return a student's model with these parameters in float64."""
    D, H = parameters["W_proj"].shape
    model = CaptioningRNN(
        word_to_idx, input_dim=D, wordvec_dim=parameters["W_embed"].shape[1], hidden_dim=H,
        cell_type=cell_type, dtype=np.dtype(np.float64),
    )  # fmt: skip
    model.params = {label: value.copy() for label, value in parameters.items()}
    return model


def losses_along(CaptioningRNN, cell_type, words, parameters, batch, steps):
    """Return the loss at each of several steps along a direction, for each parameter by name."""
    import numpy as np

    D, H = parameters["W_proj"].shape
    model = CaptioningRNN(
        words, input_dim=D, wordvec_dim=parameters["W_embed"].shape[1], hidden_dim=H,
        cell_type=cell_type, dtype=np.dtype(np.float64),
    )  # fmt: skip
    losses = {}
    for label, moves in steps.items():
        losses[label] = []
        for move in moves:
            model.params = {k: value.copy() for k, value in parameters.items()}
            model.params[label] += move
            loss, _ = model.loss(*(part.copy() for part in batch))
            losses[label].append(float(np.squeeze(loss)))
    return losses


def sampled(CaptioningRNN, cell_type, parameters, features, *max_length):
    """Return what ``sample`` of a student's model with these parameters returns."""
    model = model_with(CaptioningRNN, INDEX, cell_type, parameters)
    return model.sample(np.array(features, np.float64), *max_length)


def words_of(CaptioningRNN, cell_type, parameters, features, length):
    """Return the words of each caption up to its <END>, at most ``length``.

    A first column of <START> or <NULL> and the number of columns are judged by other cases.
    """
    found = sampled(CaptioningRNN, cell_type, parameters, features, length)
    return [up_to_end(row[:length]) for row in columns_of_words(found, len(features))]


def columns_of_words(captions, N):
    """Return captions of N images as an array; a first column of <START> or <NULL> is dropped."""
    captions = numbers(captions, "captions")
    captions = as_shaped(captions, (N, captions.size // N), "captions")
    assert (captions == np.round(captions)).all(), "captions must hold indices of words"
    leads = captions.size and any((captions[:, 0] == word).all() for word in (NULL, START))
    return captions[:, 1:] if leads else captions


def expect_words(found, expected):
    """Fail unless each caption is right; the last word is missing if the words start too late."""
    for n, (row, wanted) in enumerate(zip(found, expected, strict=True)):
        late = END not in row and row == wanted[:-1]
        assert late or row == wanted, f"caption {n} holds {row}, but it should hold {wanted}"


def up_to_end(row):
    """Return a caption up to and with its first <END>, as a list of indices."""
    row = [int(index) for index in row]
    return row[: row.index(END) + 1] if END in row else row
