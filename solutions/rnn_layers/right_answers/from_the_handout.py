"""Arrays with a place for the first state, dictionaries as caches, gradients changed in place."""

import numpy as np


def sigmoid(z):
    out = np.zeros_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    out[~positive] = np.exp(z[~positive]) / (1 + np.exp(z[~positive]))
    return out


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = {"x": x, "h": prev_h, "Wx": Wx, "Wh": Wh, "out": next_h}
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    dnext_h *= 1 - cache["out"] * cache["out"]
    dx = np.dot(dnext_h, cache["Wx"].T)
    dprev_h = np.dot(dnext_h, cache["Wh"].T)
    dWx = np.dot(cache["x"].T, dnext_h)
    dWh = np.dot(cache["h"].T, dnext_h)
    db = np.sum(dnext_h, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    T, N, _ = x.shape
    H = h0.shape[1]
    h = np.zeros((T + 1, N, H))
    h[0] = h0
    cache = []
    for t in range(T):
        h[t + 1], step = rnn_step_forward(x[t], h[t], Wx, Wh, b)
        cache.append(step)
    return h[1:], cache


def rnn_backward(dh, cache):
    dh0 = 0
    steps = []
    while cache:
        step = cache.pop()
        total = dh[len(cache)] + dh0
        dx, dh0, dWx, dWh, db = rnn_step_backward(total, step)
        steps.append((dx, dWx, dWh, db))
    dx = np.array([step[0] for step in steps])[::-1]
    dWx, dWh, db = (sum(step[i] for step in steps) for i in (1, 2, 3))
    return dx, dh0, dWx, dWh, db


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    gates = {}
    for number, name in enumerate(["f", "i", "g", "o"]):
        block = a[:, number * H : (number + 1) * H]
        gates[name] = np.tanh(block) if name == "g" else sigmoid(block)
    next_c = gates["f"] * prev_c + gates["i"] * gates["g"]
    next_h = gates["o"] * np.tanh(next_c)
    cache = {"x": x, "h": prev_h, "c": prev_c, "Wx": Wx, "Wh": Wh, "next_c": next_c, **gates}
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    f, i, g, o = cache["f"], cache["i"], cache["g"], cache["o"]
    t = np.tanh(cache["next_c"])
    da = np.zeros((len(f), 4 * f.shape[1]))
    df, di, dg, do = np.split(da, 4, axis=1)  # views
    do[...] = dnext_h * t * o * (1 - o)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    df[...] = dc * cache["c"] * f * (1 - f)
    di[...] = dc * g * i * (1 - i)
    dg[...] = dc * i * (1 - g**2)
    return (
        da.dot(cache["Wx"].T),
        da.dot(cache["Wh"].T),
        dc * f,
        cache["x"].T.dot(da),
        cache["h"].T.dot(da),
        da.sum(0),
    )


def lstm_forward(x, h0, Wx, Wh, b):
    hidden, cell, cache = [h0], 0, {}
    for t in range(x.shape[0]):
        new, cell, cache[t] = lstm_step_forward(x[t], hidden[-1], cell, Wx, Wh, b)
        hidden.append(new)
    return np.stack(hidden[1:], axis=0), cache


def lstm_backward(dh, cache):
    T = dh.shape[0]
    results = {}
    dprev_h = dprev_c = 0
    for t in range(T - 1, -1, -1):
        dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dh[t] + dprev_h, dprev_c, cache[t])
        results[t] = dx, dWx, dWh, db
    dx = np.concatenate([results[t][0][None] for t in range(T)])
    sums = [np.sum([results[t][k] for t in range(T)], axis=0) for k in (1, 2, 3)]
    return (dx, dprev_h, *sums)


def word_embedding_forward(x, W):
    return np.take(W, x, axis=0), (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    one_hot = (x.reshape(-1, 1) == np.arange(W.shape[0])).astype(dout.dtype)
    return one_hot.T @ dout.reshape(-1, W.shape[1])


def temporal_fc_forward(x, w, b):
    out = np.zeros((x.shape[0], x.shape[1], w.shape[1]))
    for t in range(x.shape[1]):
        out[:, t] = x[:, t].dot(w) + b
    return out, (x, w)


def temporal_fc_backward(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for t in range(x.shape[1]):
        dx[:, t] = dout[:, t].dot(w.T)
        dw += x[:, t].T.dot(dout[:, t])
        db += dout[:, t].sum(axis=0)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    loss = np.zeros(1)
    dx = np.zeros(x.shape)
    for t in range(T):
        p = np.exp(x[:, t])
        p /= p.sum(axis=1, keepdims=True)
        for n in range(N):
            if mask[n, t]:
                loss -= np.log(p[n, y[n, t]]) / N
                dx[n, t] = p[n] / N
                dx[n, t, y[n, t]] -= 1 / N
    return loss, dx
