"""Own layer norm with a tiny epsilon on the variance, heads in a Python list, plain tensors."""

import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        mu = x.mean(dim=-1, keepdim=True)
        var = x.var(dim=-1, unbiased=False, keepdim=True)
        return (x - mu) * torch.rsqrt(var + self.eps) * self.weight + self.bias


def attention_weights(q, k, mask=None):
    scale = k.size(-1) ** 0.25
    scores = torch.matmul(q / scale, (k / scale).transpose(-1, -2))
    if mask is not None:
        scores = scores.masked_fill(mask, torch.finfo(scores.dtype).min)
    exps = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    return exps / exps.sum(dim=-1, keepdim=True)


def scaled_dot_product_attention(q, k, v, mask=None):
    weights = attention_weights(q, k, mask)
    return weights @ v, weights


class MultiHeadAttention(nn.Module):
    """Keeps queries, keys and values in one interleaved matrix, head after head."""

    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError("d_model must be divisible by num_heads")
        self.h, self.d_k, self.p = num_heads, d_model // num_heads, dropout
        bound = d_model**-0.5
        self.qkv = nn.Parameter(torch.rand(3 * d_model, d_model) * 2 * bound - bound)
        self.qkv_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out = nn.Parameter(torch.rand(d_model, d_model) * 2 * bound - bound)
        self.out_bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, query, key, value, mask=None):
        if mask is not None:
            while mask.dim() < 4:
                mask = mask.unsqueeze(0)
        outputs = []
        for h in range(self.h):
            start = 3 * h * self.d_k
            rows = [slice(start + i * self.d_k, start + (i + 1) * self.d_k) for i in range(3)]
            q, k, v = (
                x @ self.qkv[r].t() + self.qkv_bias[r]
                for x, r in zip((query, key, value), rows, strict=True)
            )
            own = None if mask is None else mask[:, h if mask.size(1) > 1 else 0]
            weights = attention_weights(q, k, own)
            weights = nn.functional.dropout(weights, self.p, self.training)
            outputs.append(torch.bmm(weights, v))
        return torch.cat(outputs, dim=2) @ self.out.t() + self.out_bias


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.fc1 = nn.Conv1d(d_model, d_ff, kernel_size=1)
        self.fc2 = nn.Conv1d(d_ff, d_model, kernel_size=1)
        self.norm_attention, self.norm_fc = LayerNorm(d_model), LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, key_padding_mask=None):
        if key_padding_mask is None:
            key_padding_mask = torch.zeros(x.shape[:2], dtype=torch.bool)
        mask = torch.where(key_padding_mask[:, None, None, :], True, False)
        x = self.norm_attention(x + self.dropout(self.self_attention(x, x, x, mask)))
        hidden = nn.functional.relu(self.fc1(x.transpose(1, 2)))
        return self.norm_fc(x + self.dropout(self.fc2(hidden).transpose(1, 2)))


def from_torch(state, num_heads):
    mapped = {}
    for kind, name in (("weight", "qkv"), ("bias", "qkv_bias")):
        blocks = [block.chunk(num_heads) for block in state[f"self_attn.in_proj_{kind}"].chunk(3)]
        rows = [block[h] for h in range(num_heads) for block in blocks]
        mapped[f"self_attention.{name}"] = torch.cat(rows)
    mapped["self_attention.out"] = state["self_attn.out_proj.weight"]
    mapped["self_attention.out_bias"] = state["self_attn.out_proj.bias"]
    for i in "12":
        mapped[f"fc{i}.weight"] = state[f"linear{i}.weight"].unsqueeze(-1)
        mapped[f"fc{i}.bias"] = state[f"linear{i}.bias"]
    for name, i in (("attention", 1), ("fc", 2)):
        for kind in ("weight", "bias"):
            mapped[f"norm_{name}.{kind}"] = state[f"norm{i}.{kind}"]
    return mapped
