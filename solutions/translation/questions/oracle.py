"""Earlier errors taken out of a model, the numbers of its words, PyTorch's layers.

For hidden cases only; this module is never shipped to students.
"""

import itertools
from contextlib import contextmanager
from functools import partial

import torch

from checks import CannotJudge, rng, run_beside
from support import ENGLISH, OPTIONS, differs, new_model


def sines_and_cosines(length, d_model):
    """Return the encodings of positions, (length, d_model), in float64."""
    rates = 10_000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def later_positions(length):
    """Return the causal mask: row t is True at all columns after t."""
    return torch.arange(length)[None] > torch.arange(length)[:, None]


def right_tables(length=40):
    """Return the right causal mask, and the right encodings for each d_model that a case uses."""
    sizes = (16, 32, 64, 128)
    return later_positions(length), {str(d): sines_and_cosines(length, d).float() for d in sizes}


def wrong_functions(TranslationTransformer, mask, encodings):
    """Return which of causal_mask and positional_encoding are wrong in the student's module."""
    import torch

    def is_right(name, wanted, *arguments):
        try:
            value = names[name](*arguments)
            if name == "causal_mask" and value.dtype != torch.bool:
                value = torch.isneginf(value)
            return value.shape == wanted.shape and torch.allclose(
                value.float(), wanted.float(), atol=1e-4
            )
        except Exception:
            return False

    names = TranslationTransformer.__init__.__globals__
    wanted = {
        "causal_mask": (mask[:7, :7], 7),
        "positional_encoding": (encodings["16"][:7], 7, 16),
    }
    return [name for name in wanted if name in names and not is_right(name, *wanted[name])]


def put_names(TranslationTransformer, functions, equal, mask, encodings):
    """Put right ``functions`` into the student's module, and a PAD that compares as ``equal``.

    A PAD that no token equals, or each one, gives masks that ignore nothing, with a right or a
    wrong polarity. None leaves PAD as it is.
    """
    import torch

    class NoPad(int):
        @classmethod
        def __torch_function__(cls, function, types, arguments=(), keywords=None):
            if function.__name__ in ("eq", "ne", "__eq__", "__ne__"):
                tokens = next(x for x in arguments if isinstance(x, torch.Tensor))
                return torch.full_like(tokens, equal, dtype=torch.bool)
            bare = [int(x) if type(x) is cls else x for x in arguments]
            named = {k: int(x) if type(x) is cls else x for k, x in (keywords or {}).items()}
            return function(*bare, **named)

    def causal_mask(length):
        found = mask[:length, :length].clone()
        return torch.zeros(found.shape).masked_fill(found, -torch.inf) if adds else found

    def positional_encoding(length, d_model):
        return encodings[str(d_model)][:length].clone()

    names = TranslationTransformer.__init__.__globals__
    try:  # a mask of floats is added, so the right one must be of floats too
        adds = names["causal_mask"](2).is_floating_point()
    except Exception:
        adds = False
    new = {f.__name__: f for f in (causal_mask, positional_encoding) if f.__name__ in functions}
    if equal is not None:
        new["PAD"] = NoPad(0)
    new = {name: value for name, value in new.items() if name in names}
    TranslationTransformer.names_before = {name: names[name] for name in new}
    names.update(new)


def put_names_back(TranslationTransformer):
    """Put the student's own functions and PAD back."""
    TranslationTransformer.__init__.__globals__.update(TranslationTransformer.names_before)
    del TranslationTransformer.names_before


def rewire(model, wiring):
    """Let PyTorch's layers take the batch first, or swap the two inputs of nn.Transformer."""
    import torch

    attention = torch.nn.Transformer, torch.nn.MultiheadAttention
    for module in model.modules():
        if wiring == "batch first" and isinstance(module, attention):
            module.batch_first = True
        if wiring == "swapped" and isinstance(module, torch.nn.Transformer):
            module.register_forward_pre_hook(lambda _, given: (given[1], given[0], *given[2:]))


def rewired(TranslationTransformer, wiring, **changed):
    """Return a new model, with its inputs handed to PyTorch's layers in the right way."""
    model = new_model(TranslationTransformer, **changed)
    run_beside(rewire, model, wiring)
    return model


@contextmanager
def replaced(TranslationTransformer, functions, equal):
    """Let the student's module use right ``functions`` and a PAD that compares as ``equal``."""
    run_beside(put_names, TranslationTransformer, functions, equal, *right_tables())
    try:
        yield
    finally:
        run_beside(put_names_back, TranslationTransformer)


def useful_pads(TranslationTransformer):
    """Return as what PAD may compare so that masks for PAD, wrong for rows without it, are none.

    With right masks there is nothing to do: the logits depend on the source, and they are the
    same if no token equals PAD.
    """
    source, target = torch.tensor([[4, 5, 6, 7], [8, 9, 10, 11]]), torch.tensor([[4, 5, 6]] * 2)
    try:
        own = new_model(TranslationTransformer, dropout=0.0)
        logits = own(source, target).detach()
        if not differs(logits[0], logits[1]):
            return [False, True]
        with replaced(TranslationTransformer, (), equal=False):
            other = new_model(TranslationTransformer, dropout=0.0)
            other.load_state_dict(own.state_dict())
            return [False] if differs(other(source, target), logits) else []
    except Exception:  # the student's own code may raise anything
        return [False, True]


def expect_alone(TranslationTransformer, check, pad=False, wiring=False, right_first=False):
    """Fail unless ``check(new)`` passes for the models that ``new`` makes, or without other errors.

    An error of another question is taken out: a wrong causal_mask or positional_encoding is
    replaced by a right one, with ``right_first`` even if the model passes with its own. Without
    ``pad``, masks for PAD may ignore nothing: for cases without PAD in which the logits must
    depend on tokens. With ``wiring``, the inputs of PyTorch's layers are put right.
    """
    first = None
    if not right_first:
        try:
            return check(partial(new_model, TranslationTransformer))
        except CannotJudge:
            raise
        except Exception as error:  # the student's own code may raise anything
            first = error
    told = run_beside(wrong_functions, TranslationTransformer, *right_tables())
    wrong = [name for name in ("causal_mask", "positional_encoding") if name in told]
    functions = [part for n in range(len(wrong) + 1) for part in itertools.combinations(wrong, n)]
    pads = [None, *([] if pad else useful_pads(TranslationTransformer))]
    repairs = wiring and not isinstance(first, AssertionError)
    wirings = [None, *(["batch first", "swapped"] if repairs else [])]
    for wired, equal, chosen in itertools.product(
        wirings, pads, functions[::-1] if right_first else functions
    ):
        if first is not None and not (wired or equal is not None or chosen):
            continue  # the model as it is
        new = partial(rewired, TranslationTransformer, wired)
        with replaced(TranslationTransformer, chosen, equal):
            try:
                return check(new if wired else partial(new_model, TranslationTransformer))
            except CannotJudge:
                raise
            except Exception as error:
                first = first or error
    raise first


def sound_functions(train, greedy_decode):
    """Return both functions, each replaced by a right one if it is wrong for a small model.

    What is wrong with them costs points in their own questions. A function that is not written yet
    stays as it is.
    """
    import torch

    class Chain(torch.nn.Module):
        """A model whose logits depend on the French row and on all tokens so far."""

        def __init__(self, factor):
            super().__init__()
            number = torch.arange(31.0 * 9).reshape(31, 9)
            self.weight = torch.nn.Parameter((number * number).sin() / 10)
            self.factor = factor  # large gradients for a large one

        def forward(self, source, target):
            met = source[:, 1].tolist(), self.training
            logits = self.factor * self.weight[(7 * source[:, 1:2] + target.cumsum(dim=1)) % 31]
            if logits.requires_grad:  # a batch counts when its gradient comes back
                logits.register_hook(lambda gradient: batches.append(met))
            if not translating:
                return logits
            special = torch.arange(9) < 2  # PAD and START follow nothing
            return (-logits if self.training else logits).masked_fill(special, -9.0)

    def steps(model, batches, rate):
        """Take a step of Adam for each batch; return the losses."""
        optimizer, losses = torch.optim.Adam(model.parameters(), lr=rate), []
        for french, english in batches:
            logits = model(french, english[:, :-1]).transpose(1, 2)
            loss = torch.nn.functional.cross_entropy(logits, english[:, 1:], ignore_index=0)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        return losses

    def right_train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
        orders = (torch.randperm(len(source)).split(batch_size) for _ in range(num_epochs))
        pairs = ((source[rows], target[rows]) for order in orders for rows in order)
        losses = steps(model.train(), pairs, learning_rate)
        size = -(-len(source) // batch_size)
        return [sum(losses[i : i + size]) / size for i in range(0, len(losses), size)]

    def right_decode(model, source, max_length=20):
        model.eval()
        said, open_rows = [[] for _ in source], set(range(len(source)))
        rows = torch.ones(len(source), 1, dtype=torch.int64)  # START
        with torch.no_grad():
            for _ in range(max_length):
                following = model(source, rows)[:, -1].argmax(dim=1)
                open_rows -= {n for n in open_rows if following[n] == 2}  # END
                for n in open_rows:
                    said[n].append(int(following[n]))
                rows = torch.cat([rows, following[:, None]], dim=1)
        return said

    def learns(factor):
        """Tell whether the own function takes the right steps, each epoch in a new order."""
        batches.clear()
        model, options = Chain(factor).eval(), {"learning_rate": 0.05, "batch_size": 4}
        losses = train(model, source, target, num_epochs=3, **options)
        used, modes = [rows for rows, _ in batches], [training for _, training in batches]
        epochs = [[row for rows in used[i : i + 3] for row in rows] for i in (0, 3, 6)]
        wanted = Chain(factor)
        steps(wanted, [(source[rows], target[rows]) for rows in used], 0.05)
        error = float((model.weight - wanted.weight).detach().abs().mean()) / 0.05
        return (
            len([float(loss) for loss in losses]) == 3
            and [len(rows) for rows in used] == [4, 4, 3] * 3
            and all(sorted(epoch) == list(range(11)) for epoch in epochs)
            and len(set(map(tuple, epochs))) == 3
            and all(modes)
            and error < 0.01
        )

    def is_right(check):
        try:
            return bool(check())
        except NotImplementedError:
            return True
        except Exception:
            return False

    def translates():
        own, right = (decode(Chain(1.0).train(), source, max_length=6) for decode in decoders)
        return [[int(token) for token in row] for row in own] == right

    batches, decoders, translating = [], (greedy_decode, right_decode), False
    source = torch.tensor([[1, n, 5, 2] for n in range(11)])
    target = torch.tensor([[1, 3 + n % 5, 3 + n % 4, 3 + n % 3, 2] for n in range(11)])
    with torch.random.fork_rng(devices=[]):
        trains = is_right(lambda: learns(1.0) and learns(40.0))
        translating = True
        decodes = is_right(translates)
    return train if trains else right_train, greedy_decode if decodes else right_decode


def gradients(model, logits, mix):
    """Return the gradients of a mix of logits, by the names of the parameters."""
    assert getattr(logits, "requires_grad", False), "the logits have no gradient"
    values = dict(model.named_parameters())
    found = torch.autograd.grad(
        (logits * mix).sum(), list(values.values()), retain_graph=True, allow_unused=True
    )
    pairs = zip(values.items(), found, strict=True)
    return {key: torch.zeros_like(v) if g is None else g for (key, v), g in pairs}


def places_of_words(used, unused, otherwise):
    """Return the entries of parameters that belong to one word each: name to flat indices.

    Their gradient is zero in ``unused``, where a word does not occur, and not in ``used``. Both
    lists have an entry for each word. Words have equally many entries of a parameter, and share
    none; so a hidden unit that is active for one word alone is not counted. Nor are gradients
    that are zero except for rounding errors, as the ones of an attention's key bias. The case
    fails with the sentence ``otherwise`` if nothing is left.
    """
    found = [{} for _ in used]
    for key in used[0]:
        here = [
            ((with_word[key] != 0) & (without[key] == 0)).flatten().nonzero()[:, 0]
            for with_word, without in zip(used, unused, strict=True)
        ]
        every = torch.cat(here)
        if len({len(part) for part in here}) != 1 or not 0 < len(every) == len(every.unique()):
            continue
        sizes = [g[key].flatten()[i].abs().max() for g, i in zip(used, here, strict=True)]
        most = max(float(value.abs().max()) for value in used[0].values())
        if min(sizes) > 1e-5 * most:
            for where, part in zip(found, here, strict=True):
                where[key] = part
    assert found[0], otherwise
    return found


def draw_mix(shape, without):
    """Return whole numbers for the logits, zero for some words, with the sum 0 at each position.

    So a softmax's denominator has a gradient of exactly zero. The numbers are large, so that no
    other sums of them are zero.
    """
    mix = torch.from_numpy(rng("mix").integers(-9999, 10_000, shape)).float()
    mix[..., without] = 0
    last = next(w for w in reversed(range(shape[-1])) if w not in without)
    mix[..., last] -= mix.sum(dim=-1)
    return mix


def word_places(model, french, words, others):
    """Return for each word of one language the places of the numbers that belong to it alone.

    These are the ones with a gradient only where the input contains the word, whatever the names
    and shapes of the parameters. ``others`` are more words, of both languages.
    """
    rows, beside = (
        torch.from_numpy(rng(label).choice(others, size))
        for label, size in (("rows", (12, 5)), ("beside", (12, 4)))
    )

    def found(rows):
        logits = model(rows, beside) if french else model(beside, rows)
        return gradients(model, logits, draw_mix((*logits.shape[:2], ENGLISH), list(words)))

    without, used = found(rows), []
    for word in words:
        changed = rows.clone()
        changed[:, 1] = changed[::2, 3] = word
        used.append(found(changed))
    otherwise = "the logits have no gradient with respect to the embedding of a word"
    return places_of_words(used, [without] * len(words), otherwise)


def read_numbers(model, where):
    """Return the numbers at some places as one vector."""
    values = dict(model.named_parameters())
    return torch.cat([values[key].detach().flatten()[index] for key, index in where.items()])


def write_numbers(model, where, vector):
    """Put a vector into some places."""
    values = dict(model.named_parameters())
    parts = vector.split([len(index) for index in where.values()])
    for (key, index), part in zip(where.items(), parts, strict=True):
        new = values[key].detach().clone().flatten()
        new[index] = part.to(new)
        with torch.no_grad():
            values[key].copy_(new.view_as(values[key]))


def output_states(model, source, target, words):
    """Return what the output layer does for two words, in one tuple for each of them.

    The gradients of the logit of one word, minus the other's, with respect to the numbers of the
    word in the output layer are the vectors that this layer maps to logits, and 1 for a bias.
    Return these vectors, one for each position of a row, with the places of the numbers, and with
    the difference of the logits.
    """
    logits = model(source, target)
    shape = (*logits.shape[:2], ENGLISH)
    without = [gradients(model, logits, draw_mix(shape, [word])) for word in words]
    found = []
    for n, t in itertools.product(*map(range, shape[:2])):
        mix = torch.zeros(shape)
        mix[n, t, words[0]], mix[n, t, words[1]] = 1, -1
        found.append(gradients(model, logits, mix))
    most = {key: torch.stack([g[key].abs() for g in found]).amax(dim=0) for key in without[0]}
    result = []
    otherwise = "the logit of a word has no weights of its own, or it depends on the other logits"
    where_of_both = places_of_words([most, most], without, otherwise)
    for sign, where in zip((1, -1), where_of_both, strict=True):
        vectors = [torch.cat([g[key].flatten()[i] for key, i in where.items()]) for g in found]
        result.append((sign * torch.stack(vectors), where))
    return *result, (logits[..., words[0]] - logits[..., words[1]]).detach().flatten()


def without_bias(states):
    """Return vectors before the output layer without the entry that is 1 for its bias."""
    return states[:, ((states - 1).abs() > 1e-6).any(dim=0)]


def torch_twins(model, used):
    """Return layers of PyTorch with the model's weights: a function of both inputs and a mask each.

    None if the model has other weights than the layers of PyTorch's Transformer, at most two final
    norms and ``used``, the weights of embeddings and output layer. The layers may normalise before
    or after and use either activation, and a final norm may belong to either half.
    """
    encoder, decoder, norms, others = _parts(dict(model.named_parameters()))
    if set(others) - used or not encoder or not decoder or len(norms) > 2:
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
