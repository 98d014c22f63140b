"""Expected values: PyTorch's Transformer, the best translation by brute force, Adam, the loss.

For hidden cases only; this module is never shipped to students.
"""

import itertools
import math
from contextlib import contextmanager

import torch
from torch.nn import functional

from checks import CannotJudge, rng, run_beside
from support import END, ENGLISH, FRENCH, OPTIONS, PAD, START


def sines_and_cosines(length, d_model):
    """Return the encodings of positions, (length, d_model), in float64."""
    rates = 10_000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def later_positions(length):
    """Return the causal mask: row t is True at all columns after t."""
    return torch.arange(length)[None] > torch.arange(length)[:, None]


def mask_table(length=40):
    """Return the right causal mask of the largest length that a case uses."""
    return later_positions(length)


def encoding_tables(length=40):
    """Return the right encodings of positions for each d_model that a case uses."""
    return {str(d): sines_and_cosines(length, d).float() for d in (16, 32, 64, 128)}


def put_functions(TranslationTransformer, mask, encodings):
    """Put right functions into the places of causal_mask and positional_encoding.

    Return whether the student's module has one of them.
    """
    names = TranslationTransformer.__init__.__globals__

    def causal_mask(length):
        return mask[:length, :length].clone()

    def positional_encoding(length, d_model):
        return encodings[str(d_model)][:length].clone()

    found = [f for f in (causal_mask, positional_encoding) if f.__name__ in names]
    for function in found:
        function.original = names[function.__name__]
        names[function.__name__] = function
    return bool(found)


def take_functions_back(TranslationTransformer):
    """Put the student's own functions back."""
    names = TranslationTransformer.__init__.__globals__
    for name in ("causal_mask", "positional_encoding"):
        if hasattr(names.get(name), "original"):
            names[name] = names[name].original


@contextmanager
def right_functions(TranslationTransformer):
    """Let the model use a right causal_mask and positional_encoding; tell whether it has them."""
    there = run_beside(put_functions, TranslationTransformer, mask_table(), encoding_tables())
    try:
        yield there
    finally:
        run_beside(take_functions_back, TranslationTransformer)


def expect_alone(TranslationTransformer, check):
    """Fail unless ``check()`` passes, with the student's own functions or with right ones.

    So an error in causal_mask or positional_encoding is not penalised again in the model.
    """
    try:
        return check()
    except CannotJudge:
        raise
    except Exception as error:  # the student's own code may raise anything
        first = error
    with right_functions(TranslationTransformer) as there:
        if not there:
            raise first
        try:
            return check()
        except CannotJudge:
            raise
        except Exception:
            raise first from None


def language_weights(model):
    """Return the names of the French weights, and of the English ones (embedding, output layer).

    They are known by their shapes; a weight may be transposed, and tied weights have two names.
    """
    d_model, state = OPTIONS["d_model"], model.state_dict()
    names = []
    for size in (FRENCH, ENGLISH):
        shapes = (size, d_model), (d_model, size)
        names.append([key for key, value in state.items() if tuple(value.shape) in shapes])
    if not all(names):
        raise CannotJudge("no weight of the model has the shape (V, d_model) of an embedding")
    return names


def set_weights(model, french, english, bias):
    """Set the French embedding, the English embedding and output layer, and the output's bias."""
    new = model.state_dict()
    for keys, weight in zip(language_weights(model), (french, english), strict=True):
        new |= {key: weight if new[key].shape == weight.shape else weight.T for key in keys}
    new |= {key: bias for key, value in new.items() if value.shape == bias.shape}
    model.load_state_dict(new)


def has_bias(model):
    """Tell whether the output layer has a bias."""
    return (ENGLISH,) in _shapes(model).values()


def draw_weights():
    """Return random weights: French embedding, English embedding and output layer, bias."""
    d_model = OPTIONS["d_model"]
    shapes = (FRENCH, d_model), (ENGLISH, d_model), (ENGLISH,)
    return [0.4 * torch.from_numpy(rng(str(shape)).normal(size=shape)) for shape in shapes]


def torch_twins(model):
    """Return layers of PyTorch with the model's weights: a function of both inputs and a mask each.

    None if the model has other weights than the layers of PyTorch's Transformer, at most two final
    norms, two embeddings and an output layer. The layers may normalise before or after and use
    either activation, and a final norm may belong to the encoder or to the decoder.
    """
    weights = {key: value for key, value in model.state_dict().items() if key in _shapes(model)}
    encoder, decoder, norms, others = _parts(weights)
    used = {key for keys in language_weights(model) for key in keys}
    unknown = [key for key in others if key not in used and _shapes(model)[key] != (ENGLISH,)]
    if unknown or not encoder or not decoder or len(norms) > 2:
        return None
    for half, layers in (("encoder", encoder), ("decoder", decoder)):
        wanted, hidden = OPTIONS["num_layers"], layers[0]["linear1.weight"].shape[0]
        assert len(layers) == wanted, (
            f"with num_layers={wanted} the {half} has {len(layers)} layers"
        )
        assert hidden == OPTIONS["d_ff"], f"with d_ff={OPTIONS['d_ff']} the {half} has {hidden}"
    order = [(None, None), (norms[:1], None), (None, norms[:1])]
    finals = [*order[1:]] if len(norms) == 1 else order[:1]
    if len(norms) == 2:
        finals = [(norms[:1], norms[1:]), (norms[1:], norms[:1])]
    kinds = itertools.product((False, True), ("relu", "gelu"))
    return [_twin(encoder, decoder, final, *kind) for final in finals for kind in kinds]


def _shapes(model):
    return {
        key: tuple(value.shape) for key, value in model.named_parameters(remove_duplicate=False)
    }


def _parts(weights):
    """Return encoder layers, decoder layers and norms as dicts of weights, and all other names."""
    mark, left = "self_attn.in_proj_weight", dict(weights)
    prefixes = [key.removesuffix(mark) for key in weights if key.endswith(mark)]
    numbered = [p for p in prefixes if any(part.isdigit() for part in p.split("."))]
    halves = [], []
    for prefix in prefixes:
        layer = {
            key.removeprefix(prefix): left.pop(key) for key in weights if key.startswith(prefix)
        }
        crossed = "multihead_attn.in_proj_weight" in layer
        if prefix in numbered:  # others are the layers that PyTorch's classes copy
            halves[crossed].append(layer)
    shape, norms = (OPTIONS["d_model"],), []
    for key in list(left):
        bias = key.removesuffix("weight") + "bias"
        if key.endswith("weight") and tuple(left[key].shape) == shape and bias in left:
            norms.append({"weight": left.pop(key), "bias": left.pop(bias)})
    return *halves, norms, list(left)


def _twin(encoder, decoder, finals, norm_first, activation):
    """Return the function of one choice of PyTorch's options."""
    d_model, heads, d_ff = (OPTIONS[key] for key in ("d_model", "num_heads", "d_ff"))
    classes = torch.nn.TransformerEncoderLayer, torch.nn.TransformerDecoderLayer
    stacks = []
    for made, half, final in zip(classes, (encoder, decoder), finals, strict=True):
        stack = []
        for weights in half:
            layer = made(
                d_model, heads, d_ff, 0.0, activation, batch_first=True, norm_first=norm_first,
                bias="linear1.bias" in weights,
            )  # fmt: skip
            layer.load_state_dict(weights)
            stack.append(layer.double().eval())
        norm = torch.nn.Identity()
        if final is not None:
            norm = torch.nn.LayerNorm(d_model)
            norm.load_state_dict(final[0])
        stacks.append((stack, norm.double()))

    def states(source, target, mask):
        (encoders, last), (decoders, final) = stacks
        for layer in encoders:
            source = layer(source)
        memory = last(source)
        for layer in decoders:
            target = layer(target, memory, tgt_mask=mask)
        return final(target)

    return states


def twin_logits(twin, weights, source, target, mask, of_french, of_english):
    """Return the logits of one of ``torch_twins`` for a causal mask and encodings of positions."""
    french, english, bias = weights
    d_model = OPTIONS["d_model"]
    states = twin(
        math.sqrt(d_model) * french[source] + of_french(source.shape[1], d_model),
        math.sqrt(d_model) * english[target] + of_english(target.shape[1], d_model),
        mask(target.shape[1]),
    )
    return states @ english.T + bias


def unused(parameters):
    """Return the names of parameters without a gradient.

    PyTorch's TransformerEncoder copies the layer that it gets. So a layer outside of a list may
    remain unused if a used parameter began with the same numbers.
    """
    used = {key for key, value in parameters.items() if value.grad is not None and value.grad.any()}

    def is_copied(key):
        return not any(part.isdigit() for part in key.split(".")) and any(
            torch.equal(parameters[key], parameters[other]) for other in used
        )

    return [key for key in parameters if key not in used and not is_copied(key)]


def no_encoding(length, d_model):
    """Return zeros: what a model without encodings of positions adds."""
    return torch.zeros(length, d_model, dtype=torch.float64)


def no_mask(length):
    """Return a mask that forbids nothing."""
    return torch.zeros(length, length, dtype=torch.bool)


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
    log_p = torch.log_softmax(table, dim=1)[:6, :6].tolist()
    return list(max(paths, key=lambda path: _total(log_p, path, max_length)))


def _total(log_p, tokens, max_length):
    """Return the log-probability of a translation, with END where it is shorter than the limit."""
    said = [START, *tokens, *([END] if len(tokens) < max_length else [])]
    return sum(log_p[last][token] for last, token in itertools.pairwise(said))
