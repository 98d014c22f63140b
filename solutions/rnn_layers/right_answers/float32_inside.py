"""Everything in float32; a class holds the values of a step; uses the provided module."""

import numpy as np
from layers import fc_backward, fc_forward


def f32(*arrays):
    return [np.asarray(array, dtype=np.float32) for array in arrays]


def sigmoid(z):
    return np.float32(1) / (1 + np.exp(-z))


class Step:
    """The values that a step keeps for the backward pass."""

    def __init__(self, **values):
        self.__dict__.update(values)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = f32(x, prev_h, Wx, Wh, b)
    h = np.tanh(fc_forward(x, Wx, b)[0] + np.matmul(prev_h, Wh))
    return h, Step(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, h=h)


def rnn_step_backward(dnext_h, cache):
    da = f32(dnext_h)[0] * (1 - np.square(cache.h))
    dx, dWx, db = fc_backward(da, (cache.x, cache.Wx, None)[:2])
    return dx, np.matmul(da, cache.Wh.T), dWx, np.matmul(cache.prev_h.T, da), db


def rnn_forward(x, h0, Wx, Wh, b):
    hs, cache, h = [], [], h0
    for t in range(x.shape[0]):
        h, step = rnn_step_forward(x[t, :, :], h, Wx, Wh, b)
        hs.append(h[None])
        cache.append(step)
    return np.concatenate(hs), cache


def rnn_backward(dh, cache):
    results, dprev_h = [], np.float32(0)
    for t in reversed(range(dh.shape[0])):
        results.append(rnn_step_backward(dh[t] + dprev_h, cache[t]))
        dprev_h = results[-1][1]
    dx, _, dWx, dWh, db = zip(*results, strict=True)
    return np.stack(dx[::-1]), dprev_h, sum(dWx), sum(dWh), sum(db)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    x, prev_h, prev_c, Wx, Wh, b = f32(x, prev_h, prev_c, Wx, Wh, b)
    H = Wh.shape[1] // 4
    a = np.add(np.dot(x, Wx), np.dot(prev_h, Wh)) + b
    step = Step(
        f=sigmoid(a[:, :H]), i=sigmoid(a[:, H : 2 * H]), g=np.tanh(a[:, 2 * H : -H]),
        o=sigmoid(a[:, -H:]), x=x, prev_h=prev_h, prev_c=prev_c, Wx=Wx, Wh=Wh,
    )  # fmt: skip
    step.c = step.f * prev_c + step.i * step.g
    return step.o * np.tanh(step.c), step.c, step


def lstm_step_backward(dnext_h, dnext_c, cache):
    s = cache
    dnext_h, dnext_c = f32(dnext_h, dnext_c)
    dc = dnext_c + dnext_h * s.o * (1 - np.tanh(s.c) ** 2)
    da = np.hstack([
        dc * s.prev_c * s.f * (1 - s.f), dc * s.g * s.i * (1 - s.i), dc * s.i * (1 - s.g**2),
        dnext_h * np.tanh(s.c) * s.o * (1 - s.o),
    ])  # fmt: skip
    return (da.dot(s.Wx.T), da.dot(s.Wh.T), dc * s.f, s.x.T.dot(da), s.prev_h.T.dot(da),
            np.ones(len(da), np.float32).dot(da))  # fmt: skip


def lstm_forward(x, h0, Wx, Wh, b):
    hs, cache, h, c = [], [], h0, np.zeros(h0.shape, np.float32)
    for x_t in x:
        h, c, step = lstm_step_forward(x_t, h, c, Wx, Wh, b)
        hs.append(h)
        cache.append(step)
    return np.array(hs), cache


def lstm_backward(dh, cache):
    results, dh_next, dc_next = [], 0, np.zeros(dh.shape[1:])
    for direct, step in zip(reversed(dh), reversed(cache), strict=True):
        results.append(lstm_step_backward(direct + dh_next, dc_next, step))
        _, dh_next, dc_next, *_ = results[-1]
    dx, _, _, dWx, dWh, db = zip(*results, strict=True)
    return np.stack(dx[::-1]), dh_next, sum(dWx), sum(dWh), sum(db)


def temporal_fc_forward(x, w, b):
    out = [fc_forward(sequence, w, b)[0] for sequence in x]
    return np.array(out, dtype=np.float32), (x, w)


def temporal_fc_backward(dout, cache):
    x, w = cache
    parts = [fc_backward(d, (sequence, w)) for d, sequence in zip(dout, x, strict=True)]
    dx, dw, db = zip(*parts, strict=True)
    return np.array(dx), sum(dw), sum(db)


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    shifted = x - x.max(axis=-1, keepdims=True)
    p = np.exp(shifted) / (np.exp(shifted).sum(axis=-1, keepdims=True) + 1e-8)
    picked = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    loss = np.where(mask, -np.log(picked), 0.0).sum() / float(N)
    np.put_along_axis(p, y[:, :, None], picked[:, :, None] - 1, axis=2)
    p[~mask] = 0
    return np.float32(loss), (p / N).astype(np.float32)
