"""Special words, shapes of the parameters, and models with given parameters.

D features of an image, W word vector, H hidden, V vocabulary.
"""

import numpy as np

NULL, START, END, UNKNOWN = range(4)
SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")


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


def up_to_end(row):
    """Return a caption up to and with its first <END>, as a list of indices."""
    row = [int(index) for index in row]
    return row[: row.index(END) + 1] if END in row else row
