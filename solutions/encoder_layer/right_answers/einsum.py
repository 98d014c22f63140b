"""Einsum over parameters of shape (H, d_k, d_model); the layer does not use the class."""

import math

import torch
from torch import einsum, nn


def scaled_dot_product_attention(q, k, v, mask=None):
    energy = einsum("...td,...sd->...ts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        energy.masked_fill_(mask, float("-inf"))
    return einsum("...ts,...sv->...tv", energy.softmax(-1), v)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        d_k, rest = divmod(d_model, num_heads)
        if rest:
            raise ValueError(f"{num_heads} heads do not share {d_model} numbers")
        scale = 1 / math.sqrt(d_model)
        for name in ("q", "k", "v"):
            weight = torch.empty(num_heads, d_k, d_model).uniform_(-scale, scale)
            self.register_parameter("W" + name, nn.Parameter(weight))
            self.register_parameter("b" + name, nn.Parameter(torch.zeros(num_heads, d_k)))
        self.Wo = nn.Parameter(torch.empty(d_model, num_heads, d_k).uniform_(-scale, scale))
        self.bo = nn.Parameter(torch.zeros(d_model))
        self.p = dropout

    def forward(self, query, key, value, mask=None):
        q = einsum("ntd,hcd->nhtc", query, self.Wq) + self.bq[:, None]
        k = einsum("nsd,hcd->nhsc", key, self.Wk) + self.bk[:, None]
        v = einsum("nsd,hcd->nhsc", value, self.Wv) + self.bv[:, None]
        heads = scaled_dot_product_attention(q, k, v, mask)
        if self.training and self.p > 0:
            keep = torch.rand_like(heads) >= self.p
            heads = heads * keep / (1 - self.p)
        return einsum("nhtc,dhc->ntd", heads, self.Wo) + self.bo


class EncoderLayer(MultiHeadAttention):
    """A layer that is an attention itself, with the rest added."""

    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__(d_model, num_heads, dropout)
        self.up, self.down = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.ln1, self.ln2 = nn.LayerNorm((d_model,)), nn.LayerNorm((d_model,))
        self.dropout1, self.dropout2 = nn.Dropout(dropout), nn.Dropout(dropout)

    def forward(self, x, key_padding_mask=None):
        if key_padding_mask is not None:
            n, t = key_padding_mask.shape
            key_padding_mask = key_padding_mask.view(n, 1, 1, t).expand(n, 1, t, t)
        x = self.ln1(x + self.dropout1(super().forward(x, x, x, key_padding_mask)))
        return self.ln2(x + self.dropout2(self.down(self.up(x).relu())))


def from_torch(state, num_heads):
    d_model = state["norm1.weight"].numel()
    cut = (3, num_heads, d_model // num_heads)
    out = {}
    weights = state["self_attn.in_proj_weight"].reshape(*cut, d_model)
    biases = state["self_attn.in_proj_bias"].reshape(*cut)
    for i, name in enumerate("qkv"):
        out["W" + name], out["b" + name] = weights[i], biases[i]
    out["Wo"] = state["self_attn.out_proj.weight"].reshape(d_model, *cut[1:])
    out["bo"] = state["self_attn.out_proj.bias"]
    for theirs, ours in (
        ("linear1", "up"),
        ("linear2", "down"),
        ("norm1", "ln1"),
        ("norm2", "ln2"),
    ):
        for kind in ("weight", "bias"):
            out[f"{ours}.{kind}"] = state[f"{theirs}.{kind}"]
    return out
