"""Compares strings with ``is``, keeps gradients in attributes, samples with an unrolled start."""

import numpy as np
from layers import fc_backward, fc_forward
from rnn_layers import *  # noqa: F403

RNN, LSTM = "rnn", "lstm"  # a literal after `is` would only add a SyntaxWarning


class CaptioningRNN(object):  # noqa: UP004
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128,
                 cell_type="rnn", dtype=np.float32):  # fmt: skip
        if cell_type not in {"rnn", "lstm"}:
            raise ValueError('Invalid cell_type "%s"' % cell_type)  # noqa: UP031
        self.cell_type = cell_type
        self.dtype = dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {i: w for w, i in word_to_idx.items()}
        self.params = {}
        vocab_size = len(word_to_idx)
        self._null = word_to_idx["<NULL>"]
        self._start = word_to_idx.get("<START>", None)
        self._end = word_to_idx.get("<END>", None)
        self.params["W_embed"] = np.random.randn(vocab_size, wordvec_dim)
        self.params["W_embed"] /= 100
        self.params["W_proj"] = np.random.randn(input_dim, hidden_dim)
        self.params["W_proj"] /= np.sqrt(input_dim)
        self.params["b_proj"] = np.zeros(hidden_dim)
        dim_mul = {"lstm": 4, "rnn": 1}[cell_type]
        self.params["Wx"] = np.random.randn(wordvec_dim, dim_mul * hidden_dim)
        self.params["Wx"] /= np.sqrt(wordvec_dim)
        self.params["Wh"] = np.random.randn(hidden_dim, dim_mul * hidden_dim)
        self.params["Wh"] /= np.sqrt(hidden_dim)
        self.params["b"] = np.zeros(dim_mul * hidden_dim)
        self.params["W_vocab"] = np.random.randn(hidden_dim, vocab_size)
        self.params["W_vocab"] /= np.sqrt(hidden_dim)
        self.params["b_vocab"] = np.zeros(vocab_size)
        for k, v in self.params.items():
            self.params[k] = v.astype(self.dtype)

    def loss(self, features, captions):
        captions_in = captions[:, :-1]
        captions_out = captions[:, 1:]
        mask = captions_out != self._null
        P = self.params
        loss, grads = 0.0, {}

        h0, cache_h0 = fc_forward(features, P["W_proj"], P["b_proj"])
        word_vec, cache_vec = word_embedding_forward(captions_in, P["W_embed"])  # noqa: F405
        word_vec = np.rollaxis(word_vec, 1)
        if self.cell_type is RNN:
            h, cache_h = rnn_forward(word_vec, h0, P["Wx"], P["Wh"], P["b"])  # noqa: F405
        if self.cell_type is LSTM:
            h, cache_h = lstm_forward(word_vec, h0, P["Wx"], P["Wh"], P["b"])  # noqa: F405
        h = np.rollaxis(h, 1)
        scores, cache_s = temporal_fc_forward(h, P["W_vocab"], P["b_vocab"])  # noqa: F405
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)  # noqa: F405

        dh, grads["W_vocab"], grads["b_vocab"] = temporal_fc_backward(  # noqa: F405
            dscores, cache_s
        )
        dh = np.rollaxis(dh, 1)
        if self.cell_type is RNN:
            back = rnn_backward(dh, cache_h)  # noqa: F405
        if self.cell_type is LSTM:
            back = lstm_backward(dh, cache_h)  # noqa: F405
        dword_vec, dh0, grads["Wx"], grads["Wh"], grads["b"] = back
        dword_vec = np.rollaxis(dword_vec, 1)
        grads["W_embed"] = word_embedding_backward(dword_vec, cache_vec)  # noqa: F405
        _, grads["W_proj"], grads["b_proj"] = fc_backward(dh0, cache_h0)
        return loss, grads

    def sample(self, features, max_length=30):
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        P = self.params
        prev_h, _ = fc_forward(features, P["W_proj"], P["b_proj"])
        prev_c = np.zeros(prev_h.shape)
        prev_word = np.array([self._start for _ in range(N)])
        running = np.ones(N)
        for t in range(max_length):
            embed = P["W_embed"][prev_word, :]
            if self.cell_type is RNN:
                next_h, _ = rnn_step_forward(  # noqa: F405
                    embed, prev_h, P["Wx"], P["Wh"], P["b"]
                )
            elif self.cell_type is LSTM:
                next_h, prev_c, _ = lstm_step_forward(  # noqa: F405
                    embed, prev_h, prev_c, P["Wx"], P["Wh"], P["b"]
                )
            scores, _ = fc_forward(next_h, P["W_vocab"], P["b_vocab"])
            for n in range(N):
                prev_word[n] = np.argmax(scores[n])
                if running[n]:
                    captions[n, t] = prev_word[n]
                if prev_word[n] == self._end:
                    running[n] = 0
            if not running.any():
                break
            prev_h = next_h
        return captions
