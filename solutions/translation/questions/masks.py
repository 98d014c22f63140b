"""Cases for masks and positions: which tokens the logits of the Transformer depend on."""

import torch

from checks import expect_close, rng, test_case
from oracle import expect_alone
from support import (
    ENGLISH,
    FRENCH,
    PAD,
    differs,
    draw_rows,
    new_model,
    other_words,
)

OK_FORMAT = False
name = "masks"


def sizes():
    """Return a number of rows, two row lengths, all different, and a position before the last."""
    N, S, T = (2 + rng("sizes").permutation(7)[:3]).tolist()
    return N, S, T, int(rng("t").integers(0, T - 1))


@test_case(
    points=0,
    hidden=False,
    failure_message="The logits at a position must not depend on later English tokens. If only the "
    "last token changes, only the logits at the last position may change. This check gives no "
    "points; hidden checks do.",
)
def does_not_look_at_the_last_token_from_before(TranslationTransformer):
    model, (source, target) = new_model(TranslationTransformer, dropout=0.0), draw_rows()
    changed = target.clone()
    changed[:, -1] = other_words(target[:, -1], ENGLISH)
    before, after = model(source, target), model(source, changed)
    expect_close(after[:, :-1], before[:, :-1], atol=2e-5, name="the logits before the last token")
    assert differs(after[:, -1], before[:, -1]), "the logits at the last position do not change"


@test_case(
    points=1.75,
    hidden=True,
    failure_message="The logits at a position depend on later English tokens. Check the causal "
    "mask and the argument of nn.Transformer that gets it.",
)
def does_not_look_ahead(TranslationTransformer):
    def check(new):
        N, S, T, t = sizes()
        model, (source, target) = new(dropout=0.0), draw_rows(N, S, T)
        changed = torch.cat([target[:, : t + 1], other_words(target[:, t + 1 :], ENGLISH)], dim=1)
        before, after = model(source, target), model(source, changed)
        expect_close(after[:, : t + 1], before[:, : t + 1], atol=2e-5, name=f"the logits up to {t}")

    expect_alone(TranslationTransformer, check, pad=True, wiring=True)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits at a position must depend on the English tokens before it. Check "
    "which positions your masks forbid.",
)
def looks_back(TranslationTransformer):
    def check(new):
        N, S, T, t = sizes()
        model, (source, target) = new(dropout=0.0), draw_rows(N, S, T)
        changed = target.clone()
        changed[:, t] = other_words(changed[:, t].clamp(min=4), ENGLISH)
        before, after = model(source, target), model(source, changed)
        assert differs(after[:, t + 1 :], before[:, t + 1 :]), (
            f"the logits after position {t} do not depend on token {t}"
        )

    expect_alone(TranslationTransformer, check, pad=True, wiring=True)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits at every position must depend on every French token, up to the "
    "last one. Check what the masks of the encoder and of the cross-attention forbid.",
)
def looks_at_every_french_token(TranslationTransformer):
    def check(new):
        N, S, T, _ = sizes()
        model, (source, target) = new(dropout=0.0), draw_rows(N, S, T)
        s, before = int(rng("s").integers(0, S)), model(source, target)
        changed = source.clone()
        changed[:, s] = other_words(source[:, s], FRENCH)
        after = model(changed, target)
        ignored = [t for t in range(T) if not differs(after[:, t], before[:, t])]
        assert not ignored, f"the logits at {ignored[0]} do not depend on French token {s}"

    expect_alone(TranslationTransformer, check, pad=True, wiring=True)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="PAD at the end of the French rows changes the logits. The self-attention of "
    "the encoder and the cross-attention of the decoder must both ignore it.",
)
def ignores_pad_in_the_source(TranslationTransformer):
    def check(new):
        N, S, T, _ = sizes()
        model, (source, target) = new(dropout=0.0), draw_rows(N, S, T)
        longer = torch.nn.functional.pad(source, (0, 3), value=PAD)
        expect_close(
            model(longer, target), model(source, target), atol=2e-5, name="the logits with more PAD"
        )

    expect_alone(TranslationTransformer, check, pad=True, wiring=True)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Among longer rows, a short row gets other logits than without them. Check the "
    "masks for PAD, and that sentences of a batch do not mix.",
)
def treats_each_row_by_itself(TranslationTransformer):
    def check(new):
        model, (source, target) = new(dropout=0.0), draw_rows(3, 7, 6)
        source[1, 3:], target[1, 4:] = PAD, PAD
        together, twice = model(source, target)[1, :4], [1, 1]
        alone = model(source[twice, :3], target[twice, :4])[0]
        expect_close(together, alone, atol=2e-5, name="the logits of the short row")

    expect_alone(TranslationTransformer, check, pad=True, wiring=True)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits must depend on the order of the French tokens. Check that each "
    "token gets the encoding of its own position.",
)
def minds_the_order_of_the_french_tokens(TranslationTransformer):
    def check(new):
        model, (source, target) = new(dropout=0.0), draw_rows()
        source[:, 2] = other_words(source[:, 1], FRENCH)
        turned = source[:, [0, 2, 1, *range(3, 6)]]
        before, after = model(source, target), model(turned, target)
        assert differs(after, before), "swapping two French tokens changes no logits"

    expect_alone(TranslationTransformer, check, wiring=True)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The logits must depend on the order of the English tokens. Check that each "
    "token gets the encoding of its own position.",
)
def minds_the_order_of_the_english_tokens(TranslationTransformer):
    def check(new):
        model, (source, target) = (
            new(dropout=0.0, num_layers=1),
            draw_rows(),
        )
        target[:, 2] = other_words(target[:, 1], ENGLISH)
        turned = target[:, [0, 2, 1, *range(3, 5)]]
        before, after = model(source, target)[:, -1], model(source, turned)[:, -1]
        assert differs(after, before), "swapping two earlier English tokens changes no logits"

    expect_alone(TranslationTransformer, check, wiring=True)
