"""Cases for the Transformer: torch's own with the same weights, gradients, dropout."""

import math

import torch

from checks import expect_any, expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "TranslationTransformer"

PAD, START, END = range(3)
FRENCH, ENGLISH = 17, 23  # the sizes of the vocabularies
OPTIONS = {"d_model": 16, "num_heads": 4, "num_layers": 2, "d_ff": 24, "dropout": 0.2}


def draw(label, size, shape):
    """Return random tokens, no special ones among them."""
    return torch.from_numpy(rng(label).integers(4, size, shape))


def draw_rows(N=3, S=6, T=5):
    """Return French rows and English ones that begin with START."""
    source, target = draw("source", FRENCH, (N, S)), draw("target", ENGLISH, (N, T))
    target[:, 0] = START
    return source, target


def made(TranslationTransformer, **changed):
    """Return a new model in evaluation mode, in float64."""
    return TranslationTransformer(FRENCH, ENGLISH, **{**OPTIONS, **changed}).double().eval()


def differs(actual, before):
    """Tell whether numbers differ by more than rounding."""
    return float((actual - before).detach().abs().max()) > 1e-6


def waves(length, d_model):
    """Return the encodings of positions, (length, d_model)."""
    rates = 10_000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def later(length):
    """Return a mask that is True where a position would look at a later one."""
    return torch.arange(length)[None] > torch.arange(length)[:, None]


def twin(model):
    """Give torch's Transformer the weights of the model; None if the model has other parts.

    The English embedding and the output layer may have the same shape, so they get the same
    weights.
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


def logits_of(parts, source, target, encoding, mask):
    """Return the logits that the definition gives with torch's Transformer."""
    theirs, french, english, bias = parts
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


@test_case(
    points=0.5,
    hidden=False,
    failure_message="TranslationTransformer(source_size, target_size) must map French rows (N, S) "
    "and English ones (N, T) to logits of shape (N, T, V).",
)
def gives_logits_for_each_english_position(TranslationTransformer):
    logits = TranslationTransformer(FRENCH, ENGLISH)(*draw_rows(3, 6, 5))
    expect_shape(logits, (3, 5, ENGLISH), "the logits", "(N, T, V)")


@test_case(
    points=1,
    hidden=True,
    failure_message="With the same weights, torch's Transformer finds other tokens likely. Are the "
    "embeddings multiplied by sqrt(d_model), do the encodings of positions follow, does each mask "
    "go to its argument, and does a linear layer come last?",
)
def agrees_with_torch_on_the_same_weights(TranslationTransformer, positional_encoding, causal_mask):
    model, (source, target) = made(TranslationTransformer), draw_rows(3, 7, 6)
    source[1, 3:], target[1, 4:] = PAD, PAD
    parts, real = twin(model), target != PAD
    if parts is None:  # a Transformer with other parts is judged by all other cases
        return
    actual = model(source, target)

    def expect(encoding, mask):
        expected = logits_of(parts, source, target, encoding, mask)
        found, wanted = (torch.log_softmax(part, dim=-1)[real] for part in (actual, expected))
        # encodings in float32 are right to about 1e-6
        expect_close(found, wanted, rtol=1e-4, atol=1e-4, name="the log-probability of a token")

    expect_any(lambda: expect(waves, later), lambda: expect(positional_encoding, causal_mask))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient of the logits must reach every parameter: nothing may cut a "
    "tensor off, and no layer may be left out.",
)
def passes_gradients_to_every_parameter(TranslationTransformer):
    model, (source, target) = made(TranslationTransformer), draw_rows()
    logits = model(source, target)
    mix = torch.from_numpy(rng("mix").normal(size=tuple(logits.shape)))
    parameters = dict(model.named_parameters())
    (logits * mix).sum().backward()
    missed = [
        key for key, value in parameters.items() if value.grad is None or not value.grad.any()
    ]
    assert not missed, f"no gradient reaches {missed[0]} ({len(missed)} of {len(parameters)})"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode the same input must give the same logits twice.",
)
def is_certain_in_evaluation_mode(TranslationTransformer):
    model, rows = made(TranslationTransformer, dropout=0.5), draw_rows()
    expect_close(model(*rows), model(*rows), atol=1e-8, name="the logits of the second call")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In training mode dropout must be at work, and with dropout=0 it must not.",
)
def drops_numbers_only_in_training(TranslationTransformer):
    rows = draw_rows()
    model, without = made(TranslationTransformer).train(), made(TranslationTransformer, dropout=0.0)
    assert differs(model(*rows), model(*rows)), "with dropout=0.2 two calls give the same"
    evaluated, trained = without(*rows), without.train()(*rows)
    expect_close(trained, evaluated, atol=1e-6, name="the logits with dropout=0 in training")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="One sentence, and an English row of START alone, must work: that is how every "
    "translation begins.",
)
def works_for_one_sentence_and_one_token(TranslationTransformer):
    model, (source, target) = made(TranslationTransformer), draw_rows(3, 4, 3)
    alone = model(source[:1], target[:1, :1])
    expect_shape(alone, (1, 1, ENGLISH), "the logits", "(N, T, V)")
    expect_close(alone[0, 0], model(source, target)[0, 0], atol=1e-6, name="the first logits")
