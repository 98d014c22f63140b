"""A model that writes captions for images, built from your recurrent layers.

Fill the holes from top to bottom, with numpy alone. ``python check.py`` checks everything that
you have started, ``python check.py loss`` one question.

Axes: N batch, T words of a caption, D features of an image, W word vector, H hidden, V vocabulary;
G = H for an RNN and G = 4H for an LSTM, with the blocks f, i, c~, o. In the arguments and results
of `rnn_forward` and `lstm_forward`, time is the first axis: (T, N, ...). In all other arrays the
batch is the first axis: (N, T, ...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from layers import fc_backward, fc_forward
from rnn_layers import (
    lstm_backward,
    lstm_forward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
    temporal_fc_backward,
    temporal_fc_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class CaptioningRNN:
    """Write captions with a recurrent network; the first hidden state comes from the image.

    `params` holds the parameters, arrays by name: `W_embed (V, W)`; `W_proj (D, H)` and
    `b_proj (H,)`; `Wx (W, G)`, `Wh (H, G)` and `b (G,)`; `W_vocab (H, V)` and `b_vocab (V,)`.
    """

    def __init__(
        self,
        word_to_idx,
        input_dim=512,
        wordvec_dim=128,
        hidden_dim=128,
        cell_type="rnn",
        dtype=np.float32,
    ):
        """Draw the initial parameters (provided).

        Args:
            word_to_idx: maps each word of the vocabulary to its index from 0 to V - 1. The
                vocabulary contains `<NULL>`, `<START>` and `<END>`.
            input_dim: D, the number of features of an image.
            wordvec_dim: W, the length of a word vector.
            hidden_dim: H, the length of a hidden state.
            cell_type: `"rnn"` or `"lstm"`.
            dtype: the type of the parameters; use float64 to compare gradients.
        """
        if cell_type not in ("rnn", "lstm"):
            raise ValueError(f"cell_type must be 'rnn' or 'lstm', not {cell_type!r}")
        self.cell_type = cell_type
        self.null, self.start, self.end = (word_to_idx[f"<{w}>"] for w in ("NULL", "START", "END"))
        V, D, W, H = len(word_to_idx), input_dim, wordvec_dim, hidden_dim
        G = {"rnn": H, "lstm": 4 * H}[cell_type]
        drawn = {
            "W_embed": np.random.randn(V, W) / 100,
            "W_proj": np.random.randn(D, H) / np.sqrt(D),
            "b_proj": np.zeros(H),
            "Wx": np.random.randn(W, G) / np.sqrt(W),
            "Wh": np.random.randn(H, G) / np.sqrt(H),
            "b": np.zeros(G),
            "W_vocab": np.random.randn(H, V) / np.sqrt(H),
            "b_vocab": np.zeros(V),
        }
        self.params = {name: value.astype(dtype) for name, value in drawn.items()}

    def loss(
        self, features: Float[np.ndarray, "N D"], captions: Int[np.ndarray, "N T"]
    ) -> tuple[float | np.floating, dict[str, np.ndarray]]:
        """Compute the loss of captions and its gradients with respect to all parameters.

        The network reads a caption word by word and predicts the next word at each step. So it
        reads the captions without the last column, and its predictions are compared with the
        captions without the first column. Steps whose next word is `<NULL>` do not count.

        1. The first state is `h_0 = features W_proj + b_proj`, of shape `(N, H)`.
        2. The vector of a word is its row of `W_embed`. All vectors: `(N, T - 1, W)`.
        3. The RNN or LSTM (see `cell_type`) runs over these vectors from `h_0`. It takes and
           returns arrays with time first; its states have the shape `(T - 1, N, H)`.
        4. The scores of all words at each step are `h_t W_vocab + b_vocab`: `(N, T - 1, V)`.
        5. The loss is the softmax loss, summed over the words that count and divided by N.

        Args:
            features: one row for each image, of shape `(N, D)`.
            captions: indices of words, integers of shape `(N, T)`. Each row holds `<START>`, the
                words, `<END>`, then `<NULL>`.

        Returns:
            A tuple of the loss, a number, and a dict. The dict holds the gradient of the loss with
            respect to each parameter, with the name and the shape that it has in `params`.
        """
        captions_in, captions_out = captions[:, :-1], captions[:, 1:]
        # TODO: the mask of the words that count, then steps 1 to 5 (about 10 lines)
        raise NotImplementedError("CaptioningRNN.loss")
        grads = {}
        # TODO: the same steps in reverse order, each with its cache (about 5 lines)
        raise NotImplementedError("CaptioningRNN.loss")
        return loss, grads

    def sample(
        self, features: Float[np.ndarray, "N D"], max_length: int = 30
    ) -> Int[np.ndarray, "N {max_length}"]:
        """Write captions: always take the word with the highest score.

        The first hidden state is computed as in `loss`; the cell state of an LSTM starts at zero.
        The network first reads `<START>`. At each step it reads a word, updates its state and
        scores all words. The word with the highest score becomes part of the caption and is read
        at the next step.

        A caption ends with its `<END>`; after that, its row holds `<NULL>`. The other captions of
        the batch go on.

        Args:
            features: one row for each image, of shape `(N, D)`.
            max_length: the number of columns.

        Returns:
            The captions, integers of shape `(N, max_length)`. Column 0 holds the first word that
            the model takes, not `<START>`.
        """
        captions = np.full((len(features), max_length), self.null)
        # TODO: the first states and the first word (about 4 lines)
        raise NotImplementedError("CaptioningRNN.sample")
        for t in range(max_length):
            # TODO: read a word, update the state, take the best word (about 8 lines)
            raise NotImplementedError("CaptioningRNN.sample")
        return captions
