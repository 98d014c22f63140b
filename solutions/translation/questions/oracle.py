"""Expected values: PyTorch's Transformer, the best translation by brute force, Adam, the loss.

For hidden cases only; this module is never shipped to students.
"""

import itertools
import math

import torch
from torch.nn import functional

from checks import rng
from support import END, ENGLISH, FRENCH, OPTIONS, PAD, START


def sines_and_cosines(length, d_model):
    """Return the encodings of positions, (length, d_model), in float64."""
    rates = 10_000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def later_positions(length):
    """Return the causal mask: row t is True at all columns after t."""
    return torch.arange(length)[None] > torch.arange(length)[:, None]


def torch_twin(model):
    """Return PyTorch's Transformer with the model's weights, and both embeddings and the bias.

    None if the model is not built on ``nn.Transformer``. The English embedding and the output
    layer may have the same shape, so they get the same weights.
    """
    state = model.state_dict()
    mark = "encoder.layers.0.self_attn.in_proj_weight"
    prefix = next((key.removesuffix(mark) for key in state if key.endswith(mark)), None)
    d_model, heads, layers, d_ff = (OPTIONS[key] for key in list(OPTIONS)[:4])
    theirs = torch.nn.Transformer(d_model, heads, layers, layers, d_ff, 0.0, batch_first=True)
    held = {f"{prefix}{key}": key for key in theirs.state_dict()}
    shapes = {key: tuple(value.shape) for key, value in state.items() if key not in held}
    french, english, bias = ((FRENCH, d_model), (ENGLISH, d_model), (ENGLISH,))
    found = list(shapes.values())
    if not held.keys() <= state.keys() or found.count(french) != 1 or english not in found:
        return None
    drawn = {
        shape: 0.4 * torch.from_numpy(rng(str(shape)).normal(size=shape))
        for shape in (french, english, bias)
    }
    own = {key: drawn[shape] for key, shape in shapes.items() if shape in drawn}
    model.load_state_dict({**state, **own})
    theirs.load_state_dict({key: state[name] for name, key in held.items()})
    has_bias = bias in found
    return theirs.double().eval(), drawn[french], drawn[english], drawn[bias] * has_bias


def twin_logits(twin, source, target, encoding, mask):
    """Return the logits of ``torch_twin`` for an encoding of positions and a causal mask."""
    theirs, french, english, bias = twin
    scale = math.sqrt(OPTIONS["d_model"])
    states = theirs(
        scale * french[source] + encoding(source.shape[1], OPTIONS["d_model"]).double(),
        scale * english[target] + encoding(target.shape[1], OPTIONS["d_model"]).double(),
        tgt_mask=mask(target.shape[1]),
        src_key_padding_mask=source == PAD,
        tgt_key_padding_mask=target == PAD,
        memory_key_padding_mask=source == PAD,
    )
    return states @ english.T + bias


def mean_loss(after, said, source, target):
    """Return the mean of -log p(token) over all tokens after START, without PAD.

    The logits of a token are ``after[last token]`` plus ``said[token]`` of all French tokens.
    """
    losses = []
    for row, french in zip(target.tolist(), source, strict=True):
        for last, following in itertools.pairwise(row):
            if following != PAD:
                logits = after[last] + said[french].sum(dim=0)
                losses.append(functional.cross_entropy(logits[None], torch.tensor([following])))
    return torch.stack(losses).mean()


def next_token_loss(weight, target):
    """Return the cross-entropy of every token given the one before it."""
    logits = 5 * weight[target[:, :-1]]
    return functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten())


def replaced_loss(weight, target):
    """Return the loss that ``watch`` of train.py puts in the place of translation_loss."""
    return (5 * weight[target]).square().mean()


def adam_path(problem, batches, rate, loss_of):
    """Return the weights before and after each step of Adam with the gradient norm limited to 1."""
    weight, _, target = problem
    mean, square, path = torch.zeros_like(weight), torch.zeros_like(weight), [weight]
    for step, batch in enumerate(batches, 1):
        here = path[-1].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss_of(here, target[batch]), here)
        gradient = gradient / max(1.0, float(gradient.norm()))
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        direction = (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
        path.append(path[-1] - rate * direction)
    return path


def likeliest_tokens(table, max_length):
    """Return the translation that takes the likeliest token at each step."""
    tokens = [START]
    while len(tokens) <= max_length and (token := int(table[tokens[-1]].argmax())) != END:
        tokens.append(token)
    return tokens[1:]


def best_of_all(table, max_length):
    """Return the most likely of all translations, by trying them all."""
    lengths = range(max_length + 1)
    paths = (path for n in lengths for path in itertools.product([3, 4, 5], repeat=n))
    return list(max(paths, key=lambda path: _total(table, path, max_length)))


def _total(table, tokens, max_length):
    """Return the log-probability of a translation, with END where it is shorter than the limit."""
    log_p = torch.log_softmax(table, dim=1)
    said = [START, *tokens, *([END] if len(tokens) < max_length else [])]
    return sum(float(log_p[last, token]) for last, token in itertools.pairwise(said))
