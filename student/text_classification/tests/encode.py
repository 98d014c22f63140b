"""Public checks of encode; the grader has more."""

from checks import expect_close, expect_dtype, expect_parts, expect_shape, test_case

OK_FORMAT = False
name = "encode"

VOCAB = {"<pad>": 0, "<unk>": 1, "a": 2, "film": 3, "dull": 4}


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
