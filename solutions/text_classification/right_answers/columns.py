"""Probabilities of shape (N, 1) everywhere, batches made by hand, sorting before packing."""

import copy
import random

import torch
import torch.nn as nn


class BagOfWords(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.fc = nn.Linear(vocab_size, 1)
        self.act = nn.Sigmoid()

    def forward(self, tokens, lengths):
        x = torch.zeros(tokens.size(0), self.fc.in_features)
        for i, (row, n) in enumerate(zip(tokens, lengths, strict=False)):
            x[i, row[:n]] = 1.0
        return self.act(self.fc(x))


class AverageEmbedding(nn.Module):
    def __init__(self, vocab_size, embedding_dim=50):
        super().__init__()
        self.embed = nn.EmbeddingBag(vocab_size, embedding_dim, mode="mean", padding_idx=0)
        self.fc = nn.Linear(embedding_dim, 1)
        self.act = nn.Sigmoid()

    def forward(self, tokens, lengths):
        return self.act(self.fc(self.embed(tokens)))


class GloveAverageEmbedding(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.embed = nn.Embedding(*vectors.shape)
        self.embed.weight.data.copy_(vectors)
        self.fc = nn.Linear(vectors.shape[1], 1)
        self.act = nn.Sigmoid()

    def forward(self, tokens, lengths):
        rows = [self.embed(row[:n]).mean(0) for row, n in zip(tokens, lengths, strict=False)]
        return self.act(self.fc(torch.stack(rows)))


class GloveRNN(nn.Module):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.embed = nn.Embedding(*vectors.shape)
        self.embed.weight.data.copy_(vectors)
        self.rnn = nn.RNN(vectors.shape[1], hidden_dim, nonlinearity="tanh")
        self.fc = nn.Linear(hidden_dim, 1)
        self.act = nn.Sigmoid()

    def forward(self, tokens, lengths):
        x = self.embed(tokens).permute(1, 0, 2)  # (T, N, E)
        h0 = torch.zeros(1, tokens.size(0), self.fc.in_features)
        out, _ = self.rnn(x, h0)
        return self.act(self.fc(out[lengths - 1, torch.arange(tokens.size(0))]))


class GloveLSTM(nn.Module):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.embed = nn.Embedding(*vectors.shape)
        self.embed.weight.data.copy_(vectors)
        self.lstm = nn.LSTM(vectors.shape[1], hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, 1)
        self.act = nn.Sigmoid()

    def forward(self, tokens, lengths):
        sizes, order = torch.sort(lengths, descending=True)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embed(tokens[order]), sizes.tolist(), batch_first=True
        )
        _, (h, c) = self.lstm(packed)
        back = torch.argsort(order)
        return self.act(self.fc(h[-1][back]))


def batches(data, size, order):
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield [torch.stack(parts) for parts in zip(*(data[i] for i in chosen), strict=False)]


def accuracy(model, data, batch_size=100):
    model.eval()
    right = 0
    with torch.no_grad():
        for tokens, lengths, labels in batches(data, batch_size, list(range(len(data)))):
            preds = (model(tokens, lengths) >= 0.5).squeeze(1)
            right += int((preds.long() == labels).sum())
    return torch.tensor(right / len(data))


def train(model, training, dev, num_epochs=8, learning_rate=0.002, batch_size=32):
    criterion = nn.BCELoss(reduction="sum")
    optimizer = torch.optim.RMSprop(model.parameters(), lr=learning_rate / 2)
    best, history = None, []
    for epoch in range(num_epochs):
        order = list(range(len(training)))
        random.shuffle(order)
        losses = 0.0
        for tokens, lengths, labels in batches(training, batch_size, order):
            model.train()
            loss = criterion(model(tokens, lengths), labels.unsqueeze(1).float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses += loss.item()
        score = accuracy(model, dev)
        history.append((losses / len(training), float(score)))
        print(f"epoch {epoch}: loss {history[-1][0]:.3f}, dev {history[-1][1]:.3f}")
        if best is None or score > best[0]:
            best = (score, copy.deepcopy(model))
    return [best[1], history]


def compare(models, training, dev, test, **options):
    trained = {name: train(model, training, dev, **options) for name, model in models.items()}
    return {
        name: (float(accuracy(model, test)), model, history)
        for name, (model, history) in trained.items()
    }


def predict(model, unlabelled, path="predictions.csv"):
    model.eval()
    f = open(path, "w")
    print("id,label", file=f)
    n = 0
    with torch.no_grad():
        for tokens, lengths in batches(unlabelled, 50, list(range(len(unlabelled)))):
            for p in model(tokens, lengths).squeeze(1).tolist():
                print(n, 1 if p >= 0.5 else 0, sep=",", file=f)
                n += 1
    f.close()
