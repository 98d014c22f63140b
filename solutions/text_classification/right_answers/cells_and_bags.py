"""Cells in loops with masks, EmbeddingBag for the bag of words, log-likelihood by hand, files."""

import os
import tempfile

import torch
from torch import nn
from torch.utils.data import DataLoader


class BagOfWords(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.weights = nn.Embedding(vocab_size, 1)
        nn.init.zeros_(self.weights.weight)
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, tokens, lengths):
        logits = []
        for row in tokens:
            words = torch.unique(row[row != 0])
            logits.append(self.weights(words).sum() + self.bias[0])
        return torch.stack(logits).sigmoid()


class AverageEmbedding(nn.Module):
    def __init__(self, vocab_size, embedding_dim=50):
        super().__init__()
        table = torch.empty(vocab_size, embedding_dim).uniform_(-0.25, 0.25)
        self.table = nn.Parameter(table)
        self.fc = nn.Linear(embedding_dim, 1)

    def forward(self, tokens, lengths):
        mask = tokens.ne(0).float()
        mask = mask / mask.sum(dim=1, keepdim=True)
        mean = torch.einsum("nt,nte->ne", mask, self.table[tokens])
        return self.fc(mean).sigmoid().view(-1)


class GloveAverageEmbedding(AverageEmbedding):
    def __init__(self, vectors):
        super().__init__(*vectors.shape)
        self.table = nn.Parameter(vectors.detach().clone())


class Recurrent(nn.Module):
    def __init__(self, vectors, cell):
        super().__init__()
        self.word_embeddings = nn.Embedding(vectors.shape[0], vectors.shape[1])
        self.word_embeddings.load_state_dict({"weight": vectors})
        self.word_embeddings.weight.requires_grad = True
        self.cell = cell
        self.hidden2out = nn.Linear(cell.hidden_size, 1)

    def forward(self, tokens, lengths):
        state = None
        for t in range(tokens.shape[1]):
            new = self.cell(self.word_embeddings(tokens[:, t]), state)
            alive = (t < lengths).unsqueeze(1)
            if state is None:
                state = new
            elif isinstance(new, tuple):
                state = tuple(torch.where(alive, a, b) for a, b in zip(new, state, strict=True))
            else:
                state = torch.where(alive, new, state)
        h = state[0] if isinstance(state, tuple) else state
        return torch.sigmoid(self.hidden2out(h)).squeeze(-1)


class GloveRNN(Recurrent):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__(vectors, nn.RNNCell(vectors.shape[1], hidden_dim))


class GloveLSTM(Recurrent):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__(vectors, nn.LSTMCell(vectors.shape[1], hidden_dim))


def accuracy(model, data, batch_size=100):
    was_training = model.training
    model.train(False)
    matrix = torch.zeros(2, 2)
    with torch.inference_mode():
        for tokens, lengths, labels in DataLoader(data, batch_size):
            guesses = (model(tokens, lengths) > 0.5).int()
            for label, guess in zip(labels, guesses, strict=True):
                matrix[label, guess] += 1
    model.train(was_training)
    return (matrix.trace() / matrix.sum()).item()


def train(model, training, dev, num_epochs=8, learning_rate=0.003, batch_size=32):
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    curve = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.pt")
        for _ in range(num_epochs):
            model.train()
            loss_sum, count = 0.0, 0
            for tokens, lengths, labels in DataLoader(training, batch_size, shuffle=True):
                p = model(tokens, lengths).clamp(1e-6, 1 - 1e-6)
                nll = -(labels * p.log() + (1 - labels) * (1 - p).log())
                optimizer.zero_grad(set_to_none=True)
                nll.mean().backward()
                optimizer.step()
                loss_sum += nll.sum().item()
                count += len(labels)
            dev_accuracy = accuracy(model, dev)
            if not curve or dev_accuracy > max(value for _, value in curve):
                torch.save(model.state_dict(), path)
            curve.append((loss_sum / count, dev_accuracy))
        model.load_state_dict(torch.load(path))
    return model, curve


def compare(models, training, dev, test, **options):
    out = dict()
    for key, net in models.items():
        net, curve = train(net, training, dev, **options)
        out[key] = (accuracy(net, test, batch_size=len(test)), net, curve)
    return out


def predict(model, unlabelled, path="predictions.csv"):
    tokens, lengths = unlabelled.tensors
    with torch.no_grad():
        labels = model.eval()(tokens, lengths) > 0.5
    rows = [f"{i},{label:d}\n" for i, label in enumerate(labels.tolist())]
    with open(path, "w") as file:
        file.writelines(["id,label\n", *rows])
