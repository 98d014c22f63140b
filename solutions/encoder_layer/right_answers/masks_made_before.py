"""Buffers for masks and scale, additive masks, the names of the skeleton and no mapping."""

import torch
from torch import nn

LONGEST = 64


def scaled_dot_product_attention(q, k, v, mask=None):
    d_k = torch.FloatTensor([k.size(-1)])
    attn = q.matmul(k.transpose(-2, -1)) / torch.sqrt(d_k)
    if mask is not None:
        bias = torch.zeros(mask.shape).masked_fill(mask, -1e10)
        attn = attn + bias
    attn = torch.softmax(attn, -1)
    return torch.matmul(attn, v)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        assert num_heads > 0
        if d_model % num_heads != 0:
            raise ValueError("d_model % num_heads != 0")
        self.num_heads = num_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.drop_weights = nn.Dropout(dropout)
        self.register_buffer("scale", torch.tensor((d_model / num_heads) ** 0.5))
        self.register_buffer("nothing", torch.zeros(1, 1, LONGEST, LONGEST, dtype=torch.bool))

    def forward(self, query, key, value, mask=None):
        B, T, C = query.size()
        S = key.size(1)
        q = self.query(query).view(B, T, self.num_heads, -1).transpose(1, 2)
        k = self.key(key).view(B, S, self.num_heads, -1).transpose(1, 2)
        v = self.value(value).view(B, S, self.num_heads, -1).transpose(1, 2)
        if mask is None:
            mask = self.nothing[:, :, :T, :S]
        energy = (q @ k.transpose(2, 3)) / self.scale
        energy = energy.masked_fill(mask == 1, float("-inf"))
        attention = self.drop_weights(energy.softmax(dim=3))
        x = (attention @ v).permute(0, 2, 1, 3).contiguous().view(B, T, C)
        return self.output(x)


class EncoderLayer(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        super(EncoderLayer, self).__init__()  # noqa: UP008
        self.norm1 = nn.LayerNorm(d_model)
        self.norm2 = nn.LayerNorm(d_model)
        self.attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("nobody", torch.zeros(1, LONGEST, dtype=torch.bool))

    def forward(self, x, key_padding_mask=None):
        if key_padding_mask is None:
            key_padding_mask = self.nobody[:, : x.size(1)].expand(x.size(0), -1)
        mask = key_padding_mask.unsqueeze(1).repeat(1, x.size(1), 1).unsqueeze(1)
        _x = self.attention(query=x, key=x, value=x, mask=mask)
        x = self.norm1(x + self.dropout(_x))
        _x = self.linear2(self.dropout(torch.relu(self.linear1(x))))
        x = self.norm2(x + self.dropout(_x))
        return x
