"""Cases for BLEU: known scores, and sacrebleu on random sentences."""

import sacrebleu

from checks import expect_close, numbers, rng, test_case

OK_FORMAT = False
name = "bleu"

WORDS = "the a cat dog tea sees drinks likes runs house green old in with and".split()


def sentences(label, count, shortest, longest):
    """Return random sentences."""
    lengths = rng(label).integers(shortest, longest + 1, count)
    return [" ".join(rng(f"{label} {i}").choice(WORDS, n)) + "." for i, n in enumerate(lengths)]


def nearly(references):
    """Return the references, each with one more word or without its last one or two words."""
    cuts = rng("cuts").integers(0, 3, len(references))
    rows = [text.split() for text in references]
    return [" ".join(r[: len(r) - c] + ["tea"][c:]) for r, c in zip(rows, cuts, strict=True)]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Translations that equal their references must have a BLEU of 100.",
)
def is_100_for_the_references_themselves(bleu):
    said = ["the dog sees the old house.", "a cat drinks green tea in the house."]
    expect_close(bleu(said, said), 100, atol=0.01, name="the BLEU")
    assert float(numbers(bleu(said, said[::-1]))) < 99, "other translations have a BLEU of 100 too"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The BLEU must ignore upper and lower case.",
)
def does_not_tell_upper_from_lower_case(bleu):
    said = ["The dog sees the old HOUSE."]
    expect_close(bleu(said, ["the dog sees the old house."]), 100, atol=0.01, name="the BLEU")
    other = float(numbers(bleu(said, ["a cat drinks green tea in the garden."])))
    assert other < 99, "another translation has a BLEU of 100 too"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For 30 sentences, the result differs from the BLEU of all of them together. "
    "Check which argument of corpus_bleu takes the references, and how it is nested.",
)
def counts_all_sentences_together(bleu):
    references = sentences("references", 30, 6, 12)
    said = nearly(references)
    expected = sacrebleu.corpus_bleu(said, [references], lowercase=True).score
    expect_close(bleu(said, references), expected, atol=0.01, name="the BLEU")
