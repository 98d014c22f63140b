"""Attend from one digit to ten others: cross-attention on MNIST, parts a to d of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py attention_weights`` one of them.

Axes: N images, D numbers in a vector (784 for an image), Q queries, S sources, V numbers in a
value. The query, the keys and the values are tensors with one vector per row.
"""

import torch
from torch import Tensor

CLASSES = 10
TARGET = 5

# Provided: the kinds of attention. Choose at least one; the others may stay open in `scores`.
KINDS = ("scaled_dot", "dot", "multiplicative")


def pick_digits(images: Tensor, labels: Tensor, seed: int = 0) -> Tensor:
    """Pick one random image of each class and write it as a vector (part a).

    Each image of a class can be picked, and the same seed picks the same images whatever was
    drawn before the call. The classes have different numbers of images, in any order.

    Args:
        images: grey values, of shape `(N, 1, 28, 28)`, float32.
        labels: the class of each image, 0 to 9, of shape `(N,)`, int64. Every class is there.
        seed: which random choice is made.

    Returns:
        The vectors, of shape `(10, 784)`: row c holds the pixels of an image of class c, line by
        line from top to bottom, with the values that they have in `images`.
    """
    # TODO: choose a position at random for each class, then flatten (about 6 lines)
    raise NotImplementedError("pick_digits")


def scores(
    query: Tensor, keys: Tensor, kind: str = "scaled_dot", W: Tensor | None = None
) -> Tensor:
    """Compare each query with each key (part b). Fill in at least one of the three kinds.

    For a query q and a key k, the score is

    - "dot": `q . k`, the sum of the products of their numbers;
    - "scaled_dot": `q . k / sqrt(D)`;
    - "multiplicative": `q W k`, which is the sum of `q_i W_ij k_j` over all i and j.

    A kind that you leave open is not asked for anywhere; one that you fill in has to be right.

    Args:
        query: the queries, of shape `(Q, D)`.
        keys: the keys of the sources, of shape `(S, D)`.
        kind: one of `KINDS`.
        W: the weights of the kind "multiplicative", of shape `(D, D)`; the others ignore it.

    Returns:
        The scores, of shape `(Q, S)`; they may be any real numbers.

    Raises:
        ValueError: there is no such kind.
    """
    if kind == "dot":
        # TODO: the score of the kind "dot" (1 line)
        raise NotImplementedError("scores")
    if kind == "scaled_dot":
        # TODO: the score of the kind "scaled_dot" (1 line)
        raise NotImplementedError("scores")
    if kind == "multiplicative":
        # TODO: the score of the kind "multiplicative" (1 line)
        raise NotImplementedError("scores")
    raise ValueError(f"There is no attention of kind {kind!r}; there are: {', '.join(KINDS)}.")


def attention_weights(
    query: Tensor, keys: Tensor, kind: str = "scaled_dot", W: Tensor | None = None
) -> Tensor:
    """Share the attention of each query out among the sources (part b).

    The weights of a query are the softmax of its scores,
    `w_s = exp(score_s) / sum_r exp(score_r)`, where s and r run over the sources. Scores may be
    as large as millions; the weights are finite then, too. Gradients flow back to the arguments.

    Args:
        query, keys, kind, W: as in `scores`. Q and S may be 1.

    Returns:
        The weights, of shape `(Q, S)`: none is negative, and those of a query add up to one.
    """
    similarity = scores(query, keys, kind, W)  # (Q, S)
    # TODO: turn the scores of each query into weights (1 to 3 lines)
    raise NotImplementedError("attention_weights")


def attend(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    kind: str = "scaled_dot",
    W: Tensor | None = None,
) -> Tensor:
    """Add up the values of the sources, weighted by the attention of each query (part c).

    `out_q = sum_s w_qs values_s`, with the weights of `attention_weights`. Gradients flow back to
    the arguments.

    Args:
        query: the queries, of shape `(Q, D)`.
        keys: the keys of the sources, of shape `(S, D)`.
        values: the values of the sources, of shape `(S, V)`; V may differ from D.
        kind, W: as in `scores`.

    Returns:
        The weighted sums, one for each query, of shape `(Q, V)`.
    """
    # TODO: weigh the values and add them up (about 2 lines)
    raise NotImplementedError("attend")


def digits_attention(
    images: Tensor,
    labels: Tensor,
    target_images: Tensor,
    target_labels: Tensor,
    kind: str = "scaled_dot",
    W: Tensor | None = None,
    seed: int = 0,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Attend from a five to ten digits, one of each class (part d).

    The sources come from `images`, the target from `target_images`: no image is in both. The
    vectors of the sources are their keys and their values.

    Args:
        images, labels: where the sources are picked, as in `pick_digits`.
        target_images, target_labels: where the target is picked, likewise.
        kind, W: as in `scores`.
        seed: which random choice is made.

    Returns:
        A tuple of the sources `(10, 784)`, the target `(784,)`, which is a vector of class 5, the
        attention weights `(10,)` and the weighted sum `(784,)`.
    """
    # TODO: pick the sources and the target (about 2 lines)
    raise NotImplementedError("digits_attention")
    # TODO: attend from the target to the sources (about 3 lines)
    raise NotImplementedError("digits_attention")
    return sources, target, weights, weighted_sum
