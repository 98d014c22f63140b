"""Public checks of build_vocabulary; the grader has more."""

from checks import numbers, test_case

OK_FORMAT = False
name = "build_vocabulary"


def built(build_vocabulary, sentences, **options):
    """Return the vocabulary with plain integers as ids."""
    vocab = build_vocabulary(sentences, **options)
    assert isinstance(vocab, dict), "the vocabulary must be a dict"
    assert all(isinstance(word, str) for word in vocab), "the keys must be words"
    return {word: float(numbers(i, f"the id of {word}")) for word, i in vocab.items()}


@test_case(
    points=0.25,
    hidden=False,
    failure_message='The vocabulary of "a film" and "a dull film" has five entries: <pad>, <unk>, '
    "a, film and dull.",
)
def contains_each_word_of_two_sentences(build_vocabulary):
    vocab = built(build_vocabulary, [["a", "film"], ["a", "dull", "film"]])
    missing = {"<pad>", "<unk>", "a", "film", "dull"} - vocab.keys()
    assert not missing, f"missing: {', '.join(sorted(missing))}"
    assert len(vocab) == 5, f"the vocabulary has {len(vocab)} entries"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The id of <pad> is 0, and the id of <unk> is 1.",
)
def begins_with_the_two_special_ids(build_vocabulary):
    vocab = built(build_vocabulary, [["a", "film"], ["a", "dull", "film"]])
    assert vocab.get("<pad>") == 0, f"the id of <pad> is {vocab.get('<pad>')}"
    assert vocab.get("<unk>") == 1, f"the id of <unk> is {vocab.get('<unk>')}"
