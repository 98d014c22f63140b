"""A model that describes images in words, built from your recurrent layers.

Fill the holes from top to bottom, with numpy alone. ``python check.py`` checks all that you have
begun, ``python check.py loss`` one part of it.

Axes: N batch, T words of a caption, D features of an image, W word vector, H hidden, V vocabulary;
G = H for an RNN and G = 4H for an LSTM, whose blocks are f, i, c~, o. The sequences that
`rnn_forward` and `lstm_forward` read and give have time first, (T, N, ...); all other arrays have
the batch first, (N, T, ...).
"""

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


class CaptioningRNN:
    """Describe images with a recurrent network whose first hidden state is made of the image.

    `params` holds all that is learned, arrays by name: `W_embed (V, W)`; `W_proj (D, H)` and
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
        """Draw the first parameters (provided).

        Args:
            word_to_idx: maps each word of the vocabulary to its index from 0 to V - 1. Among the
                words are `<NULL>`, `<START>` and `<END>`.
            input_dim: D, the number of features of an image.
            wordvec_dim: W, the length of a word vector.
            hidden_dim: H, the length of a hidden state.
            cell_type: `"rnn"` or `"lstm"`.
            dtype: the type of the parameters; float64 for comparing gradients.
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

    def loss(self, features, captions):
        """Compute the loss of captions and its gradients with respect to all parameters.

        The network reads a caption word by word, and at each word it is to know the next one. So
        what it reads is the caption without its last word, and what it is compared with is the
        caption without its first word. Words to be known that are `<NULL>` do not count.

        1. `h_0 = features W_proj + b_proj`, of shape `(N, H)`.
        2. Each word that is read becomes its row of `W_embed`: `(N, T - 1, W)`.
        3. An RNN or LSTM, as `cell_type` says, goes from `h_0` through these vectors. Its hidden
           states are the rows of `(T - 1, N, H)`: mind the order of the axes.
        4. At each step, scores for all words: `h_t W_vocab + b_vocab`, `(N, T - 1, V)`.
        5. The softmax loss of the scores, summed over the words that count, divided by N.

        Args:
            features: one row for each image, of shape `(N, D)`.
            captions: indices of words, integers of shape `(N, T)`; each row holds `<START>`, the
                words, `<END>`, and `<NULL>` up to the end.

        Returns:
            A tuple of the loss, a number, and a dict with the gradient of the loss with respect
            to each of `params`, under the same name and of the same shape.
        """
        captions_in, captions_out = captions[:, :-1], captions[:, 1:]
        # TODO: which words count, then steps 1 to 5 (about 10 lines)
        raise NotImplementedError("CaptioningRNN.loss")
        grads = {}
        # TODO: the steps from the last to the first, each with its cache (about 5 lines)
        raise NotImplementedError("CaptioningRNN.loss")
        return loss, grads

    def sample(self, features, max_length=30):
        """Describe images: always take the word with the highest score.

        The first hidden state is made of the features as in `loss`; the cell state of an LSTM
        starts at zero. The first word that is read is `<START>`. At each step the network reads a
        word, updates its state and scores all words; the word with the highest score goes into
        the caption and is read at the next step.

        Once a caption has its `<END>`, it is over: the rest of its row is `<NULL>`, while the
        other captions go on.

        Args:
            features: one row for each image, of shape `(N, D)`.
            max_length: T, the number of words to take.

        Returns:
            The captions, integers of shape `(N, max_length)`. Column 0 holds the first word that
            was taken, not `<START>`.
        """
        captions = np.full((len(features), max_length), self.null)
        # TODO: the first states and the first word to read (about 4 lines)
        raise NotImplementedError("CaptioningRNN.sample")
        for t in range(max_length):
            # TODO: read a word, update the state, take the best word (about 8 lines)
            raise NotImplementedError("CaptioningRNN.sample")
        return captions
