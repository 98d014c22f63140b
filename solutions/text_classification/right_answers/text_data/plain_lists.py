"""Loops over lists, words in the order of their first use, arrays, zeros for missing words."""

import numpy as np

PAD = 0
UNKNOWN = 1


def read_labelled(path):
    sents = []
    labels = np.zeros(0, dtype=int)
    f = open(path, encoding="utf8")
    n = 0
    for line in f.read().split("\n"):
        n += 1
        words = line.strip().split()
        if words == []:
            continue
        if words[0] != "0" and words[0] != "1":
            raise ValueError("bad label in " + path + " in line " + str(n))
        labels = np.append(labels, int(words[0]))
        sents.append(words[1:])
    f.close()
    return sents, labels


def build_vocabulary(sentences, min_count=1):
    freq = {}
    for s in sentences:
        for w in s:
            freq[w] = freq.get(w, 0) + 1
    vocab = {"<pad>": PAD, "<unk>": UNKNOWN}
    for w in freq:
        if freq[w] >= min_count and w not in vocab:
            vocab[w] = len(vocab)
    return vocab


def encode(sentences, vocab):
    longest = 1
    for s in sentences:
        longest = max(longest, len(s))
    ids = np.zeros((len(sentences), longest), dtype=np.int64)
    lengths = np.zeros(len(sentences), dtype=np.int64)
    for i, s in enumerate(sentences):
        if len(s) == 0:
            s = ["<unk>"]
        lengths[i] = len(s)
        for j, w in enumerate(s):
            ids[i, j] = vocab[w] if w in vocab else UNKNOWN
    return ids, lengths


def load_glove(path, vocab):
    rows = None
    with open(path, encoding="utf8") as f:
        for n, line in enumerate(f):
            values = line.split()
            if not values:
                continue
            try:
                vector = np.array([float(v) for v in values[1:]], dtype="float32")
                if rows is None:
                    rows = np.zeros((len(vocab), len(vector)), dtype="float32")
                if len(vector) == 0 or len(vector) != rows.shape[1]:
                    raise ValueError("wrong number of values")
            except ValueError as e:
                raise ValueError(path + ":" + str(n + 1) + ": " + str(e)) from e
            if values[0] in vocab:
                rows[vocab[values[0]], :] = vector
    rows[PAD] = 0
    return rows
