"""Cases for the Transformer: comparison with PyTorch's, gradients, dropout, a single token."""

import torch

from checks import expect_any, expect_close, expect_shape, rng, test_case
from oracle import later_positions, sines_and_cosines, torch_twin, twin_logits
from support import ENGLISH, FRENCH, PAD, differs, draw_rows, new_model

OK_FORMAT = False
name = "TranslationTransformer"


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
    points=1,
    hidden=True,
    failure_message="With your weights, PyTorch's nn.Transformer gives other probabilities. Check "
    "the scaling of the embeddings, the encodings of positions, the argument of each mask and the "
    "output layer.",
)
def agrees_with_torch_on_the_same_weights(TranslationTransformer, positional_encoding, causal_mask):
    model, (source, target) = new_model(TranslationTransformer), draw_rows(3, 7, 6)
    source[1, 3:], target[1, 4:] = PAD, PAD
    twin, real = torch_twin(model), target != PAD
    if twin is None:  # all other cases judge a model that is not built on nn.Transformer
        return
    actual = model(source, target)

    def expect(encoding, mask):
        expected = twin_logits(twin, source, target, encoding, mask)
        found, wanted = (torch.log_softmax(part, dim=-1)[real] for part in (actual, expected))
        # encodings in float32 are right to about 1e-6
        expect_close(found, wanted, rtol=1e-4, atol=1e-4, name="the log-probability of a token")

    expect_any(
        lambda: expect(sines_and_cosines, later_positions),
        lambda: expect(positional_encoding, causal_mask),
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits must have a gradient with respect to every parameter. Do not "
    "detach tensors (`.detach()`, `.data`, `no_grad`), and use every layer.",
)
def passes_gradients_to_every_parameter(TranslationTransformer):
    model, (source, target) = new_model(TranslationTransformer), draw_rows()
    logits = model(source, target)
    mix = torch.from_numpy(rng("mix").normal(size=tuple(logits.shape)))
    parameters = dict(model.named_parameters())
    (logits * mix).sum().backward()
    missed = [
        key for key, value in parameters.items() if value.grad is None or not value.grad.any()
    ]
    assert not missed, (
        f"{len(missed)} of {len(parameters)} parameters have no gradient, for example {missed[0]}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, two calls with the same input must give the same logits.",
)
def is_certain_in_evaluation_mode(TranslationTransformer):
    model, rows = new_model(TranslationTransformer, dropout=0.5), draw_rows()
    expect_close(model(*rows), model(*rows), atol=1e-8, name="the logits of the second call")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout must be active in training mode, and inactive if the argument dropout "
    "is 0.",
)
def drops_numbers_only_in_training(TranslationTransformer):
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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must work for a single sentence and an English row with START "
    "alone; every translation begins like this.",
)
def works_for_one_sentence_and_one_token(TranslationTransformer):
    model, (source, target) = new_model(TranslationTransformer), draw_rows(3, 4, 3)
    alone = model(source[:1], target[:1, :1])
    expect_shape(alone, (1, 1, ENGLISH), "the logits", "(N, T, V)")
    expect_close(alone[0, 0], model(source, target)[0, 0], atol=1e-6, name="the first logits")
