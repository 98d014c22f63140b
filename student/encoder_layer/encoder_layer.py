"""Build an encoder layer of the Transformer from linear layers: problem 2b of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py MultiHeadAttention`` one of them. Write it yourself: PyTorch's own attention
and Transformer layers are there to compare with, not to call.

Axes: N sequences in a batch, T queries (in self-attention: positions), S keys, H heads,
d_model numbers per position, d_k = d_model / H numbers per head, d_ff hidden units.
A mask is boolean, and True means: this one may NOT be looked at.
"""

import math

import torch
from torch import Tensor, nn


def attention_weights(q: Tensor, k: Tensor, mask: Tensor | None = None) -> Tensor:
    """Compute how much each query looks at each key: softmax(q k^T / sqrt(d_k)) over the keys.

    Args:
        q: queries, of shape `(..., T, d_k)`.
        k: keys, of shape `(..., S, d_k)`.
        mask: bool, of a shape that broadcasts to `(..., T, S)`. A key whose entry is True gets
            a weight of exactly zero, however well it fits. No query has all its keys masked.

    Returns:
        Weights of shape `(..., T, S)`. For each query they add up to one over the S keys.
    """
    # TODO: compute the scores, take out what is masked, take the softmax (about 4 lines)
    raise NotImplementedError("attention_weights")


def scaled_dot_product_attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Give each query the mean of the values, weighted by `attention_weights` (paper, eq. 1).

    Args:
        q: queries, of shape `(..., T, d_k)`.
        k: keys, of shape `(..., S, d_k)`.
        v: values, one for each key, of shape `(..., S, d_v)`. d_v may differ from d_k.
        mask: bool, of a shape that broadcasts to `(..., T, S)`; True: may not be looked at.

    Returns:
        One row for each query, of shape `(..., T, d_v)`. You may return `(output, weights)`.
    """
    # TODO: weigh the values (1 line)
    raise NotImplementedError("scaled_dot_product_attention")


class MultiHeadAttention(nn.Module):
    """Let H heads attend, each in d_k dimensions of its own (paper, section 3.2.2).

    Queries, keys and values each go through a linear layer with bias, `(..., d_model)` to
    `(..., d_model)`. Head h (from 0) works with the columns h d_k to (h + 1) d_k - 1 of what
    comes out. The results of the heads, side by side in the same order, go through a fourth
    linear layer with bias. In training, each attention weight is dropped with probability
    `dropout`.

    Args:
        d_model: numbers per position, a multiple of `num_heads`.
        num_heads: the number of heads, H.
        dropout: the probability of `torch.nn.Dropout`; it has no effect in evaluation mode.

    Raises:
        ValueError: `d_model` is not a multiple of `num_heads`.
    """

    def __init__(self, d_model: int, num_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"d_model = {d_model} is not a multiple of num_heads = {num_heads}")
        self.num_heads = num_heads
        # TODO: make the linear layers query, key, value, output and dropout (5 lines)
        raise NotImplementedError("MultiHeadAttention")

    def split(self, x: Tensor) -> Tensor:
        """Cut `(N, L, d_model)` into heads, `(N, H, L, d_k)`, each with its own columns."""
        # TODO: cut the last axis into H pieces and move the heads forward (2 lines)
        raise NotImplementedError("MultiHeadAttention.split")

    def merge(self, heads: Tensor) -> Tensor:
        """Put the heads `(N, H, L, d_k)` side by side again: `(N, L, d_model)`, undoing `split`."""
        # TODO: move the heads back and lay their columns side by side (1 line)
        raise NotImplementedError("MultiHeadAttention.merge")

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Attend with every head; self-attention is the case in which all three are the same.

        Args:
            query: what the queries are made of, of shape `(N, T, d_model)`.
            key: what the keys are made of, of shape `(N, S, d_model)`.
            value: what the values are made of, of shape `(N, S, d_model)`.
            mask: bool, of a shape that broadcasts to `(N, H, T, S)`; True: may not be looked at.

        Returns:
            One row for each query, of shape `(N, T, d_model)`. You may return
            `(output, weights)`.
        """
        # TODO: project, split, attend, merge, project (about 4 lines)
        raise NotImplementedError("MultiHeadAttention.forward")


class EncoderLayer(nn.Module):
    """Self-attention, then a network for each position by itself (paper, sections 3.1 and 3.3).

    Each of the two sub-layers is wrapped in the same way, with the norm last:
    `x = LayerNorm(x + Dropout(Sublayer(x)))`. The second one is
    `FFN(x) = max(0, x W1 + b1) W2 + b2` with d_ff hidden units. The norms work on the d_model
    numbers of a position, and each has weights and biases of its own.

    Args:
        d_model: numbers per position, a multiple of `num_heads`.
        num_heads: the number of heads.
        d_ff: the number of hidden units.
        dropout: the probability of every dropout in the layer.
    """

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float = 0.1) -> None:
        super().__init__()
        # TODO: make attention, linear1, linear2, norm1, norm2 and dropout (6 lines)
        raise NotImplementedError("EncoderLayer")

    def forward(self, x: Tensor, key_padding_mask: Tensor | None = None) -> Tensor:
        """Encode a batch of sequences.

        Args:
            x: the sequences, of shape `(N, T, d_model)`.
            key_padding_mask: bool, of shape `(N, T)`. True marks padding: positions that no
                position may look at. Each sequence has a position that is not padding.

        Returns:
            The encoded sequences, of shape `(N, T, d_model)`. What stands at padded positions
            does not matter.
        """
        # TODO: bring the mask into the shape that the attention takes (about 3 lines)
        raise NotImplementedError("EncoderLayer.forward")
        # TODO: let the positions attend to one another, then add and normalise (2 lines)
        raise NotImplementedError("EncoderLayer.forward")
        # TODO: send each position through the small network, add, normalise (2 lines)
        raise NotImplementedError("EncoderLayer.forward")


def from_torch(state: dict[str, Tensor], num_heads: int) -> dict[str, Tensor]:
    """Name the tensors of a `torch.nn.TransformerEncoderLayer` as `EncoderLayer` names its own.

    The grader copies PyTorch's random weights into your layers with it, and so can you:
    `layer.load_state_dict(from_torch(theirs.state_dict(), num_heads))`. It fits the attributes
    that the docstrings above name. If you call or cut yours differently, change what is written
    here: rename, split, concatenate, reshape or transpose, but do not compute.

    Args:
        state: PyTorch's names and tensors. `self_attn.in_proj_weight`, `(3 d_model, d_model)`,
            holds the weights for queries, keys and values one below the other, and
            `self_attn.in_proj_bias` their biases; the rest are `self_attn.out_proj`, `linear1`,
            `linear2`, `norm1` and `norm2`, each with `.weight` and `.bias`.
        num_heads: the number of heads, for projections that are stored head by head.

    Returns:
        The names in `EncoderLayer(...).state_dict()` with the tensors that belong there.
    """
    mapped = {}
    for kind in ("weight", "bias"):
        projections = state[f"self_attn.in_proj_{kind}"].chunk(3)
        for name, tensor in zip(("query", "key", "value"), projections, strict=True):
            mapped[f"attention.{name}.{kind}"] = tensor
        mapped[f"attention.output.{kind}"] = state[f"self_attn.out_proj.{kind}"]
        for name in ("linear1", "linear2", "norm1", "norm2"):
            mapped[f"{name}.{kind}"] = state[f"{name}.{kind}"]
    return mapped
