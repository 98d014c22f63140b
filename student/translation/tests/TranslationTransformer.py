"""Public checks of TranslationTransformer; the grader has more."""

from checks import expect_shape, test_case
from support import ENGLISH, FRENCH, draw_rows

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
