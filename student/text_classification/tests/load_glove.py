"""Public checks of load_glove; the grader has more."""

from checks import as_shaped, expect_close, expect_dtype, expect_shape, run_beside, test_case

OK_FORMAT = False
name = "load_glove"


def load_text(load_glove, text, vocab):
    """Write ``text`` into a file, and return what the student's function reads or raises."""
    import os
    import re
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vectors.txt")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        try:
            found = load_glove(path, vocab)
        except NotImplementedError:
            raise
        except ValueError as error:
            said = str(error)[:500]
            numbers = re.findall(r"\d+", said.replace(path, ""))
            return {"end": "ValueError", "names the path": path in said, "numbers": numbers}
    return {"end": "result", "found": found}


def loaded(load_glove, text, vocab):
    """Return the rows."""
    answer = run_beside(load_text, load_glove, text, vocab)
    assert answer["end"] == "result", "a ValueError is raised for a file without a fault"
    return answer["found"]


def number_words(words):
    """Return a vocabulary of words."""
    return {word: i for i, word in enumerate(["<pad>", "<unk>", *words])}


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For the file with the lines `film 1 2 3` and `dull 4 5 6`, the row of film is "
    "[1, 2, 3], and the row of dull is [4, 5, 6].",
)
def puts_two_vectors_into_their_rows(load_glove):
    rows = loaded(load_glove, "film 1 2 3\ndull 4 5 6\n", number_words(["dull", "a", "film"]))
    rows = as_shaped(rows, (5, 3), "the vectors")
    expect_close(rows[4], [1, 2, 3], name="the row of film")
    expect_close(rows[2], [4, 5, 6], name="the row of dull")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result must have one row for each entry of the vocabulary and one column "
    "for each number of a vector, in float32.",
)
def returns_one_row_for_each_word(load_glove):
    rows = loaded(load_glove, "film 1 2 3\ndull 4 5 6\n", number_words(["dull", "a", "film"]))
    expect_shape(rows, (5, 3), "the vectors", "(V, E)")
    expect_dtype(rows, "f", "the vectors")
