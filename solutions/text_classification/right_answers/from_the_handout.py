"""Logits inside, one base class, a GRU in both directions, an LSTM of two layers, clipping."""

import torch
from torch import nn, optim
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader


class Classifier(nn.Module):
    def features(self, tokens, lengths):
        raise NotImplementedError

    def forward(self, tokens, lengths):
        logits = self.out(self.features(tokens, lengths))
        return torch.sigmoid(logits[:, 0])


class BagOfWords(Classifier):
    def __init__(self, vocab_size):
        super().__init__()
        self.vocab_size = vocab_size
        self.out = nn.Linear(vocab_size, 1)

    def features(self, tokens, lengths):
        bags = [torch.bincount(row, minlength=self.vocab_size) for row in tokens]
        bag = torch.stack(bags).clamp(max=1).float()
        return torch.cat([torch.zeros(len(tokens), 1), bag[:, 1:]], dim=1)


class AverageEmbedding(Classifier):
    def __init__(self, vocab_size, embedding_dim=50):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.out = nn.Linear(embedding_dim, 1)

    def features(self, tokens, lengths):
        return self.emb(tokens).sum(1) / lengths[:, None].float()


class GloveAverageEmbedding(AverageEmbedding):
    def __init__(self, vectors):
        super().__init__(vectors.size(0), vectors.size(1))
        with torch.no_grad():
            self.emb.weight.copy_(vectors)


class GloveRNN(Classifier):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.emb = nn.Embedding.from_pretrained(torch.clone(vectors), freeze=False, padding_idx=0)
        self.gru = nn.GRU(vectors.size(1), hidden_dim, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden_dim, 1)

    def features(self, tokens, lengths):
        packed = pack_padded_sequence(
            self.emb(tokens), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        _, h = self.gru(packed)
        return torch.cat([h[0], h[1]], dim=1)


class GloveLSTM(Classifier):
    def __init__(self, vectors, hidden_dim=64):
        super().__init__()
        self.emb = nn.Embedding.from_pretrained(torch.clone(vectors), freeze=False, padding_idx=0)
        self.lstm = nn.LSTM(
            vectors.size(1), hidden_dim, num_layers=2, batch_first=True, dropout=0.2
        )
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(hidden_dim, 1)

    def features(self, tokens, lengths):
        packed = pack_padded_sequence(
            self.emb(tokens), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        outputs, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, outputs.size(2))
        return self.drop(outputs.gather(1, index).squeeze(1))


@torch.no_grad()
def accuracy(model, data, batch_size=100):
    model.eval()
    hits = []
    for tokens, lengths, labels in DataLoader(data, batch_size=batch_size, shuffle=False):
        hits += (torch.round(model(tokens, lengths)) == labels).tolist()
    return sum(hits) / len(hits)


def train(model, training, dev, num_epochs=6, learning_rate=0.002, batch_size=32):
    opt = optim.Adam(model.parameters(), lr=learning_rate)
    loss_fn = nn.BCELoss()
    batches = DataLoader(training, batch_size, shuffle=True)
    best_state, best_acc, history = None, -1, []
    for _ in range(num_epochs):
        model.train()
        total = 0
        for tokens, lengths, labels in batches:
            model.zero_grad()
            loss = loss_fn(model(tokens, lengths), labels.to(torch.float32))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5)
            opt.step()
            total += loss.item()
        acc = accuracy(model, dev)
        history.append((total / len(batches), acc))
        if acc >= best_acc:
            best_acc = acc
            best_state = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(best_state)
    return model, history


def compare(models, training, dev, test, **options):
    table = {}
    for name in models:
        trained, history = train(models[name], training, dev, **options)
        table[name] = accuracy(trained, test), trained, history
    return table


def predict(model, unlabelled, path="predictions.csv"):
    model.eval()
    lines = ["id,label"]
    with torch.inference_mode():
        for tokens, lengths in DataLoader(unlabelled, batch_size=64):
            for p in model(tokens, lengths):
                lines.append(f"{len(lines) - 1},{int(p > 0.5)}")
    with open(path, "w") as f:
        f.write("\n".join(lines))
