"""The functions of rnn_layers with gradients by autograd, for problems that build on rnn_layers.

It replaces a student's rnn_layers that is missing or wrong. It does not reveal the backward passes
that students derive. Axes, order of the gates and results are the same as in rnn_layers.
"""

import numpy as np
import torch
from torch.nn import functional


def _forward(function, *arguments):
    """Return the outputs of `function` as arrays, and a cache with the tensors behind them."""
    kind = np.result_type(*arguments)  # torch does not mix float32 and float64
    inputs = [torch.tensor(np.asarray(array, kind)).requires_grad_() for array in arguments]
    outputs = function(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return (*(output.detach().numpy() for output in outputs), (inputs, outputs))


def _backward(upstream, cache):
    """Return the gradients of all inputs for the gradients `upstream` of the outputs."""
    inputs, outputs = cache
    cotangents = [
        torch.as_tensor(np.broadcast_to(gradient, output.shape).copy()).to(output.dtype)
        for gradient, output in zip(upstream, outputs, strict=True)
    ]
    gradients = torch.autograd.grad(
        outputs, inputs, cotangents, retain_graph=True, materialize_grads=True
    )
    return tuple(gradient.numpy() for gradient in gradients)


def sigmoid(z):
    """Return `1 / (1 + exp(-z))`."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def _rnn_step(x, h, Wx, Wh, b):
    return torch.tanh(x @ Wx + h @ Wh + b)


def _rnn(x, h, Wx, Wh, b):
    states = []
    for x_t in x:
        h = _rnn_step(x_t, h, Wx, Wh, b)
        states.append(h)
    return torch.stack(states)


def _lstm_step(x, h, c, Wx, Wh, b):
    f, i, candidate, o = (x @ Wx + h @ Wh + b).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
    return torch.sigmoid(o) * torch.tanh(c), c


def _lstm(x, h, Wx, Wh, b):
    states, c = [], torch.zeros_like(h)
    for x_t in x:
        h, c = _lstm_step(x_t, h, c, Wx, Wh, b)
        states.append(h)
    return torch.stack(states)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Return `next_h (N, H)` and the cache."""
    return _forward(_rnn_step, x, prev_h, Wx, Wh, b)


def rnn_step_backward(dnext_h, cache):
    """Return `dx, dprev_h, dWx, dWh, db`."""
    return _backward([dnext_h], cache)


def rnn_forward(x, h0, Wx, Wh, b):
    """Return `h (T, N, H)` and the cache."""
    return _forward(_rnn, x, h0, Wx, Wh, b)


def rnn_backward(dh, cache):
    """Return `dx, dh0, dWx, dWh, db`."""
    return _backward([dh], cache)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """Return `next_h (N, H)`, `next_c (N, H)` and the cache; `prev_c` may be one number."""
    prev_c = np.broadcast_to(prev_c, np.shape(prev_h))
    return _forward(_lstm_step, x, prev_h, prev_c, Wx, Wh, b)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Return `dx, dprev_h, dprev_c, dWx, dWh, db`."""
    return _backward([dnext_h, dnext_c], cache)


def lstm_forward(x, h0, Wx, Wh, b):
    """Return `h (T, N, H)` and the cache."""
    return _forward(_lstm, x, h0, Wx, Wh, b)


def lstm_backward(dh, cache):
    """Return `dx, dh0, dWx, dWh, db`."""
    return _backward([dh], cache)


def word_embedding_forward(x, W):
    """Return the vectors of the words `(N, T, W)` and the cache."""
    return W[x], (x, W.shape)


def word_embedding_backward(dout, cache):
    """Return `dW (V, W)`."""
    x, shape = cache
    dW = np.zeros(shape, dout.dtype)
    np.add.at(dW, x, dout)
    return dW


def temporal_fc_forward(x, w, b):
    """Return `out (N, T, M)` and the cache."""
    return _forward(lambda x, w, b: x @ w + b, x, w, b)


def temporal_fc_backward(dout, cache):
    """Return `dx, dw, db`."""
    return _backward([dout], cache)


def temporal_softmax_loss(x, y, mask):
    """Return the loss, summed over the words that count and divided by N, and `dx`."""
    scores = torch.tensor(np.asarray(x)).requires_grad_()
    words = torch.as_tensor(np.asarray(y).astype(np.int64))
    losses = functional.cross_entropy(scores.flatten(0, 1), words.flatten(), reduction="none")
    loss = losses[torch.as_tensor(np.asarray(mask).astype(bool)).flatten()].sum() / len(scores)
    (dx,) = torch.autograd.grad(loss, scores)
    return float(loss.detach()), dx.numpy()
