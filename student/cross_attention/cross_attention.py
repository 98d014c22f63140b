"""Attend from one digit to ten others: cross-attention on MNIST, parts a to d of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py attention_weights`` checks one of them.

Axes: N images (M for the target), D entries of a vector (784 for an image), Q queries, S sources,
V entries of a value. Queries, keys and values have one vector per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from jaxtyping import Float, Int

CLASSES = 10
TARGET = 5

# Provided: the kinds of attention. Fill in at least one in `scores`; you may leave the others open.
KINDS = ("scaled_dot", "dot", "multiplicative")


def pick_digits(
    images: Float[Tensor, "N 1 28 28"], labels: Int[Tensor, " N"], seed: int = 0
) -> Float[Tensor, "10 784"]:
    """Pick one random image of each class and write it as a vector (part a).

    Every image of a class can be picked. The same seed always picks the same images, even if
    other random numbers were drawn before the call. Classes may differ in their number of images,
    and the images are in any order.

    Args:
        images: grey values, of shape `(N, 1, 28, 28)`, float32.
        labels: the class of each image, 0 to 9, of shape `(N,)`, int64. Every class occurs.
        seed: selects the random choice.

    Returns:
        The vectors, of shape `(10, 784)`: row c holds the unchanged pixels of an image of class c,
        line by line from top to bottom.
    """
    # TODO: choose a random position for each class, then flatten (about 6 lines)
    raise NotImplementedError("pick_digits")


def scores(
    query: Float[Tensor, "Q D"],
    keys: Float[Tensor, "S D"],
    kind: str = "scaled_dot",
    W: Float[Tensor, "D D"] | None = None,
) -> Float[Tensor, "Q S"]:
    """Compare each query with each key (part b). Fill in at least one of the three kinds.

    For a query q and a key k, the score is

    - "dot": `q . k`, the dot product;
    - "scaled_dot": `q . k / sqrt(D)`;
    - "multiplicative": `q W k`, which is the sum of `q_i W_ij k_j` over all i and j.

    A kind that you leave open is not checked and costs no points. A kind that you fill in is
    checked.

    Args:
        query: the queries, of shape `(Q, D)`.
        keys: the keys of the sources, of shape `(S, D)`.
        kind: one of `KINDS`.
        W: the matrix for kind "multiplicative", of shape `(D, D)`; the other kinds ignore it.

    Returns:
        The scores, of shape `(Q, S)`; any real numbers.

    Raises:
        ValueError: `kind` is unknown.
    """
    if kind == "dot":
        # TODO: the scores of kind "dot" (1 line)
        raise NotImplementedError("scores")
    if kind == "scaled_dot":
        # TODO: the scores of kind "scaled_dot" (1 line)
        raise NotImplementedError("scores")
    if kind == "multiplicative":
        # TODO: the scores of kind "multiplicative" (1 line)
        raise NotImplementedError("scores")
    raise ValueError(f"Unknown kind of attention: {kind!r}. Use one of: {', '.join(KINDS)}.")


def attention_weights(
    query: Float[Tensor, "Q D"],
    keys: Float[Tensor, "S D"],
    kind: str = "scaled_dot",
    W: Float[Tensor, "D D"] | None = None,
) -> Float[Tensor, "Q S"]:
    """Compute how much each query attends to each source (part b).

    The weights of a query are the softmax of its scores,
    `w_s = exp(score_s) / sum_r exp(score_r)`, where s and r run over the sources. The weights are
    finite even if scores are in the millions. Gradients flow back to the arguments.

    Args:
        query, keys, kind, W: as in `scores`. Q and S may be 1.

    Returns:
        The weights, of shape `(Q, S)`: no weight is negative, and each row sums to one.
    """
    similarity = scores(query, keys, kind, W)  # (Q, S)
    # TODO: turn the scores of each query into weights (1 to 3 lines)
    raise NotImplementedError("attention_weights")


def attend(
    query: Float[Tensor, "Q D"],
    keys: Float[Tensor, "S D"],
    values: Float[Tensor, "S V"],
    kind: str = "scaled_dot",
    W: Float[Tensor, "D D"] | None = None,
) -> Float[Tensor, "Q V"]:
    """Sum the values of the sources, weighted by the attention of each query (part c).

    `out_q = sum_s w_qs values_s`, with the weights from `attention_weights`. Gradients flow back to
    the arguments.

    Args:
        query: the queries, of shape `(Q, D)`.
        keys: the keys of the sources, of shape `(S, D)`.
        values: the values of the sources, of shape `(S, V)`; V may differ from D.
        kind, W: as in `scores`.

    Returns:
        The weighted sums, one row per query, of shape `(Q, V)`.
    """
    # TODO: weight the values and sum them (about 2 lines)
    raise NotImplementedError("attend")


def digits_attention(
    images: Float[Tensor, "N 1 28 28"],
    labels: Int[Tensor, " N"],
    target_images: Float[Tensor, "M 1 28 28"],
    target_labels: Int[Tensor, " M"],
    kind: str = "scaled_dot",
    W: Float[Tensor, "784 784"] | None = None,
    seed: int = 0,
) -> tuple[
    Float[Tensor, "10 784"], Float[Tensor, " 784"], Float[Tensor, " 10"], Float[Tensor, " 784"]
]:
    """Attend from a five to ten digits, one of each class (part d).

    Pick the sources from `images` and the target from `target_images`; no image is in both. The
    vector of a source is both its key and its value.

    Args:
        images, labels: the images for the sources, as in `pick_digits`.
        target_images, target_labels: the images for the target, of shape `(M, 1, 28, 28)`, and
            their classes.
        kind, W: as in `scores`, with D = 784.
        seed: selects the random choice, of the sources too.

    Returns:
        A tuple of the sources `(10, 784)`, the target `(784,)`, which is a vector of class 5, the
        attention weights `(10,)` and the weighted sum `(784,)`.
    """
    # TODO: pick the sources and the target (about 2 lines)
    raise NotImplementedError("digits_attention")
    # TODO: attend from the target to the sources (about 3 lines)
    raise NotImplementedError("digits_attention")
    return sources, target, weights, weighted_sum
