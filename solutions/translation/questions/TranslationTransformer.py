"""Cases for the Transformer: its inputs and output layer, PyTorch's layers, gradients, dropout."""

import itertools
import math

import torch

from checks import CannotJudge, expect_any, expect_close, expect_shape, rng, test_case
from oracle import (
    draw_weights,
    expect_alone,
    has_bias,
    later_positions,
    no_encoding,
    no_mask,
    set_weights,
    sines_and_cosines,
    torch_twins,
    twin_logits,
    unused,
)
from support import END, ENGLISH, FRENCH, OPTIONS, START, differs, draw_rows, draw_words, new_model

OK_FORMAT = False
name = "TranslationTransformer"


def expect_positions_added(model, french):
    """Fail unless words at swapped positions can have embeddings that make up for the swap.

    The words a and b have the embeddings ``e[a]`` and ``e[b]``. The words c and d have embeddings
    with ``sqrt(d_model) e[c] + p[3] = sqrt(d_model) e[a] + p[1]``, and the same for d and b, so a
    layer gets the same set of vectors from (a, b) and (d, c). Attention ignores the order of a
    set. With one layer, this holds for the last position of a decoder too, whatever its mask.
    """
    size, language = (FRENCH, "French") if french else (ENGLISH, "English")
    a, b, c, d, e, *others = (4 + rng("words").permutation(size - 4)).tolist()
    other = draw_words("other", ENGLISH if french else FRENCH, (2, 5))
    scale, d_model = math.sqrt(OPTIONS["d_model"]), OPTIONS["d_model"]

    def logits(first, second, encoding):
        weights, p = draw_weights(), encoding(4, d_model)
        moved = weights[0 if french else 1]
        moved[c], moved[d] = moved[a] + (p[1] - p[3]) / scale, moved[b] + (p[3] - p[1]) / scale
        set_weights(model, *weights)
        rows = torch.tensor([[START, first, x, second, y] for x, y in (others[:2], others[2:4])])
        return (model(rows, other) if french else model(other, rows))[:, -1].detach()

    def expect(encoding):
        before, after = logits(a, b, encoding), logits(d, c, encoding)
        name = f"the logits for two swapped {language} words with adjusted embeddings"
        # encodings in float32 are right to about 1e-6
        expect_close(after, before, rtol=1e-4, atol=1e-4, name=name)

    def expect_no_positions():  # which the question masks penalises
        expect(no_encoding)
        changed = differs(logits(e, b, no_encoding), logits(a, b, no_encoding))
        assert changed, f"the logits do not depend on a {language} word"

    expect_any(lambda: expect(sines_and_cosines), expect_no_positions)


def expect_scaled(TranslationTransformer, french, **options):
    """Fail unless the embeddings of one language are scaled before the positions are added."""

    def check():
        model = new_model(TranslationTransformer, dropout=0.0, **options)
        expect_positions_added(model, french)

    expect_alone(TranslationTransformer, check)


def expect_arguments_used(TranslationTransformer):
    """Fail unless a model of own layers has more parameters with more layers or hidden units."""

    def count(**changed):
        model = new_model(TranslationTransformer, **changed)
        return sum(value.numel() for _, value in model.named_parameters())

    few = count()
    for argument in ("num_layers", "d_ff"):
        more = count(**{argument: 2 * OPTIONS[argument]})
        assert more > few, f"the number of parameters does not depend on {argument}"


def states_and_rows(model, source, target):
    """Return the vectors that the output layer maps to logits, by weights that let them through.

    The rows of the output layer for words that the model does not read are unit vectors, zeros and
    random. Return the states, the logits of the random rows without the one of the zeros, and the
    random rows.
    """
    d_model = OPTIONS["d_model"]
    unread = [word for word in range(END, ENGLISH) if word not in target]
    if len(unread) < d_model + 2:
        raise CannotJudge("too few English words remain")
    french, english, bias = draw_weights()
    units, zero, drawn = unread[:d_model], unread[d_model], unread[d_model + 1 :]
    english[units], english[zero] = torch.eye(d_model, dtype=torch.float64), 0.0
    bias[[*units, zero, *drawn]] = 0.0
    set_weights(model, french, english, bias)
    logits = model(source, target).detach()
    logits = logits - logits[..., zero, None]
    return logits[..., units], logits[..., drawn], english[drawn]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="TranslationTransformer(source_size, target_size) must map French rows (N, S) "
    "and English rows (N, T) to logits of shape (N, T, V).",
)
def gives_logits_for_each_english_position(TranslationTransformer):
    logits = TranslationTransformer(FRENCH, ENGLISH)(*draw_rows(3, 6, 5))
    expect_shape(logits, (3, 5, ENGLISH), "the logits", "(N, T, V)")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The input of the encoder must be the French embedding times sqrt(d_model) "
    "plus the encoding of the position.",
)
def scales_the_french_embeddings(TranslationTransformer):
    expect_scaled(TranslationTransformer, french=True)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The input of the decoder must be the English embedding times sqrt(d_model) "
    "plus the encoding of the position.",
)
def scales_the_english_embeddings(TranslationTransformer):
    expect_scaled(TranslationTransformer, french=False, num_layers=1)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The logits must be a linear function of the decoder's outputs: one linear "
    "layer, without an activation before or after it.",
)
def ends_in_a_linear_layer(TranslationTransformer):
    def check():
        model = new_model(TranslationTransformer, dropout=0.0)
        source = draw_words("source", FRENCH, (3, 6))
        target = torch.tensor([[START, 4, 5, 4], [START, 5, 5, 4], [START, 4, 4, 5]])
        states, found, weights = states_and_rows(model, source, target)
        wanted = states @ weights.T
        expect_close(found, wanted, rtol=1e-4, atol=1e-4, name="the logits")
        assert differs(states, 0 * states), "all vectors before the output layer are zero"
        assert bool((states < 0).any()), "no number before the output layer is negative"

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With your weights, PyTorch's layers give other probabilities. Check the "
    "scaling of the embeddings, the encodings of positions, the arguments of the layers and the "
    "output layer.",
)
def agrees_with_torch_on_the_same_weights(TranslationTransformer):
    def check():
        model, (source, target) = new_model(TranslationTransformer, dropout=0.0), draw_rows(3, 7, 6)
        twins, weights = torch_twins(model), draw_weights()
        if twins is None:  # the other cases judge what is known of own attention
            return expect_arguments_used(TranslationTransformer)
        set_weights(model, *weights)
        weights[2] = weights[2] * has_bias(model)
        actual = torch.log_softmax(model(source, target)[:, -1], dim=-1)

        def expect(twin, mask, *encodings):
            wanted = twin_logits(twin, weights, source, target, mask, *encodings)
            wanted = torch.log_softmax(wanted[:, -1], dim=-1)
            # encodings in float32 are right to about 1e-6
            expect_close(
                actual, wanted, rtol=1e-4, atol=1e-4, name="the log-probability of a token"
            )

        # what is missing is penalised in the question masks
        encodings = itertools.product((sines_and_cosines, no_encoding), repeat=2)
        choices = itertools.product(encodings, (later_positions, no_mask), twins)
        return expect_any(*(lambda p=p, m=m, t=t: expect(t, m, *p) for p, m, t in choices))

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits must have a gradient with respect to every parameter. Do not "
    "detach tensors (`.detach()`, `.data`, `no_grad`), and use every layer.",
)
def passes_gradients_to_every_parameter(TranslationTransformer):
    def check():
        model, (source, target) = new_model(TranslationTransformer), draw_rows()
        logits = model(source, target)
        mix = torch.from_numpy(rng("mix").normal(size=tuple(logits.shape)))
        parameters = dict(model.named_parameters())
        (logits * mix).sum().backward()
        missed = unused(parameters)
        assert not missed, (
            f"{len(missed)} of {len(parameters)} parameters have no gradient, for example "
            f"{missed[0]}"
        )

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, two calls with the same input must give the same logits.",
)
def is_certain_in_evaluation_mode(TranslationTransformer):
    def check():
        model, rows = new_model(TranslationTransformer, dropout=0.5), draw_rows()
        expect_close(model(*rows), model(*rows), atol=1e-8, name="the logits of the second call")

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout must be active in training mode, and inactive if the argument dropout "
    "is 0.",
)
def drops_numbers_only_in_training(TranslationTransformer):
    def check():
        rows = draw_rows()
        model, without = (
            new_model(TranslationTransformer).train(),
            new_model(TranslationTransformer, dropout=0.0),
        )
        assert differs(model(*rows), model(*rows)), (
            "with dropout=0.2 in training mode, two calls give the same logits"
        )
        evaluated, trained = without(*rows), without.train()(*rows)
        expect_close(trained, evaluated, atol=1e-6, name="the logits with dropout=0 in training")

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.5,
    hidden=True,
    after="gives_logits_for_each_english_position",
    failure_message="The model must work for a single sentence and an English row with START "
    "alone; every translation begins like this.",
)
def works_for_one_sentence_and_one_token(TranslationTransformer):
    def check():
        model = new_model(TranslationTransformer, dropout=0.0)
        source, target = draw_rows(3, 4, 1)
        alone = model(source[:1], target[:1])
        expect_shape(alone, (1, 1, ENGLISH), "the logits", "(N, T, V)")
        expect_close(alone[0, 0], model(source, target)[0, 0], atol=1e-6, name="the logits")

    expect_alone(TranslationTransformer, check)
