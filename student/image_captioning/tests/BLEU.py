"""Public checks of BLEU; the grader has more."""

from checks import expect_close, test_case

OK_FORMAT = False
name = "BLEU"


def expect_score(BLEU_score, reference, sample, expected):
    """Fail unless the sample's score is as expected."""
    score = BLEU_score(reference, sample)
    expect_close(score, expected, rtol=1e-6, name=f"the score of {sample!r} for {reference!r}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Three of the sample's four words stand in the reference, which is as long.",
)
def counts_the_words_that_are_right(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps here", "here a dog runs", 0.75)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="A sample that equals the reference has the score 1, and one that shares no "
    "word with it has the score 0.",
)
def tells_all_right_from_all_wrong(BLEU_score):
    expect_score(BLEU_score, "a dog sleeps", "a dog sleeps", 1)
    expect_score(BLEU_score, "a dog sleeps", "two cats run", 0)
