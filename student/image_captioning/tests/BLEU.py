"""Public checks of BLEU; the grader has more."""

from checks import expect_close, test_case

OK_FORMAT = False
name = "BLEU"


def expect_score(BLEU_score, reference, sample, expected):
    """Fail unless the sample has the expected score."""
    score = BLEU_score(reference, sample)
    expect_close(score, expected, rtol=1e-6, name=f"the score of {sample!r} for {reference!r}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Three of the four words of the sample occur in the reference, which has four "
    "words as well. The score is 3/4.",
)
def counts_the_words_that_are_right(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps here", "here a dog runs", 0.75)


@test_case(
    points=0,
    hidden=False,
    failure_message="A sample that equals the reference has score 1. A sample that shares no word "
    "with the reference has score 0. This check gives no points; hidden checks do.",
)
def tells_all_right_from_all_wrong(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps", "a dog sleeps", 1)
    expect_score(BLEU_score, "a dog sleeps", "two cats run", 0)
