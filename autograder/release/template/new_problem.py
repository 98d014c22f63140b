"""A new problem: standardised columns, a loss with its gradient, a network and its training.

Axes: N rows, D columns, H hidden units. Check your work with `python check.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from jaxtyping import Float


def standardise(x: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N D"]:
    """Return `x` with mean 0 and standard deviation 1 in each column.

    x: a table of shape (N, D) without constant columns.
    Returns a new array of shape (N, D).
    """
    # BEGIN SOLUTION: subtract the mean of each column and divide by its deviation (about 2 lines)
    deviations = x - x.mean(axis=0)  # (N, D)
    return deviations / np.sqrt((deviations**2).mean(axis=0))
    # END SOLUTION


def squared_error(
    w: Float[np.ndarray, " D"], x: Float[np.ndarray, "N D"], t: Float[np.ndarray, " N"]
) -> tuple[float, Float[np.ndarray, " D"]]:
    """Return the loss sum((x w - t)^2) / (2 N) and its gradient with respect to `w`.

    w: weights of shape (D,).
    x: inputs of shape (N, D).
    t: targets of shape (N,).
    Returns a tuple of
    - the loss, a number;
    - its gradient with respect to `w`, of shape (D,).
    """
    # BEGIN SOLUTION: compute the residuals, then the loss and its gradient (about 2 lines)
    residuals = x @ w - t  # (N,)
    return float((residuals**2).mean() / 2), x.T @ residuals / len(t)
    # END SOLUTION


class Perceptron(nn.Module):
    """A network with one hidden layer: linear, ReLU, linear, one logit for each row."""

    def __init__(self, D: int, H: int) -> None:
        """Prepare layers for inputs of D columns and H hidden units."""
        super().__init__()
        # BEGIN SOLUTION: create the two linear layers (about 2 lines)
        self.hidden = nn.Linear(D, H)
        self.output = nn.Linear(H, 1)
        # END SOLUTION

    def forward(self, x: Float[Tensor, "N D"]) -> Float[Tensor, " N"]:
        """Return the logits of shape (N,) for `x` of shape (N, D)."""
        # BEGIN SOLUTION: send x through both layers and drop the last axis (about 1 line)
        return self.output(self.hidden(x).relu()).squeeze(-1)
        # END SOLUTION


def train(
    model: nn.Module,
    x: Float[Tensor, "N D"],
    t: Float[Tensor, " N"],
    num_epochs: int = 200,
    learning_rate: float = 0.03,
) -> list[float]:
    """Train `model` in place with Adam on all rows at once and return the loss of each epoch.

    model: a network that gives a logit for each row.
    x: inputs of shape (N, D).
    t: targets of shape (N,), each 0.0 or 1.0.
    num_epochs: how many steps to take.
    learning_rate: the step size of Adam.
    """
    loss_function = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses: list[float] = []
    for _ in range(num_epochs):
        # BEGIN SOLUTION: make one step of the optimiser and keep the loss (about 5 lines)
        optimizer.zero_grad()
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        # END SOLUTION
    return losses
