"""Written from the handout and the skeleton alone, with their docstrings left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from helper import PAD, Run, train
from torch import Tensor, nn
from torch.utils.data import Dataset

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class SimpleLSTM(nn.Module):
    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int,
        hidden_dim: int,
        num_layers: int = 1,
        lstm_dropout_prob: float = 0.5,
        dropout_prob: float = 0.3,
    ) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(vocab_size, embedding_dim)
        if num_layers == 1:
            self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True)
        else:
            self.lstm = nn.LSTM(
                embedding_dim,
                hidden_dim,
                num_layers=num_layers,
                dropout=lstm_dropout_prob,
                batch_first=True,
            )
        self.drop = nn.Dropout(dropout_prob)
        self.fully_connected = nn.Linear(hidden_dim, 1)

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B 1"]:
        states, _ = self.lstm(self.embeddings(tokens.long()))
        thought = states[:, -1, :]
        return torch.sigmoid(self.fully_connected(self.drop(thought)))


def embedding_matrix(
    words: Sequence[str], known_words: Sequence[str], vectors: Float[Tensor, "K E"]
) -> Float[Tensor, "V E"]:
    if len(known_words) != len(vectors):
        raise ValueError(f"There are {len(known_words)} known words but {len(vectors)} vectors.")
    matrix = torch.zeros((len(words), vectors.shape[1]), dtype=torch.float32)
    where = {}
    for k in range(len(known_words)):
        where[known_words[k]] = k
    for i in range(len(words)):
        try:
            matrix[i] = vectors[where[words[i]]]
        except KeyError:
            continue
    matrix[PAD] = torch.zeros(vectors.shape[1])
    return matrix


def pretrained_model(
    matrix: Float[Tensor, "V E"],
    hidden_dim: int,
    num_layers: int = 1,
    lstm_dropout_prob: float = 0.5,
    dropout_prob: float = 0.3,
    freeze: bool = False,
) -> SimpleLSTM:
    model = SimpleLSTM(
        vocab_size=len(matrix),
        embedding_dim=matrix.shape[1],
        hidden_dim=hidden_dim,
        num_layers=num_layers,
        lstm_dropout_prob=lstm_dropout_prob,
        dropout_prob=dropout_prob,
    )
    model.embeddings.weight = nn.Parameter(torch.clone(matrix))
    if freeze is True:
        model.embeddings.weight.requires_grad = False
    return model


def three_runs(
    train_data: Dataset,
    test_data: Dataset,
    matrix: Float[Tensor, "V E"],
    hidden_dim: int,
    num_epochs: int = 5,
    learning_rate: float = 0.002,
    batch_size: int = 50,
    **options: float,
) -> dict[str, Run]:
    runs = {}
    for name in ("scratch", "frozen", "fine-tuned"):
        if name == "scratch":
            model = SimpleLSTM(len(matrix), matrix.shape[1], hidden_dim, **options)
        elif name == "frozen":
            model = pretrained_model(matrix, hidden_dim, freeze=True, **options)
        else:
            model = pretrained_model(matrix, hidden_dim, freeze=False, **options)
        adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
        runs[name] = train(
            model, adam, train_data, test_data, num_epochs=num_epochs, batch_size=batch_size
        )
    return runs


class CustomLSTM(nn.Module):
    def __init__(self, matrix: Float[Tensor, "V E"]) -> None:
        super().__init__()
        self.embeddings = nn.Embedding.from_pretrained(matrix.clone(), freeze=False)
        self.first = nn.Linear(matrix.shape[1], 50)
        self.second = nn.Linear(50, 1)

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B 1"]:
        return torch.sigmoid(self.second(torch.relu(self.first(self.embeddings(tokens).mean(1)))))
