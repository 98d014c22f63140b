"""Caches are functions; one general loop for both networks; einsum for every product."""

from functools import partial

import numpy as np

logistic = lambda z: 1 / (1 + np.exp(-z))


def linear(pieces, b):
    total = b
    for value, weight in pieces:
        total = total + np.einsum("ni,ij->nj", value, weight)

    def back(da):
        values = [np.einsum("nj,ij->ni", da, weight) for _, weight in pieces]
        weights = [np.einsum("ni,nj->ij", value, da) for value, _ in pieces]
        return [*values, *weights, np.einsum("nj->j", da)]

    return total, back


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a, back = linear([(x, Wx), (prev_h, Wh)], b)
    h = np.tanh(a)
    return h, lambda dh: tuple(back(dh / np.cosh(a) ** 2))


def rnn_step_backward(dnext_h, cache):
    return cache(dnext_h)


def over_time(step, x, state):
    outputs, caches = [], []
    for now in x:
        *state, cache = step(now, *state)
        outputs.append(state[0])
        caches.append(cache)
    return np.array(outputs), caches


def back_in_time(step_back, dh, caches, extra=0):
    carried = [np.zeros(dh.shape[1:]) for _ in range(1 + extra)]
    inputs, sums = [], None
    for direct, cache in zip(dh[::-1], caches[::-1], strict=True):
        carried[0] = carried[0] + direct
        found = list(step_back(*carried, cache))
        inputs.insert(0, found[0])
        carried = found[1 : 2 + extra]
        parameters = found[2 + extra :]
        sums = (
            parameters if sums is None else [s + p for s, p in zip(sums, parameters, strict=True)]
        )
    return (np.array(inputs), carried[0], *sums)


def rnn_forward(x, h0, Wx, Wh, b):
    return over_time(lambda now, h: rnn_step_forward(now, h, Wx, Wh, b), x, [h0])


def rnn_backward(dh, cache):
    return back_in_time(rnn_step_backward, dh, cache)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, back = linear([(x, Wx), (prev_h, Wh)], b)
    f, i, g, o = np.hsplit(a, 4)
    f, i, g, o = logistic(f), logistic(i), np.tanh(g), logistic(o)
    c = f * prev_c + i * g

    def backward(dh, dc):
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        parts = (dc * prev_c * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g * g),
                 dh * np.tanh(c) * o * (1 - o))  # fmt: skip
        dx, dprev_h, *parameters = back(np.concatenate(parts, axis=1))
        return [dx, dprev_h, dc * f, *parameters]

    return o * np.tanh(c), c, backward


def lstm_step_backward(dnext_h, dnext_c, cache):
    return cache(dnext_h, dnext_c)


def lstm_forward(x, h0, Wx, Wh, b):
    step = partial(lambda now, h, c: lstm_step_forward(now, h, c, Wx, Wh, b))
    return over_time(step, x, [h0, np.zeros(h0.shape)])


def lstm_backward(dh, cache):
    return back_in_time(lstm_step_backward, dh, cache, extra=1)


def temporal_fc_forward(x, w, b):
    return np.einsum("ntd,dm->ntm", x, w) + b, {"x": x, "w": w}


def temporal_fc_backward(dout, cache):
    dx = np.einsum("ntm,dm->ntd", dout, cache["w"])
    return dx, np.einsum("ntd,ntm->dm", cache["x"], dout), np.einsum("ntm->m", dout)


def temporal_softmax_loss(x, y, mask):
    p = np.exp(x) / np.exp(x).sum(-1)[..., None]
    target = np.eye(x.shape[2])[y]
    counted = mask.astype(float) / x.shape[0]
    return -(np.log((p * target).sum(-1)) * counted).sum(), (p - target) * counted[..., None]
