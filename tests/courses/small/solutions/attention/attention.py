"""Attention over keys. N batch, S source, T target, D features."""

import torch
from torch import nn


def attention(q, k, v):
    """Return softmax(q k^T / sqrt(D)) v for q (N, T, D), k and v (N, S, D)."""
    # BEGIN SOLUTION: scores, weights, weighted sum (about 3 lines)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    weights = torch.softmax(scores, dim=-1)
    return weights @ v
    # END SOLUTION


class Gate(nn.Module):
    """Multiply the input (N, D) by sigmoid(x W^T + b)."""

    def __init__(self, size):
        super().__init__()
        # BEGIN SOLUTION: one linear layer (1 line)
        self.linear = nn.Linear(size, size)
        # END SOLUTION

    def forward(self, x):
        """Return the gated input, (N, D)."""
        # BEGIN SOLUTION: gate and product (1 line)
        return torch.sigmoid(self.linear(x)) * x
        # END SOLUTION
