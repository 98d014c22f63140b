"""A loop over time with one LSTMCell for each layer, and functional dropout and sigmoid."""

import helper
import torch
import torch.nn.functional as F
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
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.cells = nn.ModuleList(
            nn.LSTMCell(embedding_dim if i == 0 else hidden_dim, hidden_dim)
            for i in range(num_layers)
        )
        self.out = nn.Linear(hidden_dim, 1)
        self.p_between, self.p_last = lstm_dropout_prob, dropout_prob

    def forward(self, x):
        states = [None] * len(self.cells)
        for t in range(x.shape[1]):
            below = self.embed(x[:, t])
            for i, cell in enumerate(self.cells):
                if i > 0:
                    below = F.dropout(below, self.p_between, self.training)
                states[i] = cell(below, states[i])
                below = states[i][0]
        return self.out(F.dropout(below, self.p_last, self.training)).sigmoid()


def embedding_matrix(words, known_words, vectors):
    if len(known_words) != len(vectors):
        raise ValueError("one vector for each known word is needed")
    index = {w: i for i, w in enumerate(known_words)}
    mean = vectors.mean(0)
    rows = [vectors[index[w]] if w in index else mean for w in words]
    rows[helper.PAD] = torch.zeros_like(mean)
    return torch.stack(rows)


def pretrained_model(
    matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3, freeze=False
):
    vocabulary, length = matrix.shape
    model = SimpleLSTM(vocabulary, length, hidden_dim, num_layers, lstm_dropout_prob, dropout_prob)
    model.embed = nn.Embedding.from_pretrained(matrix.clone(), freeze=freeze)
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
    models = {
        "scratch": SimpleLSTM(*matrix.shape, hidden_dim, **options),
        "frozen": pretrained_model(matrix, hidden_dim, freeze=True, **options),
        "fine-tuned": pretrained_model(matrix, hidden_dim, **options),
    }
    return {
        name: helper.train(
            model,
            torch.optim.Adam(model.parameters(), learning_rate),
            train_data,
            test_data,
            num_epochs=num_epochs,
            batch_size=batch_size,
        )
        for name, model in models.items()
    }
