"""From the handout and the skeleton alone: its names, its mapping, an own norm with eps + std."""

import math

import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        std = x.std(-1, keepdim=True, unbiased=False)
        return self.weight * (x - mean) / (std + self.eps) + self.bias


def attention_weights(q, k, mask=None):
    scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(k.shape[-1])
    if mask is not None:
        scores[mask.expand_as(scores)] = float("-inf")
    return nn.functional.softmax(scores, -1)


def scaled_dot_product_attention(q, k, v, mask=None):
    return torch.matmul(attention_weights(q, k, mask), v)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"d_model = {d_model} is not a multiple of num_heads = {num_heads}")
        self.num_heads = num_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def split(self, x):
        return torch.stack(x.chunk(self.num_heads, dim=-1), dim=1)

    def merge(self, heads):
        return torch.cat(list(heads.unbind(1)), dim=-1)

    def forward(self, query, key, value, mask=None):
        q = self.split(self.query(query))
        k = self.split(self.key(key))
        v = self.split(self.value(value))
        weights = self.dropout(attention_weights(q, k, mask))
        return self.output(self.merge(weights.matmul(v))), weights


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__()
        self.attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.norm1 = LayerNorm(d_model)
        self.norm2 = LayerNorm(d_model)
        self.dropout1 = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)

    def forward(self, x, key_padding_mask=None):
        mask = None
        if key_padding_mask is not None:
            n, t = key_padding_mask.shape
            mask = torch.zeros(n, 1, t, t, dtype=torch.bool) | key_padding_mask.reshape(n, 1, 1, t)
        attended, weights = self.attention(x, x, x, mask)
        x = self.norm1(x + self.dropout1(attended))
        hidden = torch.maximum(self.linear1(x), torch.zeros(()))
        x = self.norm2(x + self.dropout2(self.linear2(hidden)))
        return x, weights


def from_torch(state, num_heads):
    mapped = {}
    for kind in ("weight", "bias"):
        projections = state[f"self_attn.in_proj_{kind}"].chunk(3)
        for name, tensor in zip(("query", "key", "value"), projections, strict=True):
            mapped[f"attention.{name}.{kind}"] = tensor
        mapped[f"attention.output.{kind}"] = state[f"self_attn.out_proj.{kind}"]
        for name in ("linear1", "linear2", "norm1", "norm2"):
            mapped[f"{name}.{kind}"] = state[f"{name}.{kind}"]
    return mapped
