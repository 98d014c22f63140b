"""Functions by star import, transposes with named axes, words sampled after <END> and masked."""

import numpy as np
from layers import *  # noqa: F403
from rnn_layers import *  # noqa: F403


class CaptioningRNN(object):  # noqa: UP004
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128,
                 cell_type="rnn", dtype=np.float32):  # fmt: skip
        self.cell_type, self.dtype = cell_type, dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {i: w for w, i in word_to_idx.items()}
        self._null = word_to_idx["<NULL>"]
        self._start = word_to_idx.get("<START>", None)
        size = len(word_to_idx)
        gates = {"lstm": 4, "rnn": 1}[cell_type]
        self.params = {"W_embed": 0.01 * np.random.randn(size, wordvec_dim)}
        self.params["W_proj"] = np.random.randn(input_dim, hidden_dim) / np.sqrt(input_dim)
        self.params["b_proj"] = np.zeros(hidden_dim)
        self.params["Wx"] = np.random.randn(wordvec_dim, gates * hidden_dim)
        self.params["Wx"] /= np.sqrt(wordvec_dim)
        self.params["Wh"] = np.random.randn(hidden_dim, gates * hidden_dim)
        self.params["Wh"] /= np.sqrt(hidden_dim)
        self.params["b"] = np.zeros(gates * hidden_dim)
        self.params["W_vocab"] = np.random.randn(hidden_dim, size) / np.sqrt(hidden_dim)
        self.params["b_vocab"] = np.zeros(size)
        for k, v in self.params.items():
            self.params[k] = v.astype(self.dtype)

    def loss(self, features, captions):
        read, wanted = captions[:, :-1], captions[:, 1:]
        mask = wanted != self._null
        W_proj, b_proj, W_embed = (self.params[k] for k in ("W_proj", "b_proj", "W_embed"))
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        W_vocab, b_vocab = self.params["W_vocab"], self.params["b_vocab"]

        state, cache1 = fc_forward(features, W_proj, b_proj)  # noqa: F405
        vectors, cache2 = word_embedding_forward(read, W_embed)  # noqa: F405
        vectors = np.transpose(vectors, (1, 0, 2))
        if self.cell_type == "rnn":
            states, cache3 = rnn_forward(vectors, state, Wx, Wh, b)  # noqa: F405
        elif self.cell_type == "lstm":
            states, cache3 = lstm_forward(vectors, state, Wx, Wh, b)  # noqa: F405
        states = np.transpose(states, (1, 0, 2))
        out, cache4 = temporal_fc_forward(states, W_vocab, b_vocab)  # noqa: F405
        loss, dout = temporal_softmax_loss(out, wanted, mask)  # noqa: F405

        dstates, dW_vocab, db_vocab = temporal_fc_backward(dout, cache4)  # noqa: F405
        dstates = np.transpose(dstates, (1, 0, 2))
        if self.cell_type == "rnn":
            dvectors, dstate, dWx, dWh, db = rnn_backward(dstates, cache3)  # noqa: F405
        else:
            dvectors, dstate, dWx, dWh, db = lstm_backward(dstates, cache3)  # noqa: F405
        dvectors = np.transpose(dvectors, (1, 0, 2))
        dW_embed = word_embedding_backward(dvectors, cache2)  # noqa: F405
        dfeatures, dW_proj, db_proj = fc_backward(dstate, cache1)  # noqa: F405
        grads = {"W_proj": dW_proj, "b_proj": db_proj, "W_embed": dW_embed, "Wx": dWx, "Wh": dWh}
        grads.update({"b": db, "W_vocab": dW_vocab, "b_vocab": db_vocab, "features": dfeatures})
        return loss, grads

    def sample(self, features, max_length=30):
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        h = features.dot(self.params["W_proj"]) + self.params["b_proj"]
        c = np.zeros(h.shape)
        word = self._start * np.ones((N, 1), dtype=np.int32)
        for t in range(max_length):
            x, _ = word_embedding_forward(word, self.params["W_embed"])  # noqa: F405
            x = x[:, 0, :]
            if self.cell_type == "rnn":
                h, _ = rnn_step_forward(x, h, Wx, Wh, b)  # noqa: F405
            else:
                h, c, _ = lstm_step_forward(x, h, c, Wx, Wh, b)  # noqa: F405
            out, _ = temporal_fc_forward(  # noqa: F405
                h[:, np.newaxis, :], self.params["W_vocab"], self.params["b_vocab"]
            )
            word = np.argmax(out, axis=2)
            captions[:, t] = word[:, 0]
            captions[:, t] = np.where((captions[:, :t] == self.word_to_idx["<END>"]).any(1),
                                      self._null, captions[:, t])  # fmt: skip
        return captions
