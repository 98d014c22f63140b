"""Names of one's own, wrapped sub-layers that are registered twice, interleaved heads."""

import torch
import torch.nn as nn


def attention(query, key, value, mask=None, dropout=None):
    scores = torch.einsum("...qd,...kd->...qk", query, key).div(query.size(-1) ** 0.5)
    if mask is not None:
        scores = scores.masked_fill(mask.bool(), -1e9)
    p_attn = scores.softmax(dim=-1)
    if dropout is not None:
        p_attn = dropout(p_attn)
    return p_attn @ value, p_attn


def scaled_dot_product_attention(q, k, v, mask=None):
    return attention(q, k, v, mask)[0]


class MultiHeadAttention(nn.Module):
    """Head i has the columns i, i + H, i + 2 H and so on."""

    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        if d_model // num_heads * num_heads != d_model:
            raise ValueError
        self.h = num_heads
        self.linears = nn.ModuleList([nn.Linear(d_model, d_model) for _ in range(4)])
        self.dropout = nn.Dropout(p=dropout)

    def forward(self, query, key, value, mask=None):
        n = query.size(0)
        query, key, value = [
            linear(x).view(n, x.size(1), -1, self.h).permute(0, 3, 1, 2)
            for linear, x in zip(self.linears, (query, key, value), strict=False)
        ]
        x, self.attn = attention(query, key, value, mask=mask, dropout=self.dropout)
        x = x.permute(0, 2, 3, 1).contiguous().flatten(2)
        return self.linears[-1](x)


class SublayerConnection(nn.Module):
    def __init__(self, sublayer, size, dropout):
        super().__init__()
        self.sublayer, self.norm, self.dropout = sublayer, nn.LayerNorm(size), nn.Dropout(dropout)

    def forward(self, x, *args):
        return self.norm(x + self.dropout(self.sublayer(x, *args)))


class SelfAttention(nn.Module):
    def __init__(self, attn):
        super().__init__()
        self.attn = attn

    def forward(self, x, mask):
        return self.attn(x, x, x, mask)


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__()
        self.attn = MultiHeadAttention(d_model, num_heads)
        ff = [nn.Linear(d_model, d_ff), nn.ReLU(inplace=True), nn.Linear(d_ff, d_model)]
        self.feed_forward = nn.Sequential(*ff)
        parts = (SelfAttention(self.attn), self.feed_forward)
        self.blocks = nn.ModuleList(SublayerConnection(part, d_model, dropout) for part in parts)

    def forward(self, x, key_padding_mask=None):
        mask = None if key_padding_mask is None else key_padding_mask[:, None, None]
        return self.blocks[1](self.blocks[0](x, mask))


def from_torch(state, num_heads):
    d_model = len(state["norm1.bias"])

    def interleaved(rows):
        return rows.unflatten(0, (num_heads, d_model // num_heads)).transpose(0, 1).flatten(0, 1)

    mapped = {}
    for kind in ["weight", "bias"]:
        for i, rows in enumerate(state[f"self_attn.in_proj_{kind}"].split(d_model)):
            mapped[f"attn.linears.{i}.{kind}"] = interleaved(rows)
        for i in (0, 1):
            mapped[f"feed_forward.{2 * i}.{kind}"] = state[f"linear{i + 1}.{kind}"]
            mapped[f"blocks.{i}.norm.{kind}"] = state[f"norm{i + 1}.{kind}"]
    mapped["attn.linears.3.weight"] = interleaved(state["self_attn.out_proj.weight"].T).T
    mapped["attn.linears.3.bias"] = state["self_attn.out_proj.bias"]
    return mapped
