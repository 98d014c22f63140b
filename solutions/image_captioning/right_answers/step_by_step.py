"""Loops over steps with the functions for one step; softmax by hand; words as Python lists."""

import numpy as np
import rnn_layers as layers


class CaptioningRNN:
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128,
                 cell_type="rnn", dtype=np.float32):  # fmt: skip
        self.special = [word_to_idx[f"<{name}>"] for name in ("NULL", "START", "END")]
        self.is_lstm = cell_type.lower() == "lstm"
        columns = hidden_dim * (4 if self.is_lstm else 1)
        normal = np.random.standard_normal
        self.params = {
            "W_embed": normal((len(word_to_idx), wordvec_dim)).astype(dtype) / 100,
            "W_proj": (normal((input_dim, hidden_dim)) / input_dim**0.5).astype(dtype),
            "b_proj": np.zeros((hidden_dim,), dtype=dtype),
            "Wx": (normal((wordvec_dim, columns)) / wordvec_dim**0.5).astype(dtype),
            "Wh": (normal((hidden_dim, columns)) / hidden_dim**0.5).astype(dtype),
            "b": np.zeros((columns,), dtype=dtype),
            "W_vocab": (normal((hidden_dim, len(word_to_idx))) / hidden_dim**0.5).astype(dtype),
            "b_vocab": np.zeros((len(word_to_idx),), dtype=dtype),
        }

    def first(self, features):
        return np.dot(features, self.params["W_proj"]) + self.params["b_proj"][None, :]

    def step(self, words, state):
        """Return the scores, the state (h, and c for an LSTM) and the cache."""
        p = self.params
        take = layers.lstm_step_forward if self.is_lstm else layers.rnn_step_forward
        *state, cache = take(p["W_embed"][words], *state, p["Wx"], p["Wh"], p["b"])
        return state[0] @ p["W_vocab"] + p["b_vocab"], state, cache

    def states(self, features):
        h = self.first(features)
        return [h, np.zeros(h.shape, h.dtype)] if self.is_lstm else [h]

    def loss(self, features, captions):
        p, null = self.params, self.special[0]
        N, steps = len(captions), captions.shape[1] - 1
        state, tape, total = self.states(features), [], 0
        for t in range(steps):
            scores, state, cache = self.step(captions[:, t], state)
            scores = scores - np.amax(scores, axis=1, keepdims=True)
            log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
            wanted = captions[:, t + 1]
            weight = np.where(wanted == null, 0.0, 1.0 / N)
            total -= np.sum(weight * log_p[range(N), wanted])
            dscores = np.exp(log_p)
            dscores[range(N), wanted] -= 1
            tape.append((state[0], dscores * weight[:, None], cache))

        grads = {name: np.zeros_like(value) for name, value in p.items()}
        back = layers.lstm_step_backward if self.is_lstm else layers.rnn_step_backward
        dstate = [np.zeros_like(part) for part in state]
        while tape:
            h, dscores, cache = tape.pop()
            grads["W_vocab"] += h.T.dot(dscores)
            grads["b_vocab"] += np.sum(dscores, axis=0)
            dstate[0] = dstate[0] + dscores.dot(p["W_vocab"].T)
            dx, *rest = back(*dstate, cache)
            dstate = list(rest[: len(dstate)])
            for name, part in zip(("Wx", "Wh", "b"), rest[len(dstate) :], strict=True):
                grads[name] += part
            for n, word in enumerate(captions[:, len(tape)]):
                grads["W_embed"][word] += dx[n]
        grads["W_proj"] += features.T.dot(dstate[0])
        grads["b_proj"] += dstate[0].sum(axis=0)
        return total, grads

    def sample(self, features, max_length=30):
        null, start, end = self.special
        captions = [[start] for _ in features]
        state = self.states(features)
        for _ in range(max_length):
            scores, state, _ = self.step([caption[-1] for caption in captions], state)
            for caption, word in zip(captions, scores.argmax(1).tolist(), strict=True):
                caption.append(null if caption[-1] in (null, end) else word)
        return [caption[1:] for caption in captions]
