"""Cases for the rows of ids."""

from checks import expect_close, expect_dtype, expect_parts, expect_shape, rng, test_case

OK_FORMAT = False
name = "encode"

VOCAB = {"<pad>": 0, "<unk>": 1, "a": 2, "film": 3, "dull": 4}


def draw(count=6, unknown=False):
    """Return sentences of different lengths, a vocabulary, and the expected rows and lengths."""
    generator = rng("sentences")
    words = [f"w{i}" for i in range(30)]
    ids = dict(zip(words, generator.permutation(30) + 2, strict=True))
    vocab = {"<pad>": 0, "<unk>": 1, **{word: int(i) for word, i in ids.items()}}
    lengths = generator.permutation(count) + 2
    sentences = [[words[i] for i in generator.integers(0, 30, n)] for n in lengths]
    if unknown:
        for sentence in sentences[::2]:
            sentence[int(generator.integers(0, len(sentence)))] = "unseen"
    rows = [[vocab.get(word, 1) for word in sentence] for sentence in sentences]
    rows = [row + [0] * (max(lengths) - len(row)) for row in rows]
    return sentences, vocab, rows, lengths


def encoded(encode, sentences, vocab):
    """Return tokens and lengths."""
    return expect_parts(encode(sentences, vocab), "tokens", "lengths")


@test_case(
    points=0.5,
    hidden=False,
    failure_message='With the ids a: 2, film: 3, dull: 4, the sentences "a dull film" and "dull" '
    "become the rows [2, 4, 3] and [4, 0, 0].",
)
def encodes_two_sentences(encode):
    tokens, _ = encoded(encode, [["a", "dull", "film"], ["dull"]], VOCAB)
    expect_close(tokens, [[2, 4, 3], [4, 0, 0]], name="the tokens")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Tokens have the shape (N, T), lengths the shape (N,), and both are int64.",
)
def returns_the_right_shapes(encode):
    tokens, lengths = encoded(encode, [["a", "dull", "film"], ["dull"]], VOCAB)
    expect_shape(tokens, (2, 3), "tokens", "(N, T)")
    expect_shape(lengths, (2,), "lengths", "(N,)")
    expect_dtype(tokens, "i", "tokens")
    expect_dtype(lengths, "i", "lengths")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The rows of sentences with different lengths are wrong. Check the ids, their "
    "order, and on which side the padding is.",
)
def fills_up_the_rows_after_the_last_word(encode):
    sentences, vocab, rows, _ = draw()
    expect_close(encoded(encode, sentences, vocab)[0], rows, name="the tokens")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="lengths must contain the number of tokens of each sentence, without padding.",
)
def counts_the_tokens_without_padding(encode):
    sentences, vocab, _, lengths = draw()
    expect_close(encoded(encode, sentences, vocab)[1], lengths, name="the lengths")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A word that is not in the vocabulary must become UNKNOWN (1), and must not be "
    "left out.",
)
def replaces_unknown_words(encode):
    sentences, vocab, rows, _ = draw(unknown=True)
    expect_close(encoded(encode, sentences, vocab)[0], rows, name="the tokens")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A sentence without tokens must have the row [1, 0, ..., 0] and the length 1.",
)
def treats_an_empty_sentence_as_one_unknown_word(encode):
    tokens, lengths = encoded(encode, [["film", "a"], [], ["dull"]], VOCAB)
    expect_close(tokens, [[3, 2], [1, 0], [4, 0]], name="the tokens")
    expect_close(lengths, [2, 1, 1], name="the lengths")
