"""Bidirectional GRU, a masked mean and a maximum over time; the network holds its words."""

import csv
import re
from collections import Counter
from html import unescape

import numpy as np
import torch
from torch import nn

CONTRACTIONS = {"can't": "can not", "won't": "will not", "shan't": "shall not"}


def read_tweets(path):
    with open(path, encoding="latin_1") as f:
        return [(r[5], int(r[0])) for r in csv.reader(f)]


def to_binary(data):
    return [(t, 1 if y == 4 else 0) for t, y in data if y != 2]


def clean(text):
    text = unescape(unescape(text)).lower().replace("`", "'").replace("’", "'")
    text = re.sub(r"((https?://)|(www\.))[^\s]+", "HTTPURL", text)
    text = re.sub(r"@\w+", "@USER", text)
    for short, long in CONTRACTIONS.items():
        text = re.sub(rf"\b{short}\b", long, text)
    text = re.sub(r"n't\b", " not", text)
    text = re.sub(r"#(\w+)", r"\1", text)
    text = re.sub(r"(\w)\1{2,}", r"\1\1", text)
    text = re.sub(r"\d+", "", text)
    return text


def split(data, seed=0):
    state = np.random.RandomState(seed)
    keys = state.rand(len(data))
    parts = ([], [], [])
    for wanted in sorted(set(y for _, y in data)):
        order = sorted((i for i, p in enumerate(data) if p[1] == wanted), key=lambda i: keys[i])
        for rank, i in enumerate(order):
            share = (rank + 0.5) / len(order)
            parts[0 if share < 0.6 else 1 if share < 0.8 else 2].append(tuple(data[i]))
    return parts


def tokenize(text):
    return re.findall(r"@?\w+(?:'\w+)?|[^\w\s]+", text)


def build_vocabulary(token_lists, min_count=2):
    counter = Counter()
    for tokens in token_lists:
        counter.update(list(tokens))
    ids = {"<pad>": 0, "<unk>": 1}
    for word, n in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
        if n < min_count:
            break
        if word in ids:
            continue
        ids[word] = max(ids.values()) + 1
    return ids


def encode(tokens, vocabulary):
    return torch.tensor([vocabulary.get(t, 1) for t in tokens], dtype=torch.long)


class Pooled(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.vocabulary = vocabulary
        self.embeddings = nn.Embedding(max(vocabulary.values()) + 1, 50, padding_idx=0)
        self.encoder = nn.GRU(50, 40, bidirectional=True, batch_first=True)
        self.dense = nn.Sequential(nn.Dropout(0.3), nn.Linear(160, 1))

    def forward(self, texts):
        rows = [encode(tokenize(clean(t)), self.vocabulary) for t in texts]
        rows = [r if len(r) else torch.tensor([1]) for r in rows]
        lengths = torch.tensor([len(r) for r in rows])
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        x = nn.utils.rnn.pack_padded_sequence(
            self.embeddings(ids), lengths, batch_first=True, enforce_sorted=False
        )
        h, _ = nn.utils.rnn.pad_packed_sequence(self.encoder(x)[0], batch_first=True)
        mask = (ids != 0).unsqueeze(2)
        mean = (h * mask).sum(1) / mask.sum(1)
        top = h.masked_fill(~mask, -1e9).max(1).values
        return self.dense(torch.cat([mean, top], 1)).squeeze(1)


def train(texts, labels, val_texts, val_labels, num_epochs=6):
    model = Pooled(build_vocabulary([tokenize(clean(t)) for t in texts]))
    y = torch.as_tensor(labels, dtype=torch.float)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    criterion = nn.BCEWithLogitsLoss(reduction="none")
    weight = torch.where(
        y > 0.5, 0.5 / y.mean().clamp(min=0.01), 0.5 / (1 - y.mean()).clamp(min=0.01)
    )
    for _ in range(num_epochs):
        model.train()
        for chosen in torch.utils.data.BatchSampler(
            torch.utils.data.RandomSampler(range(len(texts))), 50, drop_last=False
        ):
            optimizer.zero_grad()
            (
                weight[chosen] * criterion(model([texts[i] for i in chosen]), y[chosen])
            ).mean().backward()
            optimizer.step()
    return model


def predict(model, texts):
    model.eval()
    with torch.no_grad():
        return torch.cat(
            [torch.sigmoid(model(texts[i : i + 100])) for i in range(0, len(texts), 100)]
        ).tolist()
