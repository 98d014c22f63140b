"""Cases for GloVe's text format: the rows of words that the file contains."""

import numpy as np

from checks import as_shaped, expect_close, expect_dtype, expect_shape, rng, run_beside, test_case
from data import glove

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


def text_of(words, vectors):
    """Return a file in GloVe's format."""
    lines = (f"{word} {' '.join(map(repr, row))}" for word, row in zip(words, vectors, strict=True))
    return "\n".join(lines) + "\n"


def draw():
    """Return a vocabulary, words of a file in another order, and their vectors as lists."""
    generator = rng("vectors")
    words = [f"w{i}" for i in range(20)]
    vocab = number_words([words[i] for i in generator.permutation(20)[:12]])
    known = [words[i] for i in generator.permutation(20)[:15]]
    return vocab, known, generator.normal(size=(15, 7)).round(4).tolist()


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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The rows of words that are in the file and in the vocabulary are wrong. Row i "
    "belongs to the word with id i, whatever the order of the file.",
)
def puts_each_vector_into_the_row_of_its_word(load_glove):
    vocab, known, vectors = draw()
    rows = loaded(load_glove, text_of(known, vectors), vocab)
    rows = as_shaped(rows, (len(vocab), 7), "the vectors")
    present = [word for word in known if word in vocab]
    wanted = [vectors[known.index(word)] for word in present]
    expect_close(rows[[vocab[word] for word in present]], wanted, name="the rows of these words")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The row of PAD, row 0, must be zero, also where the file contains words that "
    "the vocabulary lacks.",
)
def keeps_the_row_of_the_padding_at_zero(load_glove):
    vocab, known, vectors = draw()
    rows = loaded(load_glove, text_of(known, vectors), vocab)
    rows = as_shaped(rows, (len(vocab), 7), "the vectors")
    expect_close(rows[0], np.zeros(7), name="row 0")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With 200 words of GloVe, the rows differ from the vectors in the file. Some "
    "words consist of signs and digits only.",
)
def reads_the_vectors_of_glove(load_glove):
    vectors = glove.load(size="sample")
    chosen = rng("words").permutation(len(vectors.words))[:200]
    signs = [i for i, word in enumerate(vectors.words) if not any(map(str.isalpha, word))][:20]
    order = list(dict.fromkeys([*signs, *chosen.tolist()]))
    words = [vectors.words[i] for i in order]
    text = text_of(words, vectors.vectors[order].astype(float).round(5).tolist())
    vocab = number_words(sorted(words))
    rows = as_shaped(loaded(load_glove, text, vocab), (len(vocab), 50), "the vectors")
    found = rows[[vocab[word] for word in words]]
    expect_close(found, vectors.vectors[order], atol=2e-5, name="the rows of GloVe's words")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="If a line is not a word and E numbers, a ValueError must be raised whose "
    "message contains the path and the number of the line.",
)
def names_the_malformed_line(load_glove):
    vocab, known, vectors = draw()
    lines = text_of(known, vectors).splitlines()
    at = int(rng("line").integers(3, 9))
    for numbers in (" 0.5 0.25", " 1 2 3 x 5 6 7", "", " 1 2 3 4 5 6 7 8"):
        wrong = known[at] + numbers
        text = "\n".join([*lines[: at - 1], wrong, *lines[at - 1 :]]) + "\n"
        answer = run_beside(load_text, load_glove, text, vocab)
        assert answer["end"] == "ValueError", f"no ValueError is raised for the line {wrong!r}"
        assert answer["names the path"], "the message does not contain the path"
        assert str(at) in answer["numbers"], (
            f"the message does not contain the number of the line, {at}"
        )
