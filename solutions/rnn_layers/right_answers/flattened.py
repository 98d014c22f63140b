"""Everything flattened to two axes; one product for the inputs of all steps."""

import numpy as np

_sigmoid = lambda z: 0.5 + 0.5 * np.tanh(z / 2)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    both, weights = np.hstack((x, prev_h)), np.vstack((Wx, Wh))
    next_h = np.tanh(both @ weights + b.reshape(1, -1))
    return next_h, (both, weights, next_h, x.shape[1])


def rnn_step_backward(dnext_h, cache):
    both, weights, next_h, D = cache
    da = (1 - next_h**2) * dnext_h
    dboth, dweights = da @ weights.T, both.T @ da
    return dboth[:, :D], dboth[:, D:], dweights[:D], dweights[D:], np.sum(da, axis=0).reshape(-1)


def rnn_forward(x, h0, Wx, Wh, b):
    T, N, D = x.shape
    drive = (x.reshape(T * N, D) @ Wx).reshape(T, N, -1) + b
    h = np.empty((T + 1, *h0.shape))
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(drive[t] + h[t] @ Wh)
    return h[1:], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    T, N, D = x.shape
    H = h.shape[2]
    da, back = np.empty((T, N, H)), np.zeros((N, H))
    for t in range(T)[::-1]:
        da[t] = (dh[t] + back) * (1 - h[t + 1] ** 2)
        back = da[t] @ Wh.T
    flat = da.reshape(T * N, H)
    dWx, dWh = x.reshape(T * N, D).T @ flat, h[:-1].reshape(T * N, H).T @ flat
    return da @ Wx.T, back, dWx, dWh, flat.sum(axis=0)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[-1]
    a = x @ Wx + prev_h @ Wh + b
    gates = _sigmoid(a)
    gates[:, 2 * H : 3 * H] = np.tanh(a[:, 2 * H : 3 * H])
    blocks = gates.reshape(len(x), 4, H)
    next_c = blocks[:, 0] * prev_c + blocks[:, 1] * blocks[:, 2]
    next_h = blocks[:, 3] * np.tanh(next_c)
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, blocks, next_c]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, blocks, next_c = cache
    f, i, g, o = (blocks[:, k] for k in range(4))
    tanh = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tanh**2)
    da = np.stack([dc * prev_c, dc * g, dc * i, dnext_h * tanh], axis=1)
    slope = blocks * (1 - blocks)
    slope[:, 2] = 1 - g**2
    da = (da * slope).reshape(len(x), -1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, cache = np.empty((len(x), *h0.shape), dtype=x.dtype), []
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t, x_t in enumerate(x):
        prev_h, prev_c, step = lstm_step_forward(x_t, prev_h, prev_c, Wx, Wh, b)
        h[t] = prev_h
        cache.append(step)
    return h, tuple(cache)


def lstm_backward(dh, cache):
    T, N, H = dh.shape
    x, _, _, Wx, Wh, _, _ = cache[0]
    dx = np.zeros((T, N, x.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H)
    dnext_h, dnext_c = np.zeros((N, H)), np.zeros((N, H))
    for i in range(T):
        t = T - 1 - i
        dnext_h += dh[t]
        dx[t], dnext_h, dnext_c, *parameters = lstm_step_backward(dnext_h, dnext_c, cache[t])
        for total, part in zip((dWx, dWh, db), parameters, strict=True):
            total += part
    return dx, dnext_h, dWx, dWh, db


def temporal_fc_forward(x, w, b):
    N, T, D = x.shape
    return (x.reshape(-1, D).dot(w) + b).reshape(N, T, -1), (x, w, b)


def temporal_fc_backward(dout, cache):
    x, w, b = cache
    N, T, D = x.shape
    flat = dout.reshape(N * T, -1)
    return flat.dot(w.T).reshape(x.shape), x.reshape(-1, D).T.dot(flat), flat.T.dot(np.ones(N * T))


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    scores, words, counts = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T)
    p = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(counts * np.log(p[np.arange(N * T), words])) / N
    dx = p.copy()
    dx[np.arange(N * T), words] -= 1
    dx /= N
    dx *= counts[:, None]
    return loss, dx.reshape(N, T, V)
