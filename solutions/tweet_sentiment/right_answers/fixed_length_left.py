"""Left padding to a fixed length; placeholders; sigmoid and BCELoss; a weighted sampler."""

import csv
import html
import re
from collections import Counter

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

LENGTH = 40


def read_tweets(path):
    rows = []
    f = open(path, encoding="ISO-8859-1")
    for fields in csv.reader(f):
        label, _, _, _, _, text = fields
        rows.append((text, int(label)))
    f.close()
    return rows


def to_binary(data):
    return [(text, label // 4) for text, label in data if label in (0, 4)]


def clean(text):
    text = html.unescape(text.lower())
    text = re.sub(r"https?://\S+|www\.\S+", " <url> ", text)
    text = re.sub(r"@[a-z0-9_]+", " <user> ", text)
    text = re.sub(r"(\w)\1{3,}", r"\1\1\1", text)
    text = re.sub(r"#(\S+)", r"<hashtag> \1", text).replace("<hashtag>", "hashtag")
    text = re.sub(r"n['’]t\b", " not", text)
    return text


def split(data, seed=0):
    g = torch.Generator().manual_seed(seed)
    out = [], [], []
    for y in (0, 1):
        mine = [p for p in data if p[1] == y]
        mine = [mine[i] for i in torch.randperm(len(mine), generator=g)]
        n = len(mine)
        n1, n2 = round(n * 0.6), round(n * 0.2)
        out[0].extend(mine[:n1])
        out[1].extend(mine[n1 : n1 + n2])
        out[2].extend(mine[n1 + n2 :])
    return list(out)


def tokenize(text):
    return re.findall(r"<\w+>|[a-z0-9']+|[^\w\s]", text)


def build_vocabulary(token_lists, min_count=2):
    c = Counter()
    for t in token_lists:
        c.update(t)
    words = sorted(w for w in c if c[w] >= min_count and w not in ("<pad>", "<unk>"))
    vocab = {w: i + 2 for i, w in enumerate(words)}
    vocab["<pad>"] = 0
    vocab["<unk>"] = 1
    return vocab


def encode(tokens, vocabulary):
    return [vocabulary.get(t, vocabulary["<unk>"]) for t in tokens]


def tensor_of(texts, vocabulary):
    x = np.zeros((len(texts), LENGTH), dtype=np.int64)
    for i, t in enumerate(texts):
        ids = encode(tokenize(clean(t)), vocabulary)[:LENGTH]
        if ids:
            x[i, -len(ids) :] = ids
    return torch.from_numpy(x)


class Classifier(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.emb = nn.Embedding(n, 48)
        self.rnn = nn.GRU(48, 48, batch_first=True)
        self.out = nn.Linear(48, 1)

    def forward(self, x):
        h, _ = self.rnn(self.emb(x))
        return torch.sigmoid(self.out(h[:, -1]))


def train(texts, labels, val_texts, val_labels, num_epochs=6):
    vocab = build_vocabulary([tokenize(clean(t)) for t in texts])
    net = Classifier(len(vocab))
    data = TensorDataset(tensor_of(texts, vocab), torch.tensor(labels).float().unsqueeze(1))
    opt = torch.optim.Adam(net.parameters(), lr=0.003)
    loss_fn = nn.BCELoss()
    share = sum(labels) / len(labels)
    each = [0.5 / share if y else 0.5 / (1 - share) for y in labels]
    sampler = WeightedRandomSampler(each, len(labels))
    for _ in range(num_epochs):
        for x, y in DataLoader(data, batch_size=32, sampler=sampler):
            opt.zero_grad()
            loss = loss_fn(net(x), y)
            loss.backward()
            opt.step()
    return {"net": net, "vocab": vocab}


def predict(model, texts):
    model["net"].eval()
    with torch.no_grad():
        return model["net"](tensor_of(texts, model["vocab"])).squeeze(1).numpy()
