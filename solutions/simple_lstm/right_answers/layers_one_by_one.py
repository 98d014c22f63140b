"""Several LSTMs of one layer, the last hidden state reshaped, dropout in a list of modules."""

from itertools import pairwise

import torch
from helper import PAD, UNKNOWN, train
from torch import nn


class SimpleLSTM(nn.Module):
    def __init__(
        self,
        vocab_size,
        embedding_dim,
        hidden_dim,
        num_layers=1,
        lstm_dropout_prob=0.5,
        dropout_prob=0.3,
    ):
        super().__init__()
        self.linear = nn.Linear(in_features=hidden_dim, out_features=1)
        self.vectors = nn.Embedding(vocab_size, embedding_dim)
        widths = [embedding_dim] + [hidden_dim] * num_layers
        self.lstms = nn.ModuleList(
            nn.LSTM(before, after, batch_first=True) for before, after in pairwise(widths)
        )
        self.drops = nn.ModuleList(nn.Dropout(lstm_dropout_prob) for _ in range(num_layers - 1))
        self.drops.append(nn.Dropout(dropout_prob))

    def forward(self, tokens):
        sequence = self.vectors(tokens)
        for lstm, drop in zip(self.lstms, self.drops, strict=True):
            sequence = drop(lstm(sequence)[0])
        logits = self.linear(sequence)[:, -1]
        return 1 / (1 + torch.exp(-logits))


def embedding_matrix(words, known_words, vectors):
    if len(known_words) != len(vectors):
        raise ValueError("known_words and vectors must have the same length")
    matrix = torch.rand(len(words), vectors.shape[1]) - 0.5
    rows = {word: row for row, word in enumerate(words)}
    for word, vector in zip(known_words, vectors, strict=True):
        if word in rows:
            matrix[rows[word], :] = vector
    matrix[UNKNOWN] = vectors.mean(dim=0)
    matrix[PAD] *= 0
    return matrix


def pretrained_model(
    matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3, freeze=False
):
    model = SimpleLSTM(*matrix.shape, hidden_dim, num_layers, lstm_dropout_prob, dropout_prob)
    model.vectors.load_state_dict({"weight": matrix})
    for parameter in model.vectors.parameters():
        parameter.requires_grad = not freeze
    return model


def three_runs(
    train_data,
    test_data,
    matrix,
    hidden_dim,
    num_epochs=5,
    learning_rate=0.002,
    batch_size=50,
    **options,
):
    runs = {}
    for name in ["scratch", "fine-tuned", "frozen"]:
        model = pretrained_model(matrix, hidden_dim, freeze=(name == "frozen"), **options)
        if name == "scratch":
            model = SimpleLSTM(*matrix.shape, hidden_dim, **options)
        optimizer = torch.optim.Adam(params=model.parameters(), lr=learning_rate)
        runs[name] = train(
            model=model,
            optimizer=optimizer,
            train_data=train_data,
            test_data=test_data,
            num_epochs=num_epochs,
            batch_size=batch_size,
        )
    return runs


class CustomLSTM(nn.Module):
    def __init__(self, matrix):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(matrix.clone(), freeze=False, padding_idx=0)
        self.gru = nn.GRU(matrix.shape[1], 48, bidirectional=True, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(96, 1), nn.Sigmoid())

    def forward(self, tokens):
        _, hidden = self.gru(self.embedding(tokens))
        return self.head(torch.cat([hidden[-2], hidden[-1]], dim=-1))
