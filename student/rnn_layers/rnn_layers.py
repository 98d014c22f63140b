"""Recurrent layers by hand: an RNN, an LSTM, and layers over time for captions.

Each layer is a pair of functions. The forward one returns its result and a cache, which is
whatever the backward one needs; nobody else looks into it. The backward one takes the gradient of
a loss L with respect to the result and returns those with respect to the arguments: `dx` stands
for the partial derivatives of L with respect to `x`, and has the shape of `x`.

Fill the holes from top to bottom, with numpy alone. ``python check.py`` checks all that you have
begun, ``python check.py rnn_step_forward`` one of them.

Axes: N batch, T time, D input, H hidden, M outputs, V vocabulary, W word vector.
The sequences of an RNN or LSTM have **time first**: x is (T, N, D) and h is (T, N, H). The layers
over time that follow, from word_embedding_forward on, have the batch first: (N, T, ...).
"""

import numpy as np

# Provided


def sigmoid(z):
    """Return the logistic function `1 / (1 + exp(-z))` of each number, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# A recurrent network


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Take one step of a recurrent network.

    `h_t = tanh(x_t Wx + h_{t-1} Wh + b)`

    Args:
        x: the input at this step, of shape `(N, D)`.
        prev_h: the hidden state before it, of shape `(N, H)`.
        Wx: the weights from input to hidden, of shape `(D, H)`.
        Wh: the weights from hidden to hidden, of shape `(H, H)`.
        b: the biases, of shape `(H,)`.

    Returns:
        A tuple of `next_h`, the hidden state after the step, of shape `(N, H)`, and the cache.
    """
    # TODO: compute next_h, and keep what the backward pass needs (about 2 lines)
    raise NotImplementedError("rnn_step_forward")


def rnn_step_backward(dnext_h, cache):
    """Go back through one step of a recurrent network.

    Args:
        dnext_h: the gradient with respect to the hidden state after the step, `(N, H)`.
        cache: the cache that `rnn_step_forward` returned for this step.

    Returns:
        A tuple of `dx (N, D)`, `dprev_h (N, H)`, `dWx (D, H)`, `dWh (H, H)` and `db (H,)`.
    """
    # TODO: go back through tanh, then through the sum (about 3 lines)
    raise NotImplementedError("rnn_step_backward")


def rnn_forward(x, h0, Wx, Wh, b):
    """Run a recurrent network over whole sequences.

    Args:
        x: the inputs, time first, of shape `(T, N, D)`.
        h0: the hidden state before the first step, of shape `(N, H)`.
        Wx, Wh, b: as in `rnn_step_forward`; all steps share them.

    Returns:
        A tuple of `h`, the hidden states after each step, of shape `(T, N, H)`, and the cache.
    """
    # TODO: one step after the other, each from the state before it (about 6 lines)
    raise NotImplementedError("rnn_forward")


def rnn_backward(dh, cache):
    """Go back through all steps of a recurrent network.

    A state has two effects on the loss: its own, which `dh` gives, and the one that it has
    through the steps after it.

    Args:
        dh: the gradients with respect to each hidden state, of shape `(T, N, H)`. `dh[t]` holds
            the direct effect of state t only.
        cache: the cache that `rnn_forward` returned.

    Returns:
        A tuple of `dx (T, N, D)`, `dh0 (N, H)`, `dWx (D, H)`, `dWh (H, H)` and `db (H,)`.
    """
    # TODO: from the last step to the first, hand the state's gradient on (about 9 lines)
    raise NotImplementedError("rnn_backward")


# Long short-term memory


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """Take one step of an LSTM.

    The four blocks of `a = x_t Wx + h_{t-1} Wh + b`, each of H columns, belong to, **in this
    order**, the forget gate f, the input gate i, the candidate c~ and the output gate o:

    `f = sigmoid(a_f)`, `i = sigmoid(a_i)`, `c~ = tanh(a_c)`, `o = sigmoid(a_o)`
    `c_t = f * c_{t-1} + i * c~` and `h_t = o * tanh(c_t)`, number by number.

    Args:
        x: the input at this step, of shape `(N, D)`.
        prev_h: the hidden state before it, of shape `(N, H)`.
        prev_c: the cell state before it, of shape `(N, H)`.
        Wx: the weights from input to gates, of shape `(D, 4H)`.
        Wh: the weights from hidden to gates, of shape `(H, 4H)`.
        b: the biases, of shape `(4H,)`.

    Returns:
        A tuple of `next_h (N, H)`, `next_c (N, H)` and the cache.
    """
    # TODO: cut the sum into four gates, update cell and state (about 6 lines)
    raise NotImplementedError("lstm_step_forward")


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Go back through one step of an LSTM.

    The new cell state has two effects on the loss: the one that `dnext_c` gives, and the one that
    it has through the new hidden state.

    Args:
        dnext_h: the gradient with respect to the hidden state after the step, `(N, H)`.
        dnext_c: the gradient with respect to the cell state after the step, `(N, H)`.
        cache: the cache that `lstm_step_forward` returned for this step.

    Returns:
        A tuple of `dx (N, D)`, `dprev_h (N, H)`, `dprev_c (N, H)`, `dWx (D, 4H)`, `dWh (H, 4H)`
        and `db (4H,)`.
    """
    # TODO: cell state, then the four gates, then the sum (about 8 lines)
    raise NotImplementedError("lstm_step_backward")


def lstm_forward(x, h0, Wx, Wh, b):
    """Run an LSTM over whole sequences, from a cell state of zero.

    Args:
        x: the inputs, time first, of shape `(T, N, D)`.
        h0: the hidden state before the first step, of shape `(N, H)`.
        Wx, Wh, b: as in `lstm_step_forward`; all steps share them.

    Returns:
        A tuple of `h`, the hidden states after each step, of shape `(T, N, H)`, and the cache.
    """
    # TODO: as rnn_forward, with two states to hand on (about 7 lines)
    raise NotImplementedError("lstm_forward")


def lstm_backward(dh, cache):
    """Go back through all steps of an LSTM.

    Args:
        dh: the gradients with respect to each hidden state, of shape `(T, N, H)`. `dh[t]` holds
            the direct effect of state t only.
        cache: the cache that `lstm_forward` returned.

    Returns:
        A tuple of `dx (T, N, D)`, `dh0 (N, H)`, `dWx (D, 4H)`, `dWh (H, 4H)` and `db (4H,)`.
    """
    # TODO: as rnn_backward, with two gradients to hand on (about 10 lines)
    raise NotImplementedError("lstm_backward")


# Layers over time, batch first: words in (provided), scores and their loss out


def word_embedding_forward(x, W):
    """Look words up (provided).

    Args:
        x: indices of words, integers from 0 to V - 1, of shape `(N, T)`.
        W: a vector for each word of the vocabulary, of shape `(V, W)`.

    Returns:
        A tuple of the words' vectors, of shape `(N, T, W)`, and the cache.
    """
    return W[x], (x, W.shape)


def word_embedding_backward(dout, cache):
    """Go back through the look-up (provided): return `dW (V, W)` for `dout (N, T, W)`."""
    x, shape = cache
    dW = np.zeros(shape, dout.dtype)
    np.add.at(dW, x, dout)  # a word that occurs twice gets both gradients
    return dW


def temporal_fc_forward(x, w, b):
    """Apply one fully connected layer to every step of every sequence.

    `out[n, t] = x[n, t] w + b`

    Args:
        x: the inputs, batch first, of shape `(N, T, D)`.
        w: the weights, of shape `(D, M)`.
        b: the biases, of shape `(M,)`.

    Returns:
        A tuple of `out`, of shape `(N, T, M)`, and the cache.
    """
    # TODO: one product serves all steps (1 or 2 lines)
    raise NotImplementedError("temporal_fc_forward")


def temporal_fc_backward(dout, cache):
    """Go back through `temporal_fc_forward`.

    Args:
        dout: the gradient with respect to the outputs, of shape `(N, T, M)`.
        cache: the cache that `temporal_fc_forward` returned.

    Returns:
        A tuple of `dx (N, T, D)`, `dw (D, M)` and `db (M,)`.
    """
    # TODO: the weights are used in every step of every sequence (about 3 lines)
    raise NotImplementedError("temporal_fc_backward")


def temporal_softmax_loss(x, y, mask):
    """Compare scores for the next word with the word that follows, at every step.

    The loss of one step is `-log p` of its right word, where `p = softmax(scores)`. Losses are
    **summed over the steps that the mask keeps and divided by the number of sequences N**:
    neither by the number of steps nor by the number of words that count.

    Args:
        x: the scores (logits), of shape `(N, T, V)`.
        y: the right words, integers from 0 to V - 1, of shape `(N, T)`.
        mask: True where a word counts, of shape `(N, T)`. Where it is False, the captions have
            come to their end, and neither loss nor gradient may notice what stands there.

    Returns:
        A tuple of the loss, a number, and `dx`, its gradient, of shape `(N, T, V)`.
    """
    # TODO: softmax over the words, loss, gradient, mask (about 7 lines)
    raise NotImplementedError("temporal_softmax_loss")
