"""One linear layer for queries, keys and values; output with weights; softmax in float32."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.matmul(q, k.mT) * q.size(-1) ** -0.5
    if mask is not None:
        scores = torch.where(mask, torch.finfo(scores.dtype).min, scores)
    weights = F.softmax(scores, dim=-1, dtype=torch.float32).type_as(q)
    return torch.matmul(weights, v), weights


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError("heads do not fit")
        self.h, self.d_k = num_heads, d_model // num_heads
        self.in_proj = nn.Linear(d_model, 3 * d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.drop = nn.Dropout(p=dropout)

    def forward(self, query, key, value, mask=None):
        if query is key and key is value:
            q, k, v = self.in_proj(query).chunk(3, dim=-1)
        else:
            weights, biases = self.in_proj.weight.chunk(3), self.in_proj.bias.chunk(3)
            q, k, v = map(F.linear, (query, key, value), weights, biases)
        q, k, v = (
            t.reshape(t.size(0), t.size(1), self.h, self.d_k).permute(0, 2, 1, 3) for t in (q, k, v)
        )
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        out = self.drop(weights) @ v
        return self.out_proj(out.permute(0, 2, 1, 3).reshape(query.shape)), weights


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super().__init__()
        self.self_attn = MultiHeadAttention(d_model, num_heads, dropout=dropout)
        self.ff = nn.Sequential(
            nn.Linear(d_model, d_ff), nn.ReLU(), nn.Dropout(dropout), nn.Linear(d_ff, d_model)
        )
        self.norms = nn.ModuleList([nn.LayerNorm(d_model) for _ in range(2)])
        self.drops = nn.ModuleList([nn.Dropout(dropout) for _ in range(2)])

    def forward(self, x, key_padding_mask=None):
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(1).unsqueeze(2)
        attended, weights = self.self_attn(x, x, x, mask=key_padding_mask)
        x = self.norms[0](x + self.drops[0](attended))
        return self.norms[1](x + self.drops[1](self.ff(x))), weights


NAMES = {
    "self_attn.in_proj_": "self_attn.in_proj.",
    "linear1": "ff.0",
    "linear2": "ff.3",
    "norm1": "norms.0",
    "norm2": "norms.1",
}


def from_torch(state, num_heads):
    renamed = {}
    for name, tensor in state.items():
        for theirs, ours in NAMES.items():
            name = name.replace(theirs, ours)
        renamed[name] = tensor
    return renamed
