"""A student's source text: what is accepted, and the sentence where it is not."""

from __future__ import annotations

import pytest

from autograder.errors import SubmissionError
from autograder.submission.source import SOURCE_LIMIT, parse, student_source


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x = 1\n",
        b"\xef\xbb\xbfx = 1\r\n",
        "# coding: utf-8\nname = 'Zoë'\n".encode(),
        b"# coding: latin-1\nx = 1\n",  # the same text in both encodings
        b"s = '\\d'\n",  # an invalid escape is only a warning
        b"x = 1\n\x0cy = 2\n",
    ],
)
def test_accepted(raw):
    text = student_source("work.py", raw)
    assert text == raw.decode("utf-8-sig")
    assert parse(text) is parse(text)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"x" * (SOURCE_LIMIT + 1), "work.py is larger than 256 KB; hand in only source code."),
        (b"x = 1\0", "work.py contains null bytes; save it as plain text."),
        (b"name = 'Zo\xeb'", "work.py is not UTF-8 text; save it as UTF-8."),
        ("# coding: latin-1\nname = 'Zoë'".encode(),
         "work.py declares an encoding in its first lines; remove that and save it as UTF-8."),
        (b"# coding: klingon\n",
         "work.py declares an encoding in its first lines; remove that and save it as UTF-8."),
        (b"def f(:\n", "work.py, line 1 is not valid Python (invalid syntax): `def f(:`"),
        (b"x = 1\n\x0c\ny = = 2\n", "work.py, line 3 is not valid Python (invalid syntax): "
         "`y = = 2`"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "work.py, line 1 is not valid Python (too many "
         "nested parentheses)"),
        (b"x = " + b"-" * 9000 + b"1",
         "work.py has a line or an expression too long for Python's parser; split it."),
        (b"import a" + b".a" * 100_000,
         "work.py has a line or an expression too long for Python's parser; split it."),
    ],
)  # fmt: skip
def test_refused(raw, sentence):
    with pytest.raises(SubmissionError) as caught:
        student_source("work.py", raw)
    assert str(caught.value).startswith(sentence)


def test_a_large_plain_file_is_parsed_in_time():
    lines = b"x = [1, 2, 3]\n" * 10_000
    assert len(parse(student_source("work.py", lines)).body) == 10_000
