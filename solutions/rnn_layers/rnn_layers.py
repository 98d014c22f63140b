"""Recurrent layers by hand: an RNN, an LSTM, and the layers for captions.

Each layer is a pair of functions. The forward function returns its result and a cache, which
holds whatever the backward function needs; its content is your choice. The backward function
takes the upstream gradient, the gradient of a loss L with respect to the result, and returns the
gradients of L with respect to the arguments: `dx` has the shape of `x`, and so on.

Fill the holes from top to bottom, with numpy alone. ``python check.py`` checks everything that
you have started, ``python check.py rnn_step_forward`` one question.

Axes: N batch, T time, D input, H hidden, M outputs, V vocabulary, W word vector.
In the RNN and the LSTM **time is the first axis**: x is (T, N, D) and h is (T, N, H). In the
layers for captions, from word_embedding_forward on, the batch is the first axis: (N, T, ...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

# Provided


def sigmoid(z: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Return `1 / (1 + exp(-z))` of each entry, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# RNN


def rnn_step_forward(
    x: Float[np.ndarray, "N D"],
    prev_h: Float[np.ndarray, "N H"],
    Wx: Float[np.ndarray, "D H"],
    Wh: Float[np.ndarray, "H H"],
    b: Float[np.ndarray, " H"],
) -> tuple[Float[np.ndarray, "N H"], Any]:
    """Compute one step of an RNN.

    `h_t = tanh(x_t Wx + h_{t-1} Wh + b)`

    Args:
        x: the input of this step, of shape `(N, D)`.
        prev_h: the previous hidden state, of shape `(N, H)`.
        Wx: the weights from the input to the hidden state, of shape `(D, H)`.
        Wh: the weights from the previous to the new hidden state, of shape `(H, H)`.
        b: the biases, of shape `(H,)`.

    Returns:
        A tuple of `next_h`, the new hidden state, of shape `(N, H)`, and the cache.
    """
    # BEGIN SOLUTION: compute next_h, and cache what the backward pass needs (about 2 lines)
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
    # END SOLUTION


def rnn_step_backward(
    dnext_h: Float[np.ndarray, "N H"], cache: Any
) -> tuple[
    Float[np.ndarray, "N D"],
    Float[np.ndarray, "N H"],
    Float[np.ndarray, "D H"],
    Float[np.ndarray, "H H"],
    Float[np.ndarray, " H"],
]:
    """Compute the gradients of one step of an RNN.

    Args:
        dnext_h: the gradient with respect to `next_h`, of shape `(N, H)`.
        cache: the cache that `rnn_step_forward` returned for this step.

    Returns:
        A tuple of `dx (N, D)`, `dprev_h (N, H)`, `dWx (D, H)`, `dWh (H, H)` and `db (H,)`.
    """
    # BEGIN SOLUTION: go back through tanh, then through the sum (about 3 lines)
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)  # (N, H); a is the argument of tanh
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
    # END SOLUTION


def rnn_forward(
    x: Float[np.ndarray, "T N D"],
    h0: Float[np.ndarray, "N H"],
    Wx: Float[np.ndarray, "D H"],
    Wh: Float[np.ndarray, "H H"],
    b: Float[np.ndarray, " H"],
) -> tuple[Float[np.ndarray, "T N H"], Any]:
    """Run an RNN over whole sequences.

    Args:
        x: the inputs, time first, of shape `(T, N, D)`.
        h0: the hidden state before the first step, of shape `(N, H)`.
        Wx, Wh, b: as in `rnn_step_forward`; shared by all steps.

    Returns:
        A tuple of `h`, the hidden states after all steps, of shape `(T, N, H)`, and the cache.
    """
    # BEGIN SOLUTION: one step after the other, each from the previous state (about 6 lines)
    states, caches = [], []
    h = h0
    for x_t in x:
        h, cache = rnn_step_forward(x_t, h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states), caches
    # END SOLUTION


def rnn_backward(
    dh: Float[np.ndarray, "T N H"], cache: Any
) -> tuple[
    Float[np.ndarray, "T N D"],
    Float[np.ndarray, "N H"],
    Float[np.ndarray, "D H"],
    Float[np.ndarray, "H H"],
    Float[np.ndarray, " H"],
]:
    """Compute the gradients of an RNN over whole sequences.

    A state affects the loss in two ways: directly, and through the later steps.

    Args:
        dh: the upstream gradients of all hidden states, of shape `(T, N, H)`. `dh[t]` holds the
            direct effect of state t on the loss, without its effect through later steps.
        cache: the cache that `rnn_forward` returned.

    Returns:
        A tuple of `dx (T, N, D)`, `dh0 (N, H)`, `dWx (D, H)`, `dWh (H, H)` and `db (H,)`.
    """
    # BEGIN SOLUTION: from the last step to the first; pass dprev_h on (about 9 lines)
    x, h0, Wx, Wh, _ = cache[0]
    dx = np.empty((len(dh), *x.shape), dh.dtype)
    dprev_h, dWx, dWh, db = np.zeros_like(h0), np.zeros_like(Wx), np.zeros_like(Wh), 0
    for t in reversed(range(len(dh))):
        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[t] + dprev_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# LSTM


def lstm_step_forward(
    x: Float[np.ndarray, "N D"],
    prev_h: Float[np.ndarray, "N H"],
    prev_c: Float[np.ndarray, "N H"] | float | int,
    Wx: Float[np.ndarray, "D 4*H"],
    Wh: Float[np.ndarray, "H 4*H"],
    b: Float[np.ndarray, " 4*H"],
) -> tuple[Float[np.ndarray, "N H"], Float[np.ndarray, "N H"], Any]:
    """Compute one step of an LSTM.

    `a = x_t Wx + h_{t-1} Wh + b` has four blocks of H columns, **in this order**: the forget gate
    f, the input gate i, the candidate c~ and the output gate o.

    `f = sigmoid(a_f)`, `i = sigmoid(a_i)`, `c~ = tanh(a_c)`, `o = sigmoid(a_o)`
    `c_t = f * c_{t-1} + i * c~` and `h_t = o * tanh(c_t)`, where `*` is elementwise

    Args:
        x: the input of this step, of shape `(N, D)`.
        prev_h: the previous hidden state, of shape `(N, H)`.
        prev_c: the previous cell state, of shape `(N, H)`, or the number 0 before the first step.
        Wx: the weights from the input to the gates, of shape `(D, 4H)`.
        Wh: the weights from the previous hidden state to the gates, of shape `(H, 4H)`.
        b: the biases, of shape `(4H,)`.

    Returns:
        A tuple of `next_h (N, H)`, `next_c (N, H)` and the cache.
    """
    # BEGIN SOLUTION: split the sum into four blocks, update both states (about 6 lines)
    a_f, a_i, a_c, a_o = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)  # (N, H) each
    f, i, o = sigmoid(a_f), sigmoid(a_i), sigmoid(a_o)
    c = np.tanh(a_c)
    next_c = f * prev_c + i * c
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, f, i, c, o, tanh_c)
    # END SOLUTION


def lstm_step_backward(
    dnext_h: Float[np.ndarray, "N H"],
    dnext_c: Float[np.ndarray, "N H"] | float | int,
    cache: Any,
) -> tuple[
    Float[np.ndarray, "N D"],
    Float[np.ndarray, "N H"],
    Float[np.ndarray, "N H"],
    Float[np.ndarray, "D 4*H"],
    Float[np.ndarray, "H 4*H"],
    Float[np.ndarray, " 4*H"],
]:
    """Compute the gradients of one step of an LSTM.

    The new cell state affects the loss in two ways: through the new hidden state, and through the
    later steps. `dnext_c` covers the later steps only.

    Args:
        dnext_h: the gradient with respect to `next_h`, of shape `(N, H)`.
        dnext_c: the gradient with respect to `next_c`, of shape `(N, H)`, or the number 0 after
            the last step.
        cache: the cache that `lstm_step_forward` returned for this step.

    Returns:
        A tuple of `dx (N, D)`, `dprev_h (N, H)`, `dprev_c (N, H)`, `dWx (D, 4H)`, `dWh (H, 4H)`
        and `db (4H,)`.
    """
    # BEGIN SOLUTION: first the cell state, then the four blocks, then the sum (about 8 lines)
    x, prev_h, prev_c, Wx, Wh, f, i, c, o, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    da = np.concatenate(
        [
            dc * prev_c * f * (1 - f),
            dc * c * i * (1 - i),
            dc * i * (1 - c**2),
            dnext_h * tanh_c * o * (1 - o),
        ],
        axis=1,
    )  # (N, 4H)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
    # END SOLUTION


def lstm_forward(
    x: Float[np.ndarray, "T N D"],
    h0: Float[np.ndarray, "N H"],
    Wx: Float[np.ndarray, "D 4*H"],
    Wh: Float[np.ndarray, "H 4*H"],
    b: Float[np.ndarray, " 4*H"],
) -> tuple[Float[np.ndarray, "T N H"], Any]:
    """Run an LSTM over whole sequences, from a cell state of zero.

    Args:
        x: the inputs, time first, of shape `(T, N, D)`.
        h0: the hidden state before the first step, of shape `(N, H)`.
        Wx, Wh, b: as in `lstm_step_forward`; shared by all steps.

    Returns:
        A tuple of `h`, the hidden states after all steps, of shape `(T, N, H)`, and the cache.
    """
    # BEGIN SOLUTION: like rnn_forward; pass two states on (about 7 lines)
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for x_t in x:
        h, c, cache = lstm_step_forward(x_t, h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states), caches
    # END SOLUTION


def lstm_backward(
    dh: Float[np.ndarray, "T N H"], cache: Any
) -> tuple[
    Float[np.ndarray, "T N D"],
    Float[np.ndarray, "N H"],
    Float[np.ndarray, "D 4*H"],
    Float[np.ndarray, "H 4*H"],
    Float[np.ndarray, " 4*H"],
]:
    """Compute the gradients of an LSTM over whole sequences.

    Args:
        dh: the upstream gradients of all hidden states, of shape `(T, N, H)`. `dh[t]` holds the
            direct effect of state t on the loss, without its effect through later steps.
        cache: the cache that `lstm_forward` returned.

    Returns:
        A tuple of `dx (T, N, D)`, `dh0 (N, H)`, `dWx (D, 4H)`, `dWh (H, 4H)` and `db (4H,)`.
    """
    # BEGIN SOLUTION: like rnn_backward; pass two gradients on (about 10 lines)
    x, h0, c0, Wx, Wh, *_ = cache[0]
    dx = np.empty((len(dh), *x.shape), dh.dtype)
    dprev_h, dprev_c = np.zeros_like(h0), np.zeros_like(c0)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), 0
    for t in reversed(range(len(dh))):
        dx[t], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(
            dh[t] + dprev_h, dprev_c, cache[t]
        )
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# Layers for captions, batch first: word vectors (provided), scores, loss


def word_embedding_forward(
    x: Int[np.ndarray, "N T"],
    W: Float[np.ndarray, "V W"],
) -> tuple[Float[np.ndarray, "N T W"], Any]:
    """Look up the vectors of words (provided).

    Args:
        x: the indices of the words, integers from 0 to V - 1, of shape `(N, T)`.
        W: one vector for each word of the vocabulary, of shape `(V, W)`.

    Returns:
        A tuple of the vectors of the words, of shape `(N, T, W)`, and the cache.
    """
    return W[x], (x, W.shape)


def word_embedding_backward(
    dout: Float[np.ndarray, "N T W"], cache: Any
) -> Float[np.ndarray, "V W"]:
    """Return the gradient `dW (V, W)` for `dout (N, T, W)` and the `cache` (provided)."""
    x, shape = cache
    dW = np.zeros(shape, dout.dtype)
    np.add.at(dW, x, dout)  # adds the gradients of a word that occurs twice
    return dW


def temporal_fc_forward(
    x: Float[np.ndarray, "N T D"],
    w: Float[np.ndarray, "D M"],
    b: Float[np.ndarray, " M"],
) -> tuple[Float[np.ndarray, "N T M"], Any]:
    """Apply one fully connected layer to every step of every sequence.

    `out[n, t] = x[n, t] w + b`

    Args:
        x: the inputs, batch first, of shape `(N, T, D)`.
        w: the weights, of shape `(D, M)`.
        b: the biases, of shape `(M,)`.

    Returns:
        A tuple of `out`, of shape `(N, T, M)`, and the cache.
    """
    # BEGIN SOLUTION: one matrix product is enough for all steps (1 or 2 lines)
    return x @ w + b, (x, w)
    # END SOLUTION


def temporal_fc_backward(
    dout: Float[np.ndarray, "N T M"], cache: Any
) -> tuple[
    Float[np.ndarray, "N T D"],
    Float[np.ndarray, "D M"],
    Float[np.ndarray, " M"],
]:
    """Compute the gradients of `temporal_fc_forward`.

    Args:
        dout: the gradient with respect to `out`, of shape `(N, T, M)`.
        cache: the cache that `temporal_fc_forward` returned.

    Returns:
        A tuple of `dx (N, T, D)`, `dw (D, M)` and `db (M,)`.
    """
    # BEGIN SOLUTION: all steps of all sequences share the weights (about 3 lines)
    x, w = cache
    dw = np.tensordot(x, dout, axes=([0, 1], [0, 1]))
    return dout @ w.T, dw, dout.sum(axis=(0, 1))
    # END SOLUTION


def temporal_softmax_loss(
    x: Float[np.ndarray, "N T V"],
    y: Int[np.ndarray, "N T"],
    mask: Bool[np.ndarray, "N T"],
) -> tuple[float | np.floating, Float[np.ndarray, "N T V"]]:
    """Compute the softmax loss of scores for the next word, and its gradient.

    The loss of one step is `-log p` of the right word, with `p = softmax(scores)`. The total loss
    is the **sum over all steps where the mask is True, divided by the number N of sequences**: not
    by the number of steps, and not by the number of words that count.

    Args:
        x: the scores (logits), of shape `(N, T, V)`.
        y: the right words, integers from 0 to V - 1, of shape `(N, T)`.
        mask: True where a word counts, of shape `(N, T)`. It is False after the end of a caption;
            scores and words there must not affect the loss, and their gradient is zero.

    Returns:
        A tuple of the loss, a number, and `dx`, the gradient with respect to the scores, of shape
        `(N, T, V)`.
    """
    # BEGIN SOLUTION: softmax over the words, loss, gradient, mask (about 7 lines)
    N, T, _ = x.shape
    n, t = np.ogrid[:N, :T]
    shifted = x - x.max(axis=2, keepdims=True)  # the same softmax, without overflow
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    loss = -np.sum(mask * log_p[n, t, y]) / N
    dx = np.exp(log_p)
    dx[n, t, y] -= 1
    return loss, dx * mask[:, :, None] / N
    # END SOLUTION
