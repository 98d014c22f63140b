"""Does not use rnn_layers: everything in float64, with one-hot words."""

import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


class CaptioningRNN:
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128,
                 cell_type="rnn", dtype=np.float32):  # fmt: skip
        self.lstm, self.vocabulary = cell_type == "lstm", word_to_idx
        blocks = 4 if self.lstm else 1
        shapes = {
            "W_embed": (len(word_to_idx), wordvec_dim), "W_proj": (input_dim, hidden_dim),
            "b_proj": (hidden_dim,), "Wx": (wordvec_dim, blocks * hidden_dim),
            "Wh": (hidden_dim, blocks * hidden_dim), "b": (blocks * hidden_dim,),
            "W_vocab": (hidden_dim, len(word_to_idx)), "b_vocab": (len(word_to_idx),),
        }  # fmt: skip
        generator = np.random.default_rng(3)
        self.params = {
            name: generator.normal(0, 1, shape) / np.sqrt(shape[0]) * (len(shape) > 1)
            for name, shape in shapes.items()
        }

    def step(self, x, h, c):
        p = self.params
        a = x @ p["Wx"] + h @ p["Wh"] + p["b"]
        if not self.lstm:
            return np.tanh(a), c, (x, h, c)
        f, i, g, o = np.split(a, 4, axis=1)
        new = squash(f) * c + squash(i) * np.tanh(g)
        return squash(o) * np.tanh(new), new, (x, h, c, squash(f), squash(i), np.tanh(g), squash(o))

    def loss(self, features, captions):
        p = {name: np.asarray(value, dtype=np.float64) for name, value in self.params.items()}
        N, T = captions.shape
        one_hot = np.eye(len(self.vocabulary))
        h = features @ p["W_proj"] + p["b_proj"]
        c, memory, states, loss = np.zeros_like(h), [], [], 0.0
        grads = {name: np.zeros(value.shape) for name, value in p.items()}
        dscores = []
        for t in range(T - 1):
            x = one_hot[captions[:, t]] @ p["W_embed"]
            h, c, kept = self.step(x, h, c)
            memory.append((*kept, c))
            states.append(h)
            scores = h @ p["W_vocab"] + p["b_vocab"]
            q = np.exp(scores - scores.max(1, keepdims=True))
            q /= q.sum(1, keepdims=True)
            counts = (captions[:, t + 1] != self.vocabulary["<NULL>"]).astype(float)[:, None]
            right = one_hot[captions[:, t + 1]]
            loss -= np.sum(counts[:, 0] * np.log((q * right).sum(1))) / N
            dscores.append(counts * (q - right) / N)
        dh, dc = np.zeros_like(h), np.zeros_like(h)
        for t in range(T - 2, -1, -1):
            x, h_before, c_before, *gates, c_after = memory[t]
            grads["W_vocab"] += states[t].T @ dscores[t]
            grads["b_vocab"] += dscores[t].sum(0)
            dh = dh + dscores[t] @ p["W_vocab"].T
            if self.lstm:
                f, i, g, o = gates
                th = np.tanh(c_after)
                dc = dc + dh * o * (1 - th * th)
                da = np.hstack([dc * c_before * f * (1 - f), dc * g * i * (1 - i),
                                dc * i * (1 - g * g), dh * th * o * (1 - o)])  # fmt: skip
                dc = dc * f
            else:
                da = dh * (1 - states[t] ** 2)
            grads["Wx"] += np.einsum("nd,ng->dg", x, da)
            grads["Wh"] += np.einsum("nh,ng->hg", h_before, da)
            grads["b"] += da.sum(0)
            grads["W_embed"] += one_hot[captions[:, t]].T @ (da @ p["Wx"].T)
            dh = da @ p["Wh"].T
        grads["W_proj"], grads["b_proj"] = features.T @ dh, dh.sum(0)
        return loss, grads

    def sample(self, features, max_length=30):
        p, ends = self.params, self.vocabulary["<END>"]
        rows = []
        for feature in features:
            h = (feature @ p["W_proj"] + p["b_proj"]).reshape(1, -1)
            c, word, row = np.zeros_like(h), self.vocabulary["<START>"], []
            while len(row) < max_length and word != ends:
                h, c, _ = self.step(p["W_embed"][[word]], h, c)
                word = int(np.argsort((h @ p["W_vocab"] + p["b_vocab"])[0])[-1])
                row.append(word)
            rows.append(row + [self.vocabulary["<NULL>"]] * (max_length - len(row)))
        return np.array(rows, dtype=float)
