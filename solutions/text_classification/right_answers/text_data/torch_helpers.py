"""pad_sequence, regular expressions, sorted words, the mean vector for missing words."""

import re
from itertools import chain
from pathlib import Path

import torch
from torch.nn.utils.rnn import pad_sequence

PAD, UNKNOWN = 0, 1
LINE = re.compile(r"\s*([01])(?:\s+(.*))?$")


def read_labelled(path):
    sentences, labels = [], []
    for i, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines()):
        if line.isspace() or not line:
            continue
        match = LINE.match(line.rstrip())
        if match is None:
            raise ValueError(f"{path}:{i + 1}: no label")
        labels.append(int(match.group(1)))
        sentences.append((match.group(2) or "").split())
    return sentences, torch.tensor(labels)


def build_vocabulary(sentences, min_count=1):
    words = [w for w in chain(*sentences) if w not in {"<pad>", "<unk>"}]
    kept = sorted({w for w in words}) if min_count == 1 else None
    if kept is None:
        counts = {w: 0 for w in words}
        for w in words:
            counts[w] += 1
        kept = sorted(w for w, c in counts.items() if not c < min_count)
    return dict(zip(["<pad>", "<unk>", *kept], range(len(kept) + 2), strict=False))


def encode(sentences, vocab):
    rows = []
    for sentence in sentences:
        rows.append(torch.tensor([vocab.get(w, 1) for w in sentence] if sentence else [1]))
    lengths = torch.as_tensor([row.numel() for row in rows])
    return pad_sequence(rows, batch_first=True, padding_value=PAD), lengths


def load_glove(path, vocab):
    ids, vectors = [], []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip() == "":
                continue
            word, _, rest = line.rstrip("\n").partition(" ")
            try:
                vector = torch.tensor(list(map(float, rest.split())))
                assert len(vector)
                assert not vectors or vector.shape == vectors[0].shape
            except (ValueError, AssertionError) as error:
                raise ValueError(f"cannot read line {number} of {path}") from error
            vectors.append(vector)
            ids.append(vocab.get(word))
    table = torch.stack(vectors).mean(0).repeat(len(vocab), 1)
    for i, vector in zip(ids, vectors, strict=False):
        if i is not None:
            table[i] = vector
    table[0] = torch.zeros(table.shape[1])
    return table
