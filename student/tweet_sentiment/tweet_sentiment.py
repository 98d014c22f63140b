"""Tell positive from negative tweets with a recurrent network: parts a to c of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py clean`` checks one of them.

Axes: N tweets, T tokens of the longest tweet, V tokens in the vocabulary. A tweet is a string, its
label is 1 (positive) or 0 (negative).
"""

from __future__ import annotations

import copy
import csv
import html
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from weights import read_weights, write_weights

if TYPE_CHECKING:
    from jaxtyping import Float, Int

Pairs = list[tuple[str, int]]
NEGATIVE, NEUTRAL, POSITIVE = 0, 2, 4  # as Sentiment140 numbers them
PAD, UNKNOWN = "<pad>", "<unk>"
PAD_ID, UNKNOWN_ID = 0, 1


def read_tweets(path: str) -> Pairs:
    """Read a file in the format of Sentiment140 (part a).

    The file is CSV in the encoding latin-1, without a header. Each row has six fields: label, id,
    date, query, user and text. A field may stand in double quotes; then it may contain commas, and
    two double quotes in it mean one.

    Args:
        path: the path of the file.

    Returns:
        A pair (text, label) of each row, in the order of the file. The label is an int as in the
        file: 0 negative, 2 neutral, 4 positive.
    """
    # TODO: read the rows and keep two of the six fields (about 2 lines)
    raise NotImplementedError("read_tweets")


def to_binary(data: Iterable[tuple[str, int]]) -> Pairs:
    """Number the labels of (text, label) pairs for a classifier of two classes (part a).

    Args:
        data: pairs with the labels of Sentiment140: 0, 2 or 4.

    Returns:
        The pairs in their order, with label 1 in place of 4. Label 0 stays. Pairs with the
        label 2 (neutral) are left out.
    """
    # TODO: change the labels and leave out neutral tweets (about 1 line)
    raise NotImplementedError("to_binary")


def clean(text: str) -> str:
    """Remove from a tweet what says nothing about its sentiment (part a).

    The handout states what must be gone and what must be kept. All else is your choice. The result
    may be empty.

    Args:
        text: a tweet as its author wrote it.
    """
    # TODO: clean the text, one step per line (about 7 lines)
    raise NotImplementedError("clean")


def split(data: Sequence[tuple[str, int]], seed: int = 0) -> tuple[Pairs, Pairs, Pairs]:
    """Split (text, label) pairs at random into parts for training, validation and test (part a).

    The parts get 60 %, 20 % and 20 % of the pairs of *each* label, up to rounding. Every pair is in
    exactly one part. The same data and seed give the same parts, whatever ran before; another seed
    gives other parts. ``data`` itself does not change.

    Args:
        data: N pairs; the labels may have any order, and one may be more frequent.
        seed: decides which pairs are in which part.

    Returns:
        A tuple of three lists of pairs: training, validation, test.
    """
    # TODO: shuffle the pairs of each label and cut them into parts (about 10 lines)
    raise NotImplementedError("split")


def tokenize(text: str) -> list[str]:
    """Cut a clean ``text`` into its tokens, in order; an empty text has none (part b).

    A token contains no white space. You choose how to treat punctuation. Negations stay.
    """
    # TODO: find words and marks (about 1 line)
    raise NotImplementedError("tokenize")


def build_vocabulary(token_lists: Iterable[Sequence[str]], min_count: int = 2) -> dict[str, int]:
    """Give each frequent token an id (part b).

    Args:
        token_lists: the tokens of each *training* tweet.
        min_count: a token gets an id if it occurs at least so often in all lists together.

    Returns:
        A dict from token to id. ``PAD`` has the id 0 and ``UNKNOWN`` the id 1, also if a tweet
        contains one of them. The other tokens have the ids 2, 3, ... without gaps, in an order of
        your choice.
    """
    # TODO: count the tokens and number the frequent ones (about 5 lines)
    raise NotImplementedError("build_vocabulary")


def encode(tokens: Sequence[str], vocabulary: dict[str, int]) -> list[int]:
    """Return the id of each token, in order; a token without an id gets ``UNKNOWN_ID`` (part b).

    Args:
        tokens: the tokens of one tweet.
        vocabulary: what `build_vocabulary` has returned.
    """
    # TODO: look each token up (about 1 line)
    raise NotImplementedError("encode")


def pad(rows: Sequence[Sequence[int]]) -> tuple[Int[Tensor, "N T"], Int[Tensor, " N"]]:
    """Put rows of ids into one tensor, filled up with `PAD_ID` at the end (part b).

    A row without ids becomes one `UNKNOWN_ID`, so that each tweet has a real token. This function
    is a suggestion, as `SentimentRNN` is; the grader does not call it.

    Returns:
        A tuple of the ids, where T is the longest length, and the lengths.
    """
    # TODO: find the lengths and fill a tensor row by row (about 6 lines)
    raise NotImplementedError("pad")


class SentimentRNN(nn.Module):
    """Map the ids of tweets to one logit per tweet (part b).

    This is a suggestion: you may change the arguments, or write another recurrent network. The
    grader calls only `train` and `predict`.

    Args:
        vocabulary_size: V.
        embedding_dim: the length of each token's vector.
        hidden_dim: the number of units of the recurrent layer, in each direction.
    """

    def __init__(self, vocabulary_size: int, embedding_dim: int = 50, hidden_dim: int = 50) -> None:
        super().__init__()
        # TODO: create an embedding, a recurrent layer and an output layer (about 4 lines)
        raise NotImplementedError("SentimentRNN")

    def forward(self, ids: Int[Tensor, "N T"], lengths: Int[Tensor, " N"]) -> Float[Tensor, " N"]:
        """Compute the logit of "positive" for each tweet.

        Args:
            ids: the ids of the tokens, filled up with `PAD_ID` at the end.
            lengths: the number of real tokens of each tweet, at least 1. The logit of a tweet
                depends on its real tokens only.
        """
        # TODO: read the real tokens and score the last state (about 6 lines)
        raise NotImplementedError("SentimentRNN.forward")


def train(
    texts: Sequence[str],
    labels: Sequence[int],
    val_texts: Sequence[str],
    val_labels: Sequence[int],
    num_epochs: int = 5,
) -> Any:
    """Train a recurrent network on tweets as people wrote them (part b).

    Clean and tokenise the texts, build the vocabulary from ``texts`` alone, and minimise the
    cross-entropy of the labels. The validation part may only choose among models, such as the
    best epoch.

    Args:
        texts: N tweets for training; some may be empty, also after cleaning.
        labels: their labels, 0 or 1.
        val_texts: tweets for validation, at least one.
        val_labels: their labels, 0 or 1.
        num_epochs: the number of passes over ``texts``. Its default is your choice.

    Returns:
        All that `predict` needs, such as the network and its vocabulary.
    """
    # TODO: make the vocabulary, the rows, the network and its optimiser (about 11 lines)
    raise NotImplementedError("train")
    for _ in range(num_epochs):
        # TODO: make one step per batch; keep the best epoch (about 17 lines)
        raise NotImplementedError("train")
    # TODO: return the best network and its vocabulary (about 2 lines)
    raise NotImplementedError("train")


def predict(model: Any, texts: Sequence[str]) -> list[float]:
    """Return for each tweet the probability that it is positive (part b).

    The probability depends on this tweet alone: not on the other ones in ``texts``, nor on earlier
    calls. A token that is not in the vocabulary of the training part is unknown.

    Args:
        model: what `train` or `load_trained` has returned.
        texts: N tweets as people wrote them; some may be empty, or without a known token.

    Returns:
        N probabilities, in the order of ``texts``.
    """
    # TODO: prepare the texts as in training and ask the network (about 8 lines)
    raise NotImplementedError("predict")


def save_trained(model: Any, folder: str) -> None:
    """Write a trained ``model`` into two files of ``folder`` (part c, optional).

    ``tweet_sentiment.safetensors`` holds the parameters of the network; `write_weights` writes it.
    ``vocabulary.json`` holds the vocabulary.
    """
    # TODO: write the parameters and the vocabulary (about 3 lines)
    raise NotImplementedError("save_trained")


def load_trained(folder: str) -> Any:
    """Return the model whose files `save_trained` has written into ``folder`` (part c, optional).

    If you hand in a file ``tweet_sentiment.safetensors`` with this module, the grader calls this
    function in place of `train`.
    """
    # TODO: read both files and build the network (about 4 lines)
    raise NotImplementedError("load_trained")
