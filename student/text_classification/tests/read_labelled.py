"""Public checks of read_labelled; the grader has more."""

from checks import expect_close, expect_parts, run_beside, test_case

OK_FORMAT = False
name = "read_labelled"


def read_text(read_labelled, text):
    """Write ``text`` into a file, and return what the student's function reads or raises."""
    import os
    import re
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sentences.txt")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        try:
            found = read_labelled(path)
        except NotImplementedError:
            raise
        except ValueError as error:
            said = str(error)[:500]
            numbers = re.findall(r"\d+", said.replace(path, ""))
            return {"end": "ValueError", "names the path": path in said, "numbers": numbers}
    return {"end": "result", "found": found}


def read(read_labelled, text):
    """Return the sentences, as lists of strings, and the labels."""
    answer = run_beside(read_text, read_labelled, text)
    assert answer["end"] == "result", "a ValueError is raised for a file without a fault"
    sentences, labels = expect_parts(answer["found"], "sentences", "labels")
    assert isinstance(sentences, list | tuple), "the sentences must be a list"
    assert all(isinstance(sentence, list | tuple) for sentence in sentences), (
        "each sentence must be a list of tokens"
    )
    return [list(sentence) for sentence in sentences], labels


def expect_sentences(found, wanted):
    """Fail unless the tokens of all sentences are right."""
    assert len(found) == len(wanted), f"the file has {len(wanted)} sentences, not {len(found)}"
    for number, (mine, right) in enumerate(zip(found, wanted, strict=True)):
        same = len(mine) == len(right) and all(
            isinstance(a, str) and a == b for a, b in zip(mine, right, strict=True)
        )
        assert same, f"sentence {number} should have the tokens {right}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A file with the lines `1 a moving film .` and `0 dull` contains two "
    "sentences: [a, moving, film, .] and [dull].",
)
def splits_two_lines_into_tokens(read_labelled):
    sentences, _ = read(read_labelled, "1 a moving film .\n0 dull\n")
    expect_sentences(sentences, [["a", "moving", "film", "."], ["dull"]])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The labels of a file with the lines `1 a moving film .` and `0 dull` are the "
    "integers 1 and 0.",
)
def returns_the_labels_as_integers(read_labelled):
    _, labels = read(read_labelled, "1 a moving film .\n0 dull\n")
    expect_close(labels, [1, 0], name="the labels")
