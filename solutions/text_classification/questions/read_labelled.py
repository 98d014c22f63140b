"""Cases for reading files: their tokens and labels."""

from checks import expect_close, expect_parts, rng, run_beside, test_case

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


def draw_sentences(count=7):
    """Return random sentences and labels; numbers are among the tokens."""
    words = ["a", "film", "1", "0", ".", "'s", "not", "100", "1930s", "été", "--", "good"]
    generator = rng("sentences")
    sentences = [
        [words[i] for i in generator.integers(0, len(words), length)]
        for length in generator.permutation(count) + 2
    ]
    return sentences, [int(label) for label in generator.permutation([0, 1] * count)[:count]]


def text_of(sentences, labels, between=" "):
    """Return the text of a file."""
    rows = zip(sentences, labels, strict=True)
    return "".join(f"{label} {between.join(tokens)}\n" for tokens, label in rows)


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The tokens of a longer file are wrong. Numbers can be tokens too: only the "
    "first one of each line is the label.",
)
def reads_the_tokens_of_every_line(read_labelled):
    sentences, labels = draw_sentences()
    expect_sentences(read(read_labelled, text_of(sentences, labels))[0], sentences)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The labels of a longer file are wrong. Every line has one, also the first "
    "line.",
)
def reads_the_label_of_every_line(read_labelled):
    sentences, labels = draw_sentences()
    expect_close(read(read_labelled, text_of(sentences, labels))[1], labels, name="the labels")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Lines that contain only white space must be ignored, and several spaces "
    "between two tokens are like one.",
)
def ignores_additional_white_space(read_labelled):
    sentences, labels = draw_sentences()
    text = "\n" + text_of(sentences, labels, between="  ").replace("\n", " \n \n\n")
    expect_sentences(read(read_labelled, text)[0], sentences)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="If a line does not begin with 0 or 1, a ValueError must be raised whose "
    "message contains the path and the number of the line.",
)
def names_the_line_without_a_label(read_labelled):
    for wrong in ("4 a fine film .", "a fine film .", "-1 dull ."):
        sentences, labels = draw_sentences()
        lines = text_of(sentences, labels).splitlines()
        at = int(rng("line").integers(2, 6))
        text = "\n".join([*lines[: at - 1], wrong, *lines[at - 1 :]]) + "\n"
        answer = run_beside(read_text, read_labelled, text)
        assert answer["end"] == "ValueError", f"no ValueError is raised for the line {wrong!r}"
        assert answer["names the path"], "the message does not contain the path"
        assert str(at) in answer["numbers"], (
            f"the message does not contain the number of the line, {at}"
        )
