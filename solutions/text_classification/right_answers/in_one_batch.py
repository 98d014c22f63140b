"""Adagrad, an own loop over permutations, stacked recurrent modules, sparse bags."""

import torch
from torch import nn, sigmoid


class BagOfWords(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.w = nn.EmbeddingBag(vocab_size, 1, mode="sum", padding_idx=0)
        nn.init.zeros_(self.w.weight)
        self.b = nn.Parameter(torch.zeros(()))

    def forward(self, tokens, lengths):
        ordered = tokens.sort(dim=1).values
        again = torch.zeros_like(ordered, dtype=torch.bool)
        again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
        return sigmoid(self.w(ordered.masked_fill(again, 0))[:, 0] + self.b)


class Mean(nn.Module):
    def forward(self, embedded, lengths):
        steps = torch.arange(embedded.shape[1]).expand(len(lengths), -1)
        inside = steps.lt(lengths[:, None])
        return torch.stack([e[keep].mean(dim=0) for e, keep in zip(embedded, inside, strict=True)])


class AverageEmbedding(nn.Module):
    def __init__(self, vocab_size, embedding_dim=50):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, embedding_dim)
        self.lookup.weight.data.normal_(0, 0.1)
        self.pool, self.head = Mean(), nn.Linear(embedding_dim, 1)

    def forward(self, tokens, lengths):
        return sigmoid(self.head(self.pool(self.lookup(tokens), lengths))).squeeze(dim=1)


class GloveAverageEmbedding(AverageEmbedding):
    def __init__(self, vectors):
        super().__init__(*vectors.shape)
        self.lookup.weight.data = vectors.clone()


class GloveRNN(nn.Module):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.lookup = nn.Embedding(*vectors.shape)
        self.lookup.weight.data = vectors.clone()
        self.layer = nn.RNN(vectors.shape[1], hidden_dim, nonlinearity="relu", batch_first=True)
        nn.init.eye_(self.layer.weight_hh_l0)
        self.head = nn.Linear(hidden_dim, 1)

    def forward(self, tokens, lengths):
        every_step = sigmoid(self.head(self.layer(self.lookup(tokens))[0]))  # (N, T, 1)
        return every_step[range(len(tokens)), lengths - 1, 0]


class GloveLSTM(nn.Module):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.lookup = nn.Embedding(*vectors.shape)
        self.lookup.weight.data = vectors.clone()
        self.first = nn.LSTM(vectors.shape[1], hidden_dim, batch_first=True)
        self.second = nn.LSTM(hidden_dim, hidden_dim, batch_first=True)
        self.head = nn.Linear(hidden_dim, 1)

    def forward(self, tokens, lengths):
        states = self.second(self.first(self.lookup(tokens))[0])[0]
        last = torch.stack([row[n - 1] for row, n in zip(states, lengths, strict=True)])
        return sigmoid(self.head(last)).squeeze(dim=1)


def accuracy(model, data, batch_size=100):
    model.eval()
    parts = [tensor.split(batch_size) for tensor in data.tensors]
    with torch.no_grad():
        right = sum(
            torch.eq(model(x, n).gt(0.5), y.bool()).sum() for x, n, y in zip(*parts, strict=True)
        )
    return right.item() / len(data.tensors[0])


def train(model, training, dev, num_epochs=8, learning_rate=0.03, batch_size=16):
    x, n, y = training.tensors
    y = y.float()
    step = torch.optim.Adagrad(model.parameters(), lr=learning_rate)
    kept, history = {}, []
    for epoch in range(num_epochs):
        total = 0.0
        for chosen in torch.randperm(len(y)).split(batch_size):
            model.train()
            longest = n[chosen].max()
            loss = nn.functional.binary_cross_entropy(
                model(x[chosen, :longest], n[chosen]), y[chosen]
            )
            step.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            step.step()
            total += float(loss.detach()) * len(chosen)
        history.append((total / len(y), accuracy(model, dev)))
        kept[epoch] = [p.detach().clone() for p in model.parameters()]
    best = max(kept, key=lambda epoch: history[epoch][1])
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), kept[best], strict=True):
            parameter.copy_(value)
    return model, history


def compare(models, training, dev, test, **options):
    results = {}
    for name, model in models.items():
        best, history = train(model, training, dev, **options)
        results[name] = accuracy(best, test), best, history
    return results


def predict(model, unlabelled, path="predictions.csv"):
    model.eval()
    x, n = unlabelled.tensors
    with torch.no_grad():
        p = torch.cat([model(a, b) for a, b in zip(x.split(128), n.split(128), strict=True)])
    with open(path, "w") as out:
        out.write("id,label\r\n")
        for i in range(len(p)):
            out.write(str(i) + "," + str((p[i] > 0.5).long().item()) + "\r\n")
