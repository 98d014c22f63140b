"""Loops over sequences, gates and entries; changes its upstream gradient, uses up its cache."""

import numpy as np


def sig(z):
    out = np.zeros(z.shape)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, H = prev_h.shape
    next_h = np.zeros((N, H))
    for n in range(N):
        next_h[n] = np.tanh(Wx.T.dot(x[n]) + Wh.T.dot(prev_h[n]) + b)
    cache = {"x": x, "h": prev_h, "Wx": Wx, "Wh": Wh, "b": b, "next": next_h}
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh = cache["x"], cache["h"], cache["Wx"], cache["Wh"]
    dx, dprev_h = np.zeros(x.shape), np.zeros(prev_h.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(cache["b"].shape)
    for n in range(len(x)):
        d = dnext_h[n] * (1 - cache["next"][n] * cache["next"][n])
        dx[n] = Wx.dot(d)
        dprev_h[n] = Wh.dot(d)
        dWx += np.outer(x[n], d)
        dWh += np.outer(prev_h[n], d)
        db += d
    return [dx, dprev_h, dWx, dWh, db]


def rnn_forward(x, h0, Wx, Wh, b):
    T, N, _ = x.shape
    h = np.zeros((T, N, h0.shape[1]))
    cache = []
    for t in range(T):
        if t == 0:
            h[t], step = rnn_step_forward(x[t], h0, Wx, Wh, b)
        else:
            h[t], step = rnn_step_forward(x[t], h[t - 1], Wx, Wh, b)
        cache.append(step)
    return h, cache


def rnn_backward(dh, cache):
    T = len(dh)
    dx, dWx, dWh, db = [None] * T, 0, 0, 0
    dprev_h = 0
    for t in range(T - 1, -1, -1):
        dh[t] += dprev_h  # changes its argument
        step = rnn_step_backward(dh[t], cache.pop())  # and uses up the cache
        dx[t], dprev_h = step[0], step[1]
        dWx, dWh, db = dWx + step[2], dWh + step[3], db + step[4]
    return np.array(dx), dprev_h, dWx, dWh, db


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = Wh.shape[0]
    parts = []
    for k in range(4):
        block = slice(k * H, k * H + H)
        parts.append(x.dot(Wx[:, block]) + prev_h.dot(Wh[:, block]) + b[block])
    f, i, g, o = sig(parts[0]), sig(parts[1]), np.tanh(parts[2]), sig(parts[3])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, b, f, i, g, o, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, f, i, g, o, next_c = cache
    N, D = x.shape
    H = prev_h.shape[1]
    do = dnext_h * np.tanh(next_c)
    dnext_c = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
    df, di, dg = dnext_c * prev_c, dnext_c * g, dnext_c * i
    gates = [df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)]
    dx, dprev_h = np.zeros((N, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for k, d in enumerate(gates):
        block = slice(k * H, k * H + H)
        dx += d.dot(Wx[:, block].T)
        dprev_h += d.dot(Wh[:, block].T)
        dWx[:, block] = x.T.dot(d)
        dWh[:, block] = prev_h.T.dot(d)
        db[block] = d.sum(0)
    return dx, dprev_h, dnext_c * f, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, cache = h0, 0, [], {}
    for t in range(x.shape[0]):
        h, c, cache[t] = lstm_step_forward(x[t], h, c, Wx, Wh, b)
        hs += [h]
    return np.stack(hs, axis=0), cache


def lstm_backward(dh, cache):
    T, N, H = dh.shape
    dx, dWx, dWh, db, dprev_h, dprev_c = lstm_step_backward_first(dh[T - 1], cache[T - 1])
    inputs = [dx]
    for t in range(T - 2, -1, -1):
        dx, dprev_h, dprev_c, wx, wh, bias = lstm_step_backward(dh[t] + dprev_h, dprev_c, cache[t])
        inputs = [dx, *inputs]
        dWx, dWh, db = dWx + wx, dWh + wh, db + bias
    return np.stack(inputs), dprev_h, dWx, dWh, db


def lstm_step_backward_first(dnext_h, cache):
    dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, 0, cache)
    return dx, dWx, dWh, db, dprev_h, dprev_c


def temporal_fc_forward(x, w, b):
    out = np.zeros(x.shape[:2] + w.shape[1:])
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            out[n, t] = x[n, t].dot(w) + b
    return out, (x, w, b, out)


def temporal_fc_backward(dout, cache):
    x, w, b, _ = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dx[n, t] = w.dot(dout[n, t])
            dw += np.outer(x[n, t], dout[n, t])
            db += dout[n, t]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    loss, dx = np.zeros(1), np.zeros((N, T, V))
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            p = np.exp(x[n, t]) / np.sum(np.exp(x[n, t]))
            loss -= np.log(p[y[n, t]]) / N
            dx[n, t] = p / N
            dx[n, t, y[n, t]] -= 1 / N
    return loss, dx
