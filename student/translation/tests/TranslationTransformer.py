"""Public checks of TranslationTransformer; the grader has more."""

import torch

from checks import expect_shape, rng, test_case

OK_FORMAT = False
name = "TranslationTransformer"

PAD, START, END = range(3)
FRENCH, ENGLISH = 17, 23  # the sizes of the vocabularies


def draw(label, size, shape):
    """Return random tokens, no special ones among them."""
    return torch.from_numpy(rng(label).integers(4, size, shape))


def draw_rows(N=3, S=6, T=5):
    """Return French rows and English ones that begin with START."""
    source, target = draw("source", FRENCH, (N, S)), draw("target", ENGLISH, (N, T))
    target[:, 0] = START
    return source, target


@test_case(
    points=0.5,
    hidden=False,
    failure_message="TranslationTransformer(source_size, target_size) must map French rows (N, S) "
    "and English ones (N, T) to logits of shape (N, T, V).",
)
def gives_logits_for_each_english_position(TranslationTransformer):
    logits = TranslationTransformer(FRENCH, ENGLISH)(*draw_rows(3, 6, 5))
    expect_shape(logits, (3, 5, ENGLISH), "the logits", "(N, T, V)")
