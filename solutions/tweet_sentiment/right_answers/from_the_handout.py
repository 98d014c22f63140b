"""Two layers of a GRU, time first, the output at the last real token; rare classes weigh more."""

import csv
import html
import re

import torch
from torch import nn

USER = re.compile(r"@[A-Za-z0-9_]+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)
MANY = re.compile(r"([^\W\d_])\1{3,}")


def read_tweets(path):
    data = []
    with open(path, encoding="latin-1", newline="") as file:
        for label, _id, _date, _query, _user, text in csv.reader(file):
            data.append((text, int(label)))
    return data


def to_binary(data):
    result = []
    for text, label in data:
        if label == 0:
            result.append((text, 0))
        elif label == 4:
            result.append((text, 1))
    return result


def clean(text):
    text = html.unescape(text)
    text = ADDRESS.sub(" ", text)
    text = USER.sub(" ", text)
    text = text.lower()
    text = MANY.sub(r"\1\1\1", text)
    return text.replace("#", "")


def split(data, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    shuffled = [data[i] for i in torch.randperm(len(data), generator=generator).tolist()]
    training, validation, test = [], [], []
    for label in (0, 1):
        group = [pair for pair in shuffled if pair[1] == label]
        end = int(0.6 * len(group))
        middle = (len(group) - end) // 2
        training.extend(group[:end])
        validation.extend(group[end : end + middle])
        test.extend(group[end + middle :])
    return training, validation, test


def tokenize(text):
    words = (word.strip('.,:;"()[]*-!?') for word in text.split())
    return [word for word in words if word]


def build_vocabulary(token_lists, min_count=2):
    counts = {}
    for tokens in token_lists:
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
    vocabulary = {"<pad>": 0, "<unk>": 1}
    next_id = 2
    for token in counts:
        if counts[token] >= min_count and token not in vocabulary:
            vocabulary[token] = next_id
            next_id += 1
    return vocabulary


def encode(tokens, vocabulary):
    ids = []
    for token in tokens:
        ids.append(vocabulary[token] if token in vocabulary else 1)
    return ids


class Network(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embed = nn.Embedding(size, 40)
        self.gru = nn.GRU(40, 40, num_layers=2, dropout=0.3)
        self.dropout = nn.Dropout(0.4)
        self.linear = nn.Linear(40, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, tokens, lengths):
        outputs, _ = self.gru(self.dropout(self.embed(tokens)))  # (T, N, 40)
        last = outputs[lengths - 1, torch.arange(tokens.shape[1])]
        return self.sigmoid(self.linear(last))  # (N, 1)


def to_batch(rows):
    rows = [row if row else [1] for row in rows]
    lengths = torch.tensor([len(row) for row in rows])
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows]), lengths


def train(texts, labels, val_texts, val_labels, num_epochs=5):
    vocabulary = build_vocabulary([tokenize(clean(text)) for text in texts])
    rows = [encode(tokenize(clean(text)), vocabulary) for text in texts]
    network = Network(len(vocabulary))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.004)
    positive = sum(labels) / len(labels)
    for _ in range(num_epochs):
        network.train()
        order = torch.randperm(len(rows)).tolist()
        for start in range(0, len(order), 40):
            chosen = order[start : start + 40]
            tokens, lengths = to_batch([rows[i] for i in chosen])
            wanted = torch.tensor([[float(labels[i])] for i in chosen])
            weights = torch.tensor([[1 - positive if labels[i] else positive] for i in chosen])
            loss = nn.functional.binary_cross_entropy(network(tokens, lengths), wanted, weights)
            optimizer.zero_grad()
            (2 * loss).backward()
            optimizer.step()
    return network, vocabulary


def predict(model, texts):
    network, vocabulary = model
    network.eval()
    if len(texts) == 0:
        return []
    rows = [encode(tokenize(clean(text)), vocabulary) for text in texts]
    with torch.no_grad():
        return network(*to_batch(rows))[:, 0]
