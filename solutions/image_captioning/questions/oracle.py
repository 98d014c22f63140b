"""The model in torch, parameters under which its captions are known, and an independent BLEU.

For hidden cases only; this module is never shipped to students.
"""

import math

import numpy as np
import torch

from support import END, NULL, START, up_to_end, zeros

LIKELY = 4.0  # tanh of it is 0.999


def exact_loss(cell_type, parameters, features, captions, null=NULL):
    """Compute the loss, word by word, and its gradients by name, in float64."""
    p = {k: torch.tensor(v, dtype=torch.float64).requires_grad_() for k, v in parameters.items()}
    words, total = torch.from_numpy(captions), torch.zeros((), dtype=torch.float64)
    h, c = _first_states(p, features)
    for read, right in zip(words.T[:-1], words.T[1:], strict=True):
        h, c, scores = _step(cell_type, p, read, h, c)
        losses = torch.nn.functional.cross_entropy(scores, right, reduction="none")
        total = total + losses[right != null].sum() / len(captions)
    total.backward()
    return float(total.detach()), {label: value.grad for label, value in p.items()}


def torch_captions(cell_type, parameters, features, length):
    """Return the captions that the model gives, each of at most ``length`` words."""
    p = {label: torch.from_numpy(value) for label, value in parameters.items()}
    h, c = _first_states(p, features)
    word, taken = torch.full((len(h),), START), []
    for _ in range(length):
        h, c, scores = _step(cell_type, p, word, h, c)
        word = scores.argmax(dim=1)
        taken.append(word)
    return [up_to_end(row) for row in torch.stack(taken, dim=1)]


def _first_states(p, features):
    h = torch.tensor(features, dtype=torch.float64) @ p["W_proj"] + p["b_proj"]
    return h, torch.zeros_like(h)


def _step(cell_type, p, word, h, c):
    """Read a word: return the new hidden state, the new cell state and the scores."""
    a = p["W_embed"][word] @ p["Wx"] + h @ p["Wh"] + p["b"]
    if cell_type == "rnn":
        h = torch.tanh(a)
    else:
        f, i, candidate, o = a.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h, c, h @ p["W_vocab"] + p["b_vocab"]


def chain(cell_type, V):
    """Return parameters under which START, 6, 4, 7, 5, END follow each other as they are read.

    Hidden unit k is near one when word k is read and zero otherwise, for any previous state.
    """
    p = zeros(cell_type, V, V, V, V)
    p["W_embed"] = np.eye(V)
    if cell_type == "rnn":
        p["Wx"] = LIKELY * np.eye(V)
    else:  # the forget gate is closed, input and output gates are open
        p["Wx"][:, 2 * V : 3 * V] = LIKELY * np.eye(V)
        p["b"] = np.repeat([-20.0, 20.0, 0.0, 20.0], V)
    for word, following in ((START, 6), (6, 4), (4, 7), (7, 5), (5, END), (NULL, 7), (END, 6)):
        p["W_vocab"][word, following] = 1
    return p


def clock(V):
    """Return parameters of an RNN that ignores words: each hidden unit activates the next one.

    Features with a one at k activate unit k first; the units 1 to 4 score 4, 5, 6 and END.
    """
    p = zeros("rnn", V, V, V, V)
    p["W_proj"] = LIKELY * np.eye(V)
    p["Wh"] = LIKELY * np.eye(V, k=1)
    for unit, word in ((1, 4), (2, 5), (3, 6), (4, END)):
        p["W_vocab"][unit, word] = 1
    return p


def unigram_bleu(reference, sample):
    """Return the BLEU of lists of words: remove from the reference, one by one, what is found."""
    left, right = list(reference), 0
    for word in sample:
        if word in left:
            left.remove(word)
            right += 1
    if not sample:
        return 0.0
    return right / len(sample) * min(1.0, math.exp(1 - len(reference) / len(sample)))
