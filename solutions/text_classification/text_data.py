"""Read sentences with labels, number their words, and read GloVe vectors: part 1 of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py read_labelled`` checks one of them.

Axes: N sentences, T the number of tokens of the longest one, V words in the vocabulary, E numbers
in a word vector. A *token* is what white space separates: a word or a punctuation mark.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from jaxtyping import Float, Int

PAD, UNKNOWN = 0, 1  # ids: what fills up short rows, and a word that is not in the vocabulary


def read_labelled(path: str) -> tuple[list[list[str]], list[int]]:
    """Read sentences from a file with a label at the start of each line.

    A line is `1 a moving film .`: the label 0 (negative) or 1 (positive), white space, and the
    tokens with white space between them. Every line is an example, also the first one. Lines that
    contain nothing but white space are ignored.

    Args:
        path: a text file in UTF-8.

    Returns:
        A tuple of the sentences, each a list of tokens without the label, and the labels as
        integers, both in the order of the file.

    Raises:
        ValueError: if a line does not begin with the label 0 or 1. The message contains the path
            and the number of the line (the first line is line 1).
    """
    sentences: list[list[str]] = []
    labels: list[int] = []
    # BEGIN SOLUTION: split each line into its label and its tokens (about 9 lines)
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            label, *tokens = line.split()
            if label not in ("0", "1"):
                raise ValueError(f"{path}, line {number}: it begins with {label!r}, not 0 or 1.")
            sentences.append(tokens)
            labels.append(int(label))
    # END SOLUTION
    return sentences, labels


def build_vocabulary(sentences: list[list[str]], min_count: int = 1) -> dict[str, int]:
    """Give an id to each word of the training sentences.

    The ids are 0, 1, ..., V - 1, each used once. `"<pad>"` has the id `PAD` (0) and `"<unk>"` has
    the id `UNKNOWN` (1), also if the sentences contain them as tokens. The words have the other
    ids, in an order of your choice.

    Args:
        sentences: lists of tokens, of the training part only.
        min_count: a word gets an id if it occurs at least so many times in all sentences together.

    Returns:
        The id of each word, a dict with V entries.
    """
    # BEGIN SOLUTION: count the words and number the frequent ones (about 5 lines)
    counts = Counter(word for sentence in sentences for word in sentence)
    words = [word for word, count in counts.most_common() if count >= min_count]
    words = [word for word in words if word not in ("<pad>", "<unk>")]
    return {word: number for number, word in enumerate(["<pad>", "<unk>", *words])}
    # END SOLUTION


def encode(
    sentences: list[list[str]], vocab: dict[str, int]
) -> tuple[Int[Tensor, "N T"], Int[Tensor, " N"]]:
    """Replace tokens by their ids, and fill up the rows to the length of the longest sentence.

    A token that is not in `vocab` becomes `UNKNOWN`. The padding (`PAD`) follows after the last
    token of a sentence. A sentence without tokens is treated like one that consists of a single
    unknown word, so that every length is at least 1.

    Args:
        sentences: N lists of tokens.
        vocab: the id of each word, from `build_vocabulary`.

    Returns:
        A tuple of the ids, int64 of shape `(N, T)`, and the number of tokens of each sentence
        without padding, int64 of shape `(N,)`.
    """
    # BEGIN SOLUTION: look up the ids of each sentence and pad them (about 7 lines)
    rows = [[vocab.get(word, UNKNOWN) for word in sentence] or [UNKNOWN] for sentence in sentences]
    lengths = torch.tensor([len(row) for row in rows])
    tokens = torch.full((len(rows), int(lengths.max())), PAD)
    for row, filled in zip(rows, tokens, strict=True):
        filled[: len(row)] = torch.tensor(row)
    return tokens, lengths
    # END SOLUTION


def load_glove(path: str, vocab: dict[str, int]) -> Float[Tensor, "V E"]:
    """Read word vectors in GloVe's text format, and return them in the order of the vocabulary.

    A line of the file is a word and its E numbers, with one space between two of them:
    `film 0.31 -1.2 0.05`. All lines have the same number of numbers. The file contains words that
    the vocabulary lacks, and the vocabulary contains words that the file lacks.

    Args:
        path: a text file in UTF-8. Blank lines are ignored.
        vocab: the id of each word, from `build_vocabulary`.

    Returns:
        float32 of shape `(V, E)`: row `vocab[word]` is the vector of `word`. The row of `PAD` is
        zero. You choose the rows of the words that the file lacks, including `UNKNOWN`: zeros or
        small random numbers.

    Raises:
        ValueError: if a line does not consist of a word and E numbers. The message contains the
            path and the number of the line (the first line is line 1).
    """
    # BEGIN SOLUTION: parse each line; put the vector into the row of its word (about 16 lines)
    found: dict[str, list[float]] = {}
    size = None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            word, *parts = line.rstrip().split(" ")
            size = size or len(parts)
            try:
                vector = [float(part) for part in parts]
            except ValueError:
                raise ValueError(f"{path}, line {number}: expected a word and numbers.") from None
            if not vector or len(vector) != size:
                raise ValueError(f"{path}, line {number}: {len(parts)} numbers, expected {size}.")
            if word in vocab:
                found[word] = vector
    vectors = 0.1 * torch.randn(len(vocab), size or 1)
    for word, vector in found.items():
        vectors[vocab[word]] = torch.tensor(vector)
    vectors[PAD] = 0
    return vectors
    # END SOLUTION
