"""Readers as generators, a Counter without order, tensors made from padded lists."""

from collections import Counter

import torch

PAD, UNKNOWN = 0, 1


def numbered(path):
    with open(path, encoding="utf-8") as file:
        yield from ((n, line.split()) for n, line in enumerate(file, 1) if line.split())


def read_labelled(path):
    pairs = []
    for n, (label, *words) in numbered(path):
        if label not in {"0", "1"}:
            raise ValueError(f"Line {n} of {path} starts with {label}.")
        pairs.append((words, int(label)))
    return tuple(map(list, zip(*pairs, strict=True))) if pairs else ([], [])


def build_vocabulary(sentences, min_count=1):
    counts = sum((Counter(words) for words in sentences), Counter())
    names = ["<pad>", "<unk>"]
    names.extend(w for w in counts if counts[w] >= min_count and w not in names[:2])
    return {names[i]: i for i in range(len(names))}


def encode(sentences, vocab):
    sentences = [words or ["<unk>"] for words in sentences]
    longest = max(map(len, sentences))
    rows = [
        [vocab.get(w, UNKNOWN) for w in words] + [PAD] * (longest - len(words))
        for words in sentences
    ]
    return torch.LongTensor(rows), torch.LongTensor([len(words) for words in sentences])


def load_glove(path, vocab):
    table = {}
    size = 0
    for n, (word, *values) in numbered(path):
        size = size or len(values)
        if len(values) != size or not values:
            raise ValueError(f"Line {n} of {path}: {len(values)} values")
        try:
            values = [float(value) for value in values]
        except ValueError:
            raise ValueError(f"Line {n} of {path}: no numbers") from None
        table[word] = values
    scale = (3 / size) ** 0.5
    rows = [table.get(word) or torch.empty(size).uniform_(-scale, scale).tolist() for word in vocab]
    rows[PAD] = [0.0] * size
    return torch.tensor(rows)
