"""Public checks of bleu; the grader has more."""

from checks import expect_close, numbers, test_case

OK_FORMAT = False
name = "bleu"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Translations that equal their references must have a BLEU of 100.",
)
def is_100_for_the_references_themselves(bleu):
    said = ["the dog sees the old house.", "a cat drinks green tea in the house."]
    expect_close(bleu(said, said), 100, atol=0.01, name="the BLEU")
    assert float(numbers(bleu(said, said[::-1]))) < 99, "other translations have a BLEU of 100 too"
