"""One caption at a time, a loss of shape (1,), the number 0 as first cell state."""

import layers
import numpy as np
import rnn_layers as rl


class CaptioningRNN:
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128,
                 cell_type="rnn", dtype=np.float32):  # fmt: skip
        self.index = dict(word_to_idx)
        self.forward = getattr(rl, f"{cell_type}_forward")
        self.backward = getattr(rl, f"{cell_type}_backward")
        self.kind = cell_type
        V, H = len(word_to_idx), hidden_dim
        G = H if cell_type == "rnn" else 4 * H

        def draw(rows, columns, scale):
            return np.random.normal(0, scale, (rows, columns)).astype(dtype)

        self.params = dict(
            W_embed=draw(V, wordvec_dim, 0.01), W_proj=draw(input_dim, H, input_dim**-0.5),
            b_proj=np.zeros(H, dtype), Wx=draw(wordvec_dim, G, wordvec_dim**-0.5),
            Wh=draw(H, G, H**-0.5), b=np.zeros(G, dtype), W_vocab=draw(H, V, H**-0.5),
            b_vocab=np.zeros(V, dtype),
        )  # fmt: skip

    def loss(self, features, captions):
        p = self.params
        total, grads = np.zeros(1), {name: np.zeros(v.shape, v.dtype) for name, v in p.items()}
        for feature, caption in zip(features, captions):  # noqa: B905
            read, right = caption[None, :-1], caption[None, 1:]
            h0, c1 = layers.fc_forward(feature[None], p["W_proj"], p["b_proj"])
            x, c2 = rl.word_embedding_forward(read, p["W_embed"])
            h, c3 = self.forward(x.reshape(-1, 1, x.shape[2]), h0, p["Wx"], p["Wh"], p["b"])
            out, c4 = rl.temporal_fc_forward(h.reshape(1, -1, h.shape[2]), p["W_vocab"],
                                             p["b_vocab"])  # fmt: skip
            mask = 1 - (right == self.index["<NULL>"])
            loss, dout = rl.temporal_softmax_loss(out, right, mask)
            total += loss
            dh, *vocab = rl.temporal_fc_backward(dout, c4)
            dx, dh0, *cell = self.backward(dh.reshape(h.shape), c3)
            found = [rl.word_embedding_backward(dx.reshape(1, -1, dx.shape[2]), c2)]
            found += [*layers.fc_backward(dh0, c1)[1:], *cell, *vocab]
            names = ("W_embed", "W_proj", "b_proj", "Wx", "Wh", "b", "W_vocab", "b_vocab")
            for name, gradient in zip(names, found, strict=True):
                grads[name] += gradient / len(captions)
        return total / len(captions), grads

    def sample(self, features, max_length=30):
        p = self.params
        cell = p["Wx"], p["Wh"], p["b"]
        h, _ = layers.fc_forward(features, p["W_proj"], p["b_proj"])
        c, words, columns = 0, [self.index["<START>"]] * len(features), []
        for _ in range(max_length):
            if self.kind == "lstm":
                h, c, _ = rl.lstm_step_forward(p["W_embed"][words], h, c, *cell)
            else:
                h = rl.rnn_step_forward(p["W_embed"][words], h, *cell)[0]
            words = list(np.argmax(np.dot(h, p["W_vocab"]) + p["b_vocab"], axis=-1))
            columns.append(words)
        captions = np.array(columns).T
        for row in captions:
            ends = np.flatnonzero(row == self.index["<END>"])
            if len(ends):
                row[ends[0] + 1 :] = self.index["<NULL>"]
        return captions
