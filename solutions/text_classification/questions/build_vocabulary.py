"""Cases for the vocabulary: the ids of words."""

from checks import numbers, rng, test_case

OK_FORMAT = False
name = "build_vocabulary"


def built(build_vocabulary, sentences, **options):
    """Return the vocabulary with plain integers as ids."""
    vocab = build_vocabulary(sentences, **options)
    assert isinstance(vocab, dict), "the vocabulary must be a dict"
    assert all(isinstance(word, str) for word in vocab), "the keys must be words"
    return {word: float(numbers(i, f"the id of {word}")) for word, i in vocab.items()}


def draw_sentences():
    """Return sentences with words of known counts, and these counts."""
    counts = {f"w{count}{letter}": count for count in range(1, 6) for letter in "abc"}
    words = [word for word, count in counts.items() for _ in range(count)]
    order = [words[i] for i in rng("order").permutation(len(words))]
    return [order[:9], order[9:10], order[10:28], order[28:]], counts


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The ids of the words, without <pad> and <unk>, must be 2, 3, ..., V - 1, each "
    "used once.",
)
def gives_each_word_its_own_id(build_vocabulary):
    vocab = built(build_vocabulary, draw_sentences()[0])
    ids = sorted(i for word, i in vocab.items() if word not in ("<pad>", "<unk>"))
    assert ids == list(range(2, len(ids) + 2)), f"the sorted ids of the words are {ids}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Without min_count, every word of the sentences needs an id, also a word that "
    "occurs once.",
)
def keeps_every_word_by_default(build_vocabulary):
    sentences, counts = draw_sentences()
    missing = counts.keys() - built(build_vocabulary, sentences).keys()
    assert not missing, f"missing: {', '.join(sorted(missing))}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With min_count, exactly the words that occur at least so many times in all "
    "sentences together get an id.",
)
def keeps_the_words_that_occur_often_enough(build_vocabulary):
    sentences, counts = draw_sentences()
    for least in (2, 4):
        words = built(build_vocabulary, sentences, min_count=least).keys() - {"<pad>", "<unk>"}
        wanted = {word for word, count in counts.items() if count >= least}
        assert words == wanted, (
            f"with min_count={least}, these words are missing: {sorted(wanted - words)}; these are "
            f"too many: {sorted(words - wanted)}"
        )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Sentences that contain <pad> or <unk> as tokens must not change the "
    "vocabulary: these two have their ids already.",
    after="gives_each_word_its_own_id",
)
def stores_the_special_words_once(build_vocabulary):
    sentences, _ = draw_sentences()
    special = [["<unk>", "<pad>", "<unk>"], ["<pad>"]]
    wanted = built(build_vocabulary, sentences)
    vocab = built(build_vocabulary, [*sentences[:2], *special, *sentences[2:]])
    for word in ("<pad>", "<unk>"):
        found = vocab.get(word)
        assert found == wanted.get(word), f"the id of {word} becomes {found}"
    assert vocab.keys() == wanted.keys(), "other words get an id"
    ids = sorted(vocab.values())
    assert ids == sorted(wanted.values()), f"the sorted ids become {ids}"
