"""The model in torch, parameters under which its captions are known, and an independent BLEU.

For hidden cases only; this module is never shipped to students.
"""

import functools
import math

import numpy as np
import torch

from checks import CannotJudge, case_seed, expect_close, expect_parts, numbers, rng, run_beside
from support import (
    END,
    NULL,
    START,
    WORDS,
    model_with,
    parameter_shapes,
    up_to_end,
    zeros,
)

LIKELY = 4.0  # tanh of it is 0.999
CLEAR = 1e-3  # the best word leads by this much: float32 inside is accepted
V = len(WORDS)

TANH_OF_FIRST = {"begin": lambda h, c: (torch.tanh(h), c)}
CELL_FROM_FIRST = {"begin": lambda h, c: (h, h)}
OTHER_STATES = {
    "rnn": [TANH_OF_FIRST],
    "lstm": [TANH_OF_FIRST, CELL_FROM_FIRST, {"forget": True}],
}


# Losses that other cases charge. Gradients that follow from them are right.
WRONG_LOSSES = [
    {"counts": lambda read, right, null: read != null},
    {"counts": lambda read, right, null: (right != null) & (right != END)},
    {"counts": lambda read, right, null: right == null},
    {"counts": lambda read, right, null: torch.ones_like(right, dtype=torch.bool)},
    {"words": lambda read, right: (read, read)},
    {"words": lambda read, right: (right, right)},
    {"first": lambda h, p: torch.tanh(h)},
    {"first": lambda h, p: torch.relu(h)},
    {"first": lambda h, p: torch.zeros_like(h)},
    {"first": lambda h, p: h - p["b_proj"]},
]


def exact_loss(
    cell_type, parameters, features, captions, null=NULL, counts=None, words=None, first=None
):
    """Compute the loss, word by word, and its gradients by name, in float64.

    ``counts``, ``words`` and ``first`` make a wrong loss: they say which steps count, which words
    are read and asked for, and what happens to the first state.
    """
    p = {k: torch.tensor(v, dtype=torch.float64).requires_grad_() for k, v in parameters.items()}
    read, right = torch.from_numpy(captions).T[:-1], torch.from_numpy(captions).T[1:]
    counted = counts(read, right, null) if counts else right != null
    read, right = words(read, right) if words else (read, right)
    h, c = _first_states(p, features)
    h, total = first(h, p) if first else h, torch.zeros((), dtype=torch.float64)
    for t in range(len(read)):
        h, c, scores = _step(cell_type, p, read[t], h, c)
        losses = torch.nn.functional.cross_entropy(scores, right[t], reduction="none")
        total = total + losses[counted[t]].sum() / len(features)
    gradients = torch.autograd.grad(total, list(p.values()), materialize_grads=True)
    return float(total.detach()), dict(zip(p, gradients, strict=True))


def gradients_of_wrong_losses(loss, cell_type, parameters, features, captions):
    """Return the gradients of each wrong loss that has the value ``loss`` here.

    A loss is wrong by a factor if it is not divided by N alone.
    """
    value, right = exact_loss(cell_type, parameters, features, captions)
    N, steps, words = len(captions), captions.shape[1] - 1, int((captions[:, 1:] != NULL).sum())
    factors = 1 / N, N, 1 / steps, 1 / (steps + 1), N / words
    wrong = [
        (factor * value, {label: factor * part for label, part in right.items()})
        for factor in factors
    ]
    wrong += [
        exact_loss(cell_type, parameters, features, captions, **slip) for slip in WRONG_LOSSES
    ]
    return [found for value, found in wrong if np.allclose(numbers(loss), value, rtol=1e-5)]


def has_wrong_loss(CaptioningRNN, cell_type, words):
    """Tell whether a student's loss or a gradient is wrong for random captions."""
    draw = rng("wrong loss")
    shapes = parameter_shapes(cell_type, 4, 3, 5, len(words))
    p = {label: draw.normal(0, 0.6, shape) for label, shape in shapes.items()}
    features, captions = draw.normal(size=(3, 4)), draw.integers(4, len(words), (3, 6))
    captions[:, 0] = START
    for row, end in zip(captions, (5, 4, 2), strict=True):
        row[end:] = [END, *[NULL] * (5 - end)]
    model = model_with(CaptioningRNN, words, cell_type, p)
    loss, grads = expect_parts(model.loss(features, captions), "loss", "grads")
    value, expected = exact_loss(cell_type, p, features, captions)
    try:
        expect_close(loss, value, rtol=1e-4)
        for label, gradient in expected.items():
            expect_close(grads[label], gradient, rtol=1e-3, atol=1e-4)
    except (AssertionError, KeyError, TypeError):
        return True
    return False


class ExactModel:
    """A model with the initial parameters of a student's model, and with the exact loss."""

    def __init__(self, CaptioningRNN, cell_type, words, D, W, H):
        self._cell_type = cell_type
        self.params = run_beside(initial_parameters, CaptioningRNN, cell_type, words, D, W, H)

    def loss(self, features, captions):
        """Return the loss, and its gradients as arrays."""
        loss, gradients = exact_loss(self._cell_type, self.params, features, captions)
        return loss, {label: gradient.numpy() for label, gradient in gradients.items()}


def initial_parameters(CaptioningRNN, cell_type, words, D, W, H):
    """Return the parameters of a new model of the student's."""
    import numpy as np

    model = CaptioningRNN(words, input_dim=D, wordvec_dim=W, hidden_dim=H, cell_type=cell_type)
    return {label: np.array(value) for label, value in model.params.items()}


def torch_captions(cell_type, parameters, features, length):
    """Return the captions that the model gives, each of at most ``length`` words."""
    return _captions_and_lead(cell_type, parameters, features, length)[0]


def draw_model(cell_type, N=2, length=7):
    """Return random parameters and features for which each best word leads clearly.

    Other first states, and for an LSTM lost cell states, give other captions.
    """
    return _drawn(case_seed(), cell_type, N, length)


@functools.lru_cache(maxsize=64)
def _drawn(seed, cell_type, N, length):
    shapes = parameter_shapes(cell_type, 5, 4, 6, V)
    for number in range(500):
        draw = rng(f"model {number}").normal
        p = {label: draw(size=shape) for label, shape in shapes.items()}
        p["b_vocab"] += rarely(NULL, START, END)
        features = draw(size=(N, 5))
        captions, lead = _captions_and_lead(cell_type, p, features, length)
        changed = [
            _captions_and_lead(cell_type, p, features, length, **change)[0]
            for change in OTHER_STATES[cell_type]
        ]
        if lead > CLEAR and captions not in changed:
            return p, features
    raise CannotJudge("no model was drawn that tells right captions from wrong ones")


def rarely(*words):
    """Return what to add to b_vocab: <NULL> and <START> are never taken, <END> seldom."""
    return np.bincount(words, [-3.0 if word == END else -30.0 for word in words], V)


def _captions_and_lead(cell_type, parameters, features, length, begin=None, forget=False):
    """Return the captions, and by how much the best word leads at least.

    ``begin`` changes the first states; with ``forget``, each step starts from a cell state of 0.
    """
    p = {label: torch.from_numpy(value) for label, value in parameters.items()}
    h, c = _first_states(p, features)
    h, c = begin(h, c) if begin else (h, c)
    word, taken, leads = torch.full((len(h),), START), [], []
    for _ in range(length):
        h, c, scores = _step(cell_type, p, word, h, c * (not forget))
        best, second = scores.topk(2, dim=1).values.T
        leads.append(best - second)
        word = scores.argmax(dim=1)
        taken.append(word)
    return [up_to_end(row) for row in torch.stack(taken, dim=1)], float(torch.stack(leads).min())


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


def chain(cell_type):
    """Return parameters under which START, 6, 4, 7, 5, END follow each other as they are read.

    Hidden unit k is near one when word k is read and zero otherwise, for any previous state.
    """
    W, H = V + 1, V + 2
    p = zeros(cell_type, 5, W, H, V)
    p["W_embed"] = np.eye(V, W)
    if cell_type == "rnn":
        p["Wx"] = LIKELY * np.eye(W, H)
    else:  # the forget gate is closed, input and output gates are open
        p["Wx"][:, 2 * H : 3 * H] = LIKELY * np.eye(W, H)
        p["b"] = np.repeat([-20.0, 20.0, 0.0, 20.0], H)
    for word, following in ((START, 6), (6, 4), (4, 7), (7, 5), (5, END), (NULL, 7), (END, 6)):
        p["W_vocab"][word, following] = 1
    p["b_vocab"] = _no_ties()
    return p


def clock():
    """Return parameters of an RNN that ignores words: each hidden unit activates the next one.

    Features with a one at k activate unit k first; the units 1 to 4 score 4, 5, 6 and END.
    """
    p = zeros("rnn", 5, 3, 6, V)
    p["W_proj"] = LIKELY * np.eye(5, 6)
    p["Wh"] = LIKELY * np.eye(6, k=1)
    for unit, word in ((1, 4), (2, 5), (3, 6), (4, END)):
        p["W_vocab"][unit, word] = 1
    p["b_vocab"] = _no_ties()
    return p


def counter():
    """Return parameters of an LSTM that ignores words: its cell state counts the steps.

    All gates are open and the candidate is 1: c is 1, 2, 3, 4 and h is tanh(c). The scores are
    linear in h; the best words at h = 0.762, 0.964, 0.995, 0.9993 are 4, 5, 6, END.
    """
    p = zeros("lstm", 5, 3, 2, V)
    p["b"][:] = 20.0
    p["b_vocab"] = _no_ties() + np.array([-9, -9, -1994, -9, 0, -9, -297, -9])
    p["W_vocab"][:, [5, 6, END]] = np.array([10, 300, 2000]) / 2
    return p


def _no_ties():
    """Return a b_vocab under which equal scores are rare, and <NULL> and <START> never win."""
    return rng("b_vocab").uniform(0, 0.01, V) + rarely(NULL, START)


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
