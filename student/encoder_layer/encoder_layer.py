"""Build an encoder layer of the Transformer from linear layers: parts 1 to 3 of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py MultiHeadAttention`` checks one of them. Write the layer yourself: you may compare
with PyTorch's own attention and Transformer layers, but not call them here.

Axes: N sequences in a batch, T queries (in self-attention: positions), S keys, L positions (T or
S), H heads, d_model numbers per position, d_k = d_model / H numbers per head, d_v numbers of a
value, d_ff hidden units, `*batch` any leading axes; `#` marks axes that may be broadcast.
In every mask, True means: do not attend to this key.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


def attention_weights(
    q: Float[Tensor, "*batch T d_k"],
    k: Float[Tensor, "*batch S d_k"],
    mask: Bool[Tensor, "*#batch #T #S"] | None = None,
) -> Float[Tensor, "*batch T S"]:
    """Compute how much each query attends to each key: softmax(q k^T / sqrt(d_k)) over the keys.

    Args:
        q: queries, of shape `(..., T, d_k)`.
        k: keys, of shape `(..., S, d_k)`.
        mask: bool, of a shape that broadcasts to `(..., T, S)`. Where it is True, the weight is
            exactly zero. Each query has at least one key that is not masked.

    Returns:
        Weights, of shape `(..., T, S)`. The weights of each query sum to one over the S keys.
    """
    # TODO: compute the scores, remove masked keys, take the softmax (about 4 lines)
    raise NotImplementedError("attention_weights")


def scaled_dot_product_attention(
    q: Float[Tensor, "*batch T d_k"],
    k: Float[Tensor, "*batch S d_k"],
    v: Float[Tensor, "*batch S d_v"],
    mask: Bool[Tensor, "*#batch #T #S"] | None = None,
) -> Float[Tensor, "*batch T d_v"]:
    """Average the values for each query, weighted by `attention_weights` (paper, eq. 1).

    Args:
        q: queries, of shape `(..., T, d_k)`.
        k: keys, of shape `(..., S, d_k)`.
        v: values, one for each key, of shape `(..., S, d_v)`. d_v may differ from d_k.
        mask: as in `attention_weights`.

    Returns:
        One row per query, of shape `(..., T, d_v)`. You may return `(output, weights)` instead.
    """
    # TODO: weight and sum the values (1 line)
    raise NotImplementedError("scaled_dot_product_attention")


class MultiHeadAttention(nn.Module):
    """Attend with H heads, each in its own d_k dimensions (paper, section 3.2.2).

    Query, key and value each go through a linear layer with bias, from d_model to d_model numbers.
    Head h (from 0) uses the columns h d_k to (h + 1) d_k - 1 of the three results. The outputs of
    the heads are concatenated in the same order and go through a fourth linear layer with bias. In
    training mode, each attention weight is dropped with probability `dropout`.

    Args:
        d_model: numbers per position, a multiple of `num_heads`.
        num_heads: the number of heads, H.
        dropout: the dropout probability; dropout has no effect in evaluation mode.

    Raises:
        ValueError: `d_model` is not a multiple of `num_heads`.
    """

    def __init__(self, d_model: int, num_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"d_model = {d_model} is not a multiple of num_heads = {num_heads}")
        self.num_heads = num_heads
        # TODO: create the linear layers query, key, value, output and dropout (5 lines)
        raise NotImplementedError("MultiHeadAttention")

    def split(self, x: Float[Tensor, "N L d_model"]) -> Float[Tensor, "N H L d_k"]:
        """Split `x (N, L, d_model)` into heads, `(N, H, L, d_k)`, each with its own columns."""
        # TODO: split the last axis into H parts and move the head axis forward (2 lines)
        raise NotImplementedError("MultiHeadAttention.split")

    def merge(self, heads: Float[Tensor, "N H L d_k"]) -> Float[Tensor, "N L d_model"]:
        """Concatenate the heads `(N, H, L, d_k)` to `(N, L, d_model)`, the inverse of `split`."""
        # TODO: move the head axis back and concatenate the columns (1 line)
        raise NotImplementedError("MultiHeadAttention.merge")

    def forward(
        self,
        query: Float[Tensor, "N T d_model"],
        key: Float[Tensor, "N S d_model"],
        value: Float[Tensor, "N S d_model"],
        mask: Bool[Tensor, "*#batch #T #S"] | None = None,
    ) -> Float[Tensor, "N T d_model"]:
        """Attend with every head; in self-attention, query, key and value are the same tensor.

        Args:
            query: the input for the queries, of shape `(N, T, d_model)`.
            key: the input for the keys, of shape `(N, S, d_model)`.
            value: the input for the values, of shape `(N, S, d_model)`.
            mask: bool, of a shape that broadcasts to `(N, H, T, S)`; True: the key is masked.

        Returns:
            One row per query, of shape `(N, T, d_model)`. You may return `(output, weights)`
            instead.
        """
        # TODO: project, split, attend, merge, project (about 4 lines)
        raise NotImplementedError("MultiHeadAttention.forward")


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network at each position (paper, sections 3.1, 3.3).

    Both sub-layers are wrapped in the same way, with the norm last:
    `x = LayerNorm(x + Dropout(Sublayer(x)))`. The second sub-layer is
    `FFN(x) = max(0, x W1 + b1) W2 + b2` with d_ff hidden units. Each norm normalises the d_model
    numbers of a position and has its own weights and biases.

    Args:
        d_model: numbers per position, a multiple of `num_heads`.
        num_heads: the number of heads.
        d_ff: the number of hidden units.
        dropout: the probability of every dropout in the layer, in the attention too.
    """

    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float = 0.1) -> None:
        super().__init__()
        # TODO: create attention, linear1, linear2, norm1, norm2 and dropout (6 lines)
        raise NotImplementedError("EncoderLayer")

    def forward(
        self,
        x: Float[Tensor, "N T d_model"],
        key_padding_mask: Bool[Tensor, "N T"] | None = None,
    ) -> Float[Tensor, "N T d_model"]:
        """Encode a batch of sequences.

        Args:
            x: the sequences, of shape `(N, T, d_model)`.
            key_padding_mask: bool, of shape `(N, T)`. True marks padding: no position attends to
                it. Each sequence has at least one position that is not padding.

        Returns:
            The encoded sequences, of shape `(N, T, d_model)`. The values at padded positions do
            not matter. You may return `(output, weights)` instead.
        """
        # TODO: reshape the mask for the attention (about 3 lines)
        raise NotImplementedError("EncoderLayer.forward")
        # TODO: apply self-attention, add and normalise (2 lines)
        raise NotImplementedError("EncoderLayer.forward")
        # TODO: apply the feed-forward network, add and normalise (2 lines)
        raise NotImplementedError("EncoderLayer.forward")


def from_torch(state: dict[str, Tensor], num_heads: int) -> dict[str, Tensor]:
    """Map the tensors of a `torch.nn.TransformerEncoderLayer` to the names of `EncoderLayer`.

    The grader uses this function to copy PyTorch's random weights into your layers. You can do the
    same: `layer.load_state_dict(from_torch(theirs.state_dict(), num_heads))`. The function fits the
    attribute names in the handout. If you use other names or shapes, change it: you may rename,
    split, concatenate, reshape and transpose tensors, but not compute with them.

    Args:
        state: PyTorch's names and tensors. `self_attn.in_proj_weight`, `(3 d_model, d_model)`,
            stacks the weights for queries, keys and values, and `self_attn.in_proj_bias` stacks
            their biases. The others are `self_attn.out_proj`, `linear1`, `linear2`, `norm1` and
            `norm2`, each with `.weight` and `.bias`.
        num_heads: the number of heads, needed if you store projections head by head.

    Returns:
        The tensors by their names in `EncoderLayer(...).state_dict()`.
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
