"""A loop over heads, each a module with small linear layers of its own."""

import math

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.matmul(q, torch.transpose(k, -1, -2))
    scores /= torch.sqrt(torch.tensor(q.shape[-1]))
    if mask is not None:
        scores = scores + mask * -1e9
    scores = scores - scores.max(dim=-1, keepdim=True)[0]
    exponentials = torch.exp(scores)
    return exponentials.div(exponentials.sum(-1, keepdim=True)).matmul(v)


class Head(nn.Module):
    def __init__(self, d_model, d_k, dropout):
        super().__init__()
        self.wq = nn.Linear(d_model, d_k)
        self.wk = nn.Linear(d_model, d_k)
        self.wv = nn.Linear(d_model, d_k)
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask):
        return self.dropout(
            scaled_dot_product_attention(self.wq(query), self.wk(key), self.wv(value), mask)
        )


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError("d_model must be a multiple of num_heads")
        d_k = d_model // num_heads
        self.heads = nn.ModuleList(Head(d_model, d_k, dropout) for _ in range(num_heads))
        self.combine = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        results = []
        for i, head in enumerate(self.heads):
            own = mask
            if mask is not None and mask.dim() == 4:
                own = mask[:, min(i, mask.shape[1] - 1)]
            results.append(head(query, key, value, own))
        return self.combine(torch.cat(results, dim=-1))


class Norm(nn.Module):
    def __init__(self, size, eps=1e-5):
        super().__init__()
        self.gain, self.offset = nn.Parameter(torch.ones(size)), nn.Parameter(torch.zeros(size))
        self.eps = eps

    def forward(self, x):
        centred = x - x.mean(-1, keepdim=True)
        variance = (centred**2).mean(-1, keepdim=True)
        return centred / (variance + self.eps).sqrt() * self.gain + self.offset


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__()
        self.mha = MultiHeadAttention(d_model, num_heads, dropout)
        self.w1 = nn.Parameter(torch.randn(d_model, d_ff) / math.sqrt(d_model))
        self.b1 = nn.Parameter(torch.zeros(d_ff))
        self.w2 = nn.Parameter(torch.randn(d_ff, d_model) / math.sqrt(d_ff))
        self.b2 = nn.Parameter(torch.zeros(d_model))
        self.norm_a, self.norm_f = Norm(d_model), Norm(d_model)
        self.dropout = dropout

    def drop(self, x):
        return nn.functional.dropout(x, p=self.dropout, training=self.training)

    def forward(self, x, key_padding_mask=None):
        mask = None
        if key_padding_mask is not None:
            mask = key_padding_mask[:, None, None, :].expand(-1, 1, x.shape[1], -1)
        x = self.norm_a(x + self.drop(self.mha(x, x, x, mask)))
        hidden = (x @ self.w1 + self.b1).clamp(min=0)
        return self.norm_f(x + self.drop(hidden @ self.w2 + self.b2))


def from_torch(state, num_heads):
    mapped = {}
    for kind in ("weight", "bias"):
        blocks = torch.chunk(state["self_attn.in_proj_" + kind], 3)
        for letter, block in zip("qkv", blocks, strict=True):
            for i, rows in enumerate(torch.chunk(block, num_heads)):
                mapped[f"mha.heads.{i}.w{letter}.{kind}"] = rows
        mapped["mha.combine." + kind] = state["self_attn.out_proj." + kind]
    for number in "12":
        mapped["w" + number] = state[f"linear{number}.weight"].T
        mapped["b" + number] = state[f"linear{number}.bias"]
    for letter, number in (("a", 1), ("f", 2)):
        mapped[f"norm_{letter}.gain"] = state[f"norm{number}.weight"]
        mapped[f"norm_{letter}.offset"] = state[f"norm{number}.bias"]
    return mapped
