"""Cases for the Transformer: its inputs and output layer, PyTorch's layers, gradients, dropout."""

import itertools
import math

import torch

from autograder.examine.parameters import that_matter
from checks import expect_any, expect_close, expect_shape, rng, test_case
from oracle import (
    expect_alone,
    later_positions,
    output_states,
    read_numbers,
    sines_and_cosines,
    torch_twins,
    without_bias,
    word_places,
    write_numbers,
)
from support import ENGLISH, FRENCH, OPTIONS, differs, draw_rows

OK_FORMAT = False
name = "TranslationTransformer"

D_MODEL, SCALE = OPTIONS["d_model"], math.sqrt(OPTIONS["d_model"])
OUTPUT = 19, 21  # English words that no row contains, for the output layer


def no_encoding(length, d_model):
    """Return zeros: what a model without encodings of positions adds."""
    return torch.zeros(length, d_model, dtype=torch.float64)


def along_the_batch(length, d_model):
    """Return the encodings for a model that counts positions along the batch."""
    return sines_and_cosines(length, d_model)


def no_mask(length):
    """Return a mask that forbids nothing."""
    return torch.zeros(length, length, dtype=torch.bool)


def draw_vocabulary(count):
    """Return ``count`` random words of both vocabularies, and the other ones."""
    words = (4 + rng("words").permutation(FRENCH - 4)).tolist()
    return words[:count], words[count:]


def expect_scaled(TranslationTransformer, french, **options):
    """Fail unless words at swapped positions can have embeddings that make up for the swap.

    The words a and b have the embeddings ``e[a]`` and ``e[b]``. The words c and d have embeddings
    with ``sqrt(d_model) e[c] + p[3] = sqrt(d_model) e[a] + p[1]``, and the same for d and b, so a
    layer gets the same set of vectors from (a, b) and (d, c). Attention ignores the order of a
    set. With one layer, this holds for the last position of a decoder too, whatever its mask.
    """
    language = "French" if french else "English"

    def check(new):
        model = new(dropout=0.0, **options)
        (a, b, c, d, e), others = draw_vocabulary(5)
        where = dict(zip("abcde", word_places(model, french, (a, b, c, d, e), others), strict=True))
        first, second = (read_numbers(model, where[word]) for word in "ab")
        assert len(first) >= D_MODEL, f"a {language} word has fewer than d_model numbers of its own"
        beside = torch.from_numpy(rng("beside").choice(others, (2, 4)))

        def logits(first, second):
            (v, w), (x, y) = others[:2], others[2:4]
            rows = torch.tensor([[v, first, w, second, x], [y, first, v, second, w]])
            return (model(rows, beside) if french else model(beside, rows))[:, -1].detach()

        def expect(encoding, start):
            move = torch.zeros(len(first))
            p = encoding(4, D_MODEL)
            move[start : start + D_MODEL] = (p[1] - p[3]) / SCALE
            write_numbers(model, where["c"], first + move)
            write_numbers(model, where["d"], second - move)
            name = f"the logits for two swapped {language} words with adjusted embeddings"
            # encodings in float32 are right to about 1e-6
            expect_close(logits(d, c), logits(a, b), rtol=1e-4, atol=1e-4, name=name)

        assert differs(logits(e, b), logits(a, b)), f"no logits depend on a {language} word"
        starts = range(0, len(first) - D_MODEL + 1, D_MODEL)  # a word may be a sum of two vectors
        # no positions at all are penalised in the question masks
        choices = itertools.product((sines_and_cosines, no_encoding), starts)
        expect_any(*(lambda choice=choice: expect(*choice) for choice in choices))

    expect_alone(TranslationTransformer, check)


def expect_arguments_used(new):
    """Fail unless a model of own layers uses num_layers, d_ff and num_heads.

    A layer of the encoder and one of the decoder have 12 matrices of shape (d_model, d_model) in
    their attention and four of shape (d_model, d_ff). Heads change the logits, not the weights.
    """

    def count(**changed):
        return sum(value.numel() for _, value in new(**changed).named_parameters())

    layers, hidden = OPTIONS["num_layers"], OPTIONS["d_ff"]
    more_layers = count(num_layers=layers + 1) - count()
    assert more_layers >= 12 * D_MODEL**2 + 4 * D_MODEL * hidden, (
        "one more layer must add a layer to the encoder and one to the decoder"
    )
    more_hidden = count(d_ff=hidden + 8) - count()
    assert more_hidden >= 8 * 4 * D_MODEL * layers, (
        "a larger d_ff must add hidden units to every layer of the encoder and of the decoder"
    )
    two, four = new(dropout=0.0, num_heads=2), new(dropout=0.0, num_heads=4)
    weights, rows = two.state_dict(), draw_rows()
    if {k: v.shape for k, v in weights.items()} == {
        k: v.shape for k, v in four.state_dict().items()
    }:
        four.load_state_dict(weights)
        assert differs(two(*rows), four(*rows)), "the logits do not depend on num_heads"


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
    def check(new):
        model, (words, _) = new(dropout=0.0), draw_vocabulary(4)
        source, target = torch.tensor([words[:3], words[1:]]), torch.tensor([words, words[::-1]])
        (states, here), (others, there), difference = output_states(model, source, target, OUTPUT)
        expect_close(others, states, rtol=1e-3, atol=1e-4, name="the vector for another word")
        wanted = states @ read_numbers(model, here) - others @ read_numbers(model, there)
        expect_close(difference, wanted, rtol=1e-3, atol=1e-4, name="the difference of two logits")
        vectors = without_bias(states)
        assert float(vectors.min()) < -0.3, (
            "before the output layer there are no negative numbers, or only small ones"
        )
        assert float(vectors.abs().max()) > 1, "before the output layer all numbers are below 1"

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With your weights, PyTorch's layers give other outputs of the decoder. Check "
    "the scaling of the embeddings, the encodings of positions and the arguments of the layers.",
)
def agrees_with_torch_on_the_same_weights(TranslationTransformer):
    def check(new):
        model, (words, others) = new(dropout=0.0), draw_vocabulary(4)
        french, english = (word_places(model, side, words, others) for side in (True, False))
        source = torch.tensor([[*words, words[1]], [words[0], *words]])
        target = torch.tensor([words, words[::-1]])
        (found, where), *_ = output_states(model, source, target, OUTPUT)
        found = without_bias(found).unflatten(0, target.shape)[:, -1]  # of the last position
        used = {key for group in (*french, *english, where) for key in group}
        twins = torch_twins(model, used)
        sizes = {len(read_numbers(model, place)) for place in (*french, *english)}
        if twins is None or sizes != {D_MODEL}:
            return expect_arguments_used(new)  # other cases judge its inputs and outputs
        assert found.shape[1] == D_MODEL, "the output layer does not get d_model numbers"

        def embedded(rows, places, encoding):
            vectors = torch.stack([read_numbers(model, place) for place in places]).double()
            numbers = torch.tensor([[words.index(word) for word in row] for row in rows.tolist()])
            p = encoding(max(rows.shape), D_MODEL)
            p = p[: rows.shape[0], None] if encoding is along_the_batch else p[: rows.shape[1]]
            return SCALE * vectors[numbers] + p

        def expect(twin, mask, of_french, of_english):
            with torch.no_grad():
                states = twin(
                    embedded(source, french, of_french),
                    embedded(target, english, of_english),
                    mask(target.shape[1]),
                )
            # encodings in float32 are right to about 1e-6
            expect_close(found, states[:, -1], rtol=1e-4, atol=1e-4, name="the decoder's output")

        # what is missing, or along another axis, is penalised in the question masks
        encodings = [
            *itertools.product((sines_and_cosines, no_encoding), repeat=2),
            (along_the_batch, along_the_batch),
        ]
        choices = itertools.product(encodings, (later_positions, no_mask), twins)
        return expect_any(*(lambda p=p, m=m, t=t: expect(t, m, *p) for p, m, t in choices))

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits must have a gradient with respect to every parameter that they "
    "depend on. Do not detach tensors (`.detach()`, `.data`, `no_grad`).",
)
def passes_gradients_to_every_parameter(TranslationTransformer):
    def check(new):
        model, (source, target) = new(), draw_rows()
        logits = model(source, target)
        mix = torch.from_numpy(rng("mix").normal(size=tuple(logits.shape)))
        parameters = dict(model.named_parameters())
        (logits * mix).sum().backward()
        still = [key for key, p in parameters.items() if p.grad is None or not p.grad.any()]
        sizes, rows = [FRENCH, ENGLISH], [source, target]
        missed = that_matter(TranslationTransformer, still, rows, sizes, OPTIONS)
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
    def check(new):
        model, rows = new(dropout=0.5), draw_rows()
        expect_close(model(*rows), model(*rows), atol=1e-8, name="the logits of the second call")

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout must be active in training mode, and inactive if the argument dropout "
    "is 0.",
)
def drops_numbers_only_in_training(TranslationTransformer):
    def check(new):
        rows = draw_rows()
        model, without = (
            new().train(),
            new(dropout=0.0),
        )
        assert differs(model(*rows), model(*rows)), (
            "with dropout=0.2 in training mode, two calls give the same logits"
        )
        evaluated, trained = without(*rows), without.train()(*rows)
        expect_close(trained, evaluated, atol=2e-5, name="the logits with dropout=0 in training")

    expect_alone(TranslationTransformer, check)


@test_case(
    points=0.5,
    hidden=True,
    after="gives_logits_for_each_english_position",
    failure_message="The model must work for a single sentence and an English row with START "
    "alone; every translation begins like this.",
)
def works_for_one_sentence_and_one_token(TranslationTransformer):
    def check(new):
        model = new(dropout=0.0)
        source, target = draw_rows(3, 4, 1)
        alone = model(source[:1], target[:1])
        expect_shape(alone, (1, 1, ENGLISH), "the logits", "(N, T, V)")
        expect_close(alone[0, 0], model(source, target)[0, 0], atol=2e-5, name="the logits")

    expect_alone(TranslationTransformer, check)
