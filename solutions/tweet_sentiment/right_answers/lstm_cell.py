"""One tweet after the other with an LSTMCell in time order; removed text becomes nothing; stems."""

import csv
import random
import re
from html import unescape

import torch
from torch import nn

NEGATIONS = {"not", "no", "never", "cannot", "nor"}
STOP = set(
    "i me my we our you your he she it they the a an and or of to in on at is are was be".split()
)


def read_tweets(path):
    result = []
    with open(path, encoding="latin1") as handle:
        for row in csv.reader(handle, delimiter=",", quotechar='"'):
            result.append([row[-1], int(row[0])])
    return result


def to_binary(data):
    mapping = {0: 0, 4: 1}
    return [[text, mapping[label]] for text, label in data if label in mapping]


def stem(word):
    if word in NEGATIONS or "n't" in word:
        return word
    for end in ("ing", "ed", "ly", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word


def clean(text):
    text = unescape(text)
    words = []
    for word in text.split():
        if word.startswith(("http://", "https://", "www.")):
            continue
        word = re.sub(r"(https?://|www\.).*", "", word)
        word = re.sub("@[A-Za-z0-9_]+", "", word)
        word = re.sub(r"[^A-Za-z' ]", " ", word.lower())
        for part in word.split():
            part = re.sub(r"(.)\1\1+", r"\1\1", part)
            if part not in STOP:
                words.append(stem(part))
    return " ".join(words)


def split(data, seed=0):
    r = random.Random(seed)
    data = list(data)
    r.shuffle(data)
    train, val, test = [], [], []
    for wanted in (1, 0):
        part = [p for p in data if p[1] == wanted]
        n = len(part)
        test += part[: round(n / 5)]
        val += part[round(n / 5) : round(2 * n / 5)]
        train += part[round(2 * n / 5) :]
    r.shuffle(train)
    return train, val, test


def tokenize(text):
    return [token for token in re.split(r"\s+", text) if token]


def build_vocabulary(token_lists, min_count=2):
    flat = [t for tokens in token_lists for t in tokens if t not in {"<pad>", "<unk>"}]
    vocabulary = {}
    for t in flat:
        if t not in vocabulary and flat.count(t) >= min_count:
            vocabulary[t] = len(vocabulary) + 2
    return vocabulary


def encode(tokens, vocabulary):
    ids = []
    for t in tokens:
        try:
            ids.append(vocabulary[t])
        except KeyError:
            ids.append(1)
    return ids


class CellNet(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.table = nn.Embedding(size, 32, padding_idx=0)
        self.cell = nn.LSTMCell(32, 48)
        self.drop = nn.Dropout(0.4)
        self.linear = nn.Linear(48, 1)

    def forward(self, ids, lengths):  # ids (T, N)
        N = ids.shape[1]
        h, c = torch.zeros(N, 48), torch.zeros(N, 48)
        for t in range(ids.shape[0]):
            h2, c2 = self.cell(self.drop(self.table(ids[t])), (h, c))
            goes_on = (t < lengths).unsqueeze(1)
            h, c = torch.where(goes_on, h2, h), torch.where(goes_on, c2, c)
        return self.linear(self.drop(h)).view(-1)


def batch(rows):
    lengths = torch.tensor([len(r) for r in rows])
    ids = torch.zeros(max(1, int(lengths.max())), len(rows), dtype=torch.long)
    for n, r in enumerate(rows):
        ids[: len(r), n] = torch.tensor(r, dtype=torch.long)
    return ids, lengths


def train(texts, labels, val_texts, val_labels, num_epochs=5):
    lists = [tokenize(clean(t)) for t in texts]
    from collections import Counter

    counts = Counter(t for some in lists for t in some)
    vocabulary = {t: i + 2 for i, t in enumerate(t for t, n in counts.items() if n > 1)}
    rows = [encode(some, vocabulary) for some in lists]
    net = CellNet(len(vocabulary) + 2)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=0.003)
    for _ in range(num_epochs):
        net.train()
        order = list(range(len(rows)))  # and the rarer class as often as the other one
        fewer = [j for j in order if labels[j] == (sum(labels) < len(labels) / 2)]
        order += random.choices(fewer, k=len(order) - 2 * len(fewer)) if fewer else []
        random.shuffle(order)
        for i in range(0, len(order), 40):
            chosen = order[i : i + 40]
            y = torch.tensor([float(labels[j]) for j in chosen])
            loss = nn.functional.binary_cross_entropy_with_logits(
                net(*batch([rows[j] for j in chosen])), y
            )
            net.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1)
            optimizer.step()
    return net, vocabulary


def predict(model, texts):
    net, vocabulary = model
    net.eval()
    result = []
    for text in texts:
        with torch.no_grad():
            result.append(net(*batch([encode(tokenize(clean(text)), vocabulary)])).sigmoid().item())
    return result
