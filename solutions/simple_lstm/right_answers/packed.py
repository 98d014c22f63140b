"""Packed sequences of full length, numpy for the matrix, the same seed before each run."""

import copy

import numpy as np
import torch
import torch.nn as nn
from helper import train
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class SimpleLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_layers=1,
                 lstm_dropout_prob=0.5, dropout_prob=0.3):  # fmt: skip
        super().__init__()
        dropout = 0 if num_layers == 1 else lstm_dropout_prob
        self.embedding = nn.Embedding(vocab_size, embedding_dim, 0)
        self.encoder = nn.LSTM(embedding_dim, hidden_dim, num_layers, dropout=dropout)
        self.decoder = nn.Sequential(
            nn.Dropout(dropout_prob), nn.Linear(hidden_dim, 1), nn.Sigmoid()
        )

    def forward(self, tokens):
        lengths = torch.full((tokens.shape[0],), tokens.shape[1])
        packed = pack_padded_sequence(self.embedding(tokens.t()), lengths)
        states, lengths = pad_packed_sequence(self.encoder(packed)[0])
        last = states.gather(0, (lengths - 1).view(1, -1, 1).expand(1, -1, states.shape[2]))
        return self.decoder(last.squeeze(0))


def embedding_matrix(words, known_words, vectors):
    if len(known_words) != len(vectors):
        raise ValueError(f"{len(known_words)} words but {len(vectors)} vectors")
    known = vectors.numpy()
    order = np.argsort(np.array(known_words))
    names = np.array(known_words)[order]
    places = np.searchsorted(names, np.array(words)).clip(max=len(names) - 1)
    found = names[places] == np.array(words)
    found[0] = False
    matrix = np.where(found[:, None], known[order[places]], 0)
    return torch.tensor(matrix, dtype=torch.float32)


def pretrained_model(matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3,
                     freeze=False):  # fmt: skip
    model = SimpleLSTM(*matrix.size(), hidden_dim, num_layers=num_layers,
                       lstm_dropout_prob=lstm_dropout_prob, dropout_prob=dropout_prob)  # fmt: skip
    model.embedding.weight = nn.Parameter(matrix.detach().clone(), requires_grad=not freeze)
    return model


def three_runs(train_data, test_data, matrix, hidden_dim, num_epochs=5, learning_rate=0.002,
               batch_size=50, **options):  # fmt: skip
    torch.manual_seed(17)
    scratch = SimpleLSTM(*matrix.size(), hidden_dim, **options)
    frozen, tuned = copy.deepcopy(scratch), copy.deepcopy(scratch)
    for model in (frozen, tuned):
        with torch.no_grad():
            for row in range(len(matrix)):
                model.embedding.weight[row] = matrix[row]
    frozen.embedding.requires_grad_(False)
    runs = {}
    for name, model in (("frozen", frozen), ("fine-tuned", tuned), ("scratch", scratch)):
        torch.manual_seed(18)
        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, weight_decay=1e-6)
        runs[name] = train(model, optimizer, train_data, test_data, num_epochs, batch_size)
    return runs
