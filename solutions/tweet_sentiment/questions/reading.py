"""Cases for reading a file of Sentiment140 and for numbering its labels."""

from checks import rng, test_case
from support import call_with_file, made_words, pairs_of

OK_FORMAT = False
name = "reading"


def row(label, text, user="ann_b"):
    """Return one line of a file in the format of Sentiment140; every field is in quotes."""
    quoted = text.replace('"', '""')
    return f'"{label}","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO_QUERY","{user}","{quoted}"\n'


def draw_rows(count):
    """Return random pairs, whose first labels are 0 and 4, and the lines that hold them."""
    labels = [0, 4, *rng("labels").choice([0, 4], count - 2).tolist()]
    pairs = [(" ".join(made_words(4, f"row {i}")), label) for i, label in enumerate(labels)]
    return pairs, "".join(row(label, text) for text, label in pairs)


def read(read_tweets, content):
    """Return what the student's function reads from a file with this content."""
    return pairs_of(call_with_file(read_tweets, content), "the result of read_tweets")


def converted(to_binary, pairs):
    """Return what the student's function makes of pairs."""
    return pairs_of(to_binary(pairs), "the result of to_binary")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A file with two rows must give two pairs of a text and a label.",
)
def reads_two_rows(read_tweets):
    content = row(0, "what a sad day") + row(4, "what a day")
    assert read(read_tweets, content) == [("what a sad day", 0), ("what a day", 4)]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="to_binary must give label 1 in place of 4 and keep label 0, in the "
    "same order.",
)
def numbers_two_labels(to_binary):
    assert converted(to_binary, [("good", 4), ("bad", 0)]) == [("good", 1), ("bad", 0)]


@test_case(
    points=1,
    hidden=True,
    failure_message="The number of pairs is not the number of rows. The file has no header: its "
    "first row is a tweet, too.",
)
def reads_every_row(read_tweets):
    pairs, content = draw_rows(7)
    found = read(read_tweets, content)
    assert len(found) == len(pairs), f"a file of {len(pairs)} rows gives {len(found)} pairs"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The texts are wrong. The text is the last of the six fields.",
)
def reads_the_text(read_tweets):
    pairs, content = draw_rows(6)
    texts = [text for text, _ in read(read_tweets, content)]
    wanted = [text for text, _ in pairs]
    assert texts == wanted[len(wanted) - len(texts) :], "the texts differ from those of the file"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The labels must be the ints 0, 2 and 4 of the file; read_tweets does not "
    "change them and leaves no tweet out.",
)
def keeps_the_labels(read_tweets):
    rows = [(0, "one"), (4, "two"), (2, "three"), (2, "four"), (0, "five")]
    labels = [label for _, label in read(read_tweets, "".join(row(*pair) for pair in rows))]
    assert all(type(label) is int for label in labels), "a label is not an int"
    assert labels == [0, 4, 2, 2, 0][5 - len(labels) :], f"the labels are {labels}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A text with commas or with quotes is not read as one field. Use a reader for "
    "CSV; splitting at commas is not enough.",
)
def reads_commas_and_quotes(read_tweets):
    text = 'she said "no, thanks", twice'
    found = read(read_tweets, row(4, "first, of all") + row(0, text))
    assert found[-1:] == [(text, 0)], "the text with commas and quotes is another one"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A file with a letter such as é cannot be read, or the letter is another one. "
    "The encoding is latin-1.",
)
def reads_latin_1(read_tweets):
    found = read(read_tweets, row(4, "first") + row(4, "café olé"))
    assert found[-1:] == [("café olé", 4)], "the text with é is another one"


@test_case(
    points=1,
    hidden=True,
    failure_message="The labels after to_binary are wrong: 0 stays 0, and 4 becomes 1.",
)
def gives_labels_0_and_1(to_binary):
    pairs, _ = draw_rows(9)
    labels = [label for _, label in converted(to_binary, [*pairs, ("x", 4), ("y", 0)])]
    wanted = [label // 4 for _, label in pairs] + [1, 0]
    assert labels == wanted, f"the labels are {labels}; the right ones are {wanted}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="to_binary must keep the texts and their order.",
)
def keeps_texts_in_order(to_binary):
    pairs, _ = draw_rows(8)
    found = converted(to_binary, pairs)
    assert found != pairs, "to_binary changes nothing"
    texts = [text for text, _ in found]
    assert texts == [text for text, _ in pairs], "the texts after to_binary are others"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Tweets with the label 2 are neutral. to_binary must leave them out, and only "
    "them.",
)
def leaves_neutral_tweets_out(to_binary):
    pairs = [("up", 4), ("so", 2), ("down", 0), ("well", 2), ("fine", 4)]
    texts = [text for text, _ in converted(to_binary, pairs)]
    assert texts == ["up", "down", "fine"], f"the texts that are left are {texts}"
