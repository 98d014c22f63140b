"""Public checks of masks; the grader has more."""

from checks import expect_close, test_case
from support import ENGLISH, differs, draw_rows, new_model, other_words

OK_FORMAT = False
name = "masks"


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
