"""Subclasses, one name for two recurrent layers, dropout, a loss of logits, numpy."""

import copy

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


def multi_hot(tokens, size):
    out = np.zeros((len(tokens), size), dtype=np.float32)
    for i, row in enumerate(tokens.numpy()):
        out[i, list(set(row.tolist()) - {0})] = 1
    return torch.from_numpy(out)


class BagOfWords(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.size = vocab_size
        self.net = nn.Sequential(nn.Linear(vocab_size, 1), nn.Sigmoid())

    def forward(self, tokens, lengths):
        return self.net(multi_hot(tokens, self.size)).flatten()


class AverageEmbedding(nn.Module):
    def __init__(self, vocab_size, embedding_dim=50, weights=None):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0, _weight=weights)
        self.dropout = nn.Dropout(0.2)
        self.net = nn.Sequential(nn.Linear(embedding_dim, 1), nn.Sigmoid())

    def forward(self, tokens, lengths):
        e = self.dropout(self.embedding(tokens))
        e = e.masked_fill((tokens == 0).unsqueeze(-1), 0)
        return self.net(e.sum(dim=1) / lengths.view(-1, 1)).flatten()


class GloveAverageEmbedding(AverageEmbedding):
    def __init__(self, vectors):
        super().__init__(vectors.shape[0], vectors.shape[1], vectors.clone())


class GloveRNN(nn.Module):
    recurrent = nn.RNN

    def __init__(self, vectors, hidden_dim=64, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(len(vectors), vectors.shape[1], padding_idx=0)
        for i in range(len(vectors)):
            self.embedding.weight.data[i] = vectors[i]
        self.encoder = self.recurrent(
            vectors.shape[1], hidden_dim, num_layers, batch_first=True, bidirectional=True
        )
        self.net = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * hidden_dim, 1), nn.Sigmoid())

    def forward(self, tokens, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False
        )
        _, state = self.encoder(packed)
        h = state[0] if isinstance(state, tuple) else state
        h = h.view(self.encoder.num_layers, 2, len(tokens), -1)[-1]
        return self.net(h.transpose(0, 1).reshape(len(tokens), -1)).flatten()


class GloveLSTM(GloveRNN):
    recurrent = nn.LSTM


def accuracy(model, data, batch_size=100):
    model.eval()
    guesses, labels = [], []
    with torch.no_grad():
        for tokens, lengths, y in DataLoader(data, batch_size=batch_size):
            guesses.append(model(tokens, lengths).round())
            labels.append(y)
    return (torch.cat(guesses) == torch.cat(labels)).float().mean().item()


def train(model, training, dev, num_epochs=7, learning_rate=0.003, batch_size=50):
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trainable, lr=learning_rate)
    criterion = nn.BCEWithLogitsLoss()
    best, top, history = copy.deepcopy(model), 0.0, []
    for _ in range(num_epochs):
        model.train()
        losses = []
        for tokens, lengths, labels in DataLoader(training, batch_size, shuffle=True):
            optimizer.zero_grad()
            p = model(tokens, lengths)
            loss = criterion(torch.logit(p, eps=1e-7), labels.float())
            loss.backward()
            torch.nn.utils.clip_grad_value_(trainable, 1.0)
            optimizer.step()
            losses.append(loss.item())
        dev_acc = accuracy(model, dev)
        history.append((float(np.mean(losses)), dev_acc))
        if dev_acc > top:
            best.load_state_dict(model.state_dict())
            top = dev_acc
    return best, history


def compare(models, training, dev, test, **options):
    results = {}
    for name, model in models.items():
        model, history = train(model, training, dev, **options)
        results[name] = [accuracy(model, test), model, history]
    return results


def predict(model, unlabelled, path="predictions.csv"):
    model.eval()
    labels = []
    with torch.no_grad():
        for tokens, lengths in DataLoader(unlabelled, batch_size=1):
            labels.append(round(float(model(tokens, lengths))))
    table = np.column_stack([np.arange(len(labels)), labels])
    np.savetxt(path, table, fmt="%d", delimiter=",", header="id,label", comments="")
