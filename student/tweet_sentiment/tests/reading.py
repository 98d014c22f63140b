"""Public checks of reading; the grader has more."""

from checks import test_case
from support import call_with_file, pairs_of

OK_FORMAT = False
name = "reading"


def row(label, text, user="ann_b"):
    """Return one line of a file in the format of Sentiment140; every field is in quotes."""
    quoted = text.replace('"', '""')
    return f'"{label}","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO_QUERY","{user}","{quoted}"\n'


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
