"""Provided: reviews as rows of numbers, word vectors from a file, training and evaluation.

This file is complete. N reviews, T tokens in a row, V words in the vocabulary, E numbers in a word
vector. A row is padded on its left, so its last token is the last word of the review.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

if TYPE_CHECKING:
    from jaxtyping import Float, Int

PAD, UNKNOWN = 0, 1
SPECIAL = ("<pad>", "<unknown>")
LENGTHS = {"sample": 40, "imdb": 200}  # tokens in a row
HYPERPARAMETERS = {
    "embedding_dim": 50,
    "hidden_dim": 64,
    "num_layers": 2,
    "lstm_dropout_prob": 0.5,
    "dropout_prob": 0.3,
}
LEARNING_RATE = 0.002


@dataclass(frozen=True)
class Reviews:
    """Two datasets of (row, label) pairs, and the V words that the numbers in a row stand for.

    A row is (T,) int64, a label is 0.0 (negative) or 1.0 (positive).
    """

    words: tuple[str, ...]
    train: TensorDataset
    test: TensorDataset
    size: str


@dataclass
class Run:
    """A model, and its loss and accuracy after each epoch on both datasets."""

    model: nn.Module
    train_losses: list[float] = field(default_factory=list)
    train_accuracies: list[float] = field(default_factory=list)
    test_losses: list[float] = field(default_factory=list)
    test_accuracies: list[float] = field(default_factory=list)


def load_reviews(size: str | None = None) -> Reviews:
    """Load film reviews, `sample` or `imdb`; the default is the largest size on this machine."""
    from data import film_reviews

    train, test = (film_reviews.load(split, size) for split in film_reviews.SPLITS)
    words = build_vocabulary(train.texts)
    length = LENGTHS[train.size]
    datasets = [
        TensorDataset(encode(part.texts, words, length), torch.from_numpy(part.labels).float())
        for part in (train, test)
    ]
    return Reviews(words, *datasets, train.size)


def build_vocabulary(
    texts: Iterable[str], min_count: int = 2, most_words: int = 20_000
) -> tuple[str, ...]:
    """Return `<pad>`, `<unknown>` and the frequent words of the texts, most frequent first.

    Only training texts may come here: a model cannot learn anything about a word that it meets in
    the test texts alone. A word must occur at least `min_count` times.
    """
    counts = Counter(token for text in texts for token in text.split())
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    frequent = [word for word in ranked if counts[word] >= min_count and word not in SPECIAL]
    return (*SPECIAL, *frequent[:most_words])


def encode(texts: Sequence[str], words: Sequence[str], length: int) -> Int[Tensor, "N T"]:
    """Return the last `length` tokens of each text as numbers, with `PAD` to the left of them.

    A token that is not in `words` becomes `UNKNOWN`; an empty text becomes a row of `PAD`.
    """
    numbers = {word: number for number, word in enumerate(words)}
    rows = np.full((len(texts), length), PAD, np.int64)
    for row, text in zip(rows, texts, strict=True):
        tokens = text.split()[-length:]
        row[length - len(tokens) :] = [numbers.get(token, UNKNOWN) for token in tokens]
    return torch.from_numpy(rows)


def write_word_vectors(path: str | Path) -> None:
    """Write the GloVe vectors of this machine to a file, in the form in which GloVe comes."""
    from data import glove

    glove.load().write(Path(path))


def read_word_vectors(
    path: str | Path, only: Collection[str] | None = None
) -> tuple[list[str], Float[Tensor, "K E"]]:
    """Read a file of word vectors; return its words and their vectors (K, E).

    With `only`, other words are skipped. A word that occurs twice keeps its first vector.
    Raises ValueError with the number of the line where a line does not have the right form.
    """
    path, wanted = Path(path), None if only is None else frozenset(only)
    if not path.is_file():
        raise ValueError(f"There is no file {path}; write_word_vectors({str(path)!r}) writes it.")
    found: dict[str, np.ndarray] = {}
    count = 0
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            word, *entries = line.rstrip("\n").split(" ")
            count = count or len(entries)
            try:
                vector = np.array(entries, np.float32)
            except ValueError:
                vector = np.empty(0)
            if not count or len(vector) != count or not np.isfinite(vector).all():
                raise ValueError(
                    f"{path}, line {number}: expected a word and {count or 'some'} numbers, "
                    f"but it is {line[:40]!r}."
                )
            if wanted is None or word in wanted:
                found.setdefault(word, vector)
    if not count:
        raise ValueError(f"{path} is empty; write_word_vectors({str(path)!r}) writes it.")
    vectors = np.stack([*found.values()]) if found else np.empty((0, count), np.float32)
    return list(found), torch.from_numpy(vectors)


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_data: Dataset,
    test_data: Dataset,
    num_epochs: int = 5,
    batch_size: int = 50,
    show: bool = True,
) -> Run:
    """Train a model in place on the binary cross-entropy; return its losses and accuracies.

    Args:
        model: maps rows `(N, T)` to the probabilities `(N, 1)` of a positive review.
        optimizer: changes the model's parameters, one step per batch.
        train_data: a dataset of (row, label) pairs, shuffled anew in every epoch.
        test_data: another one, for `evaluate` after every epoch.
        num_epochs: the number of passes over `train_data`.
        batch_size: the number of rows per step; the last batch may have fewer.
        show: whether to show the progress.
    """
    device = next(model.parameters()).device
    loader = DataLoader(train_data, batch_size=batch_size, shuffle=True)
    run = Run(model)
    for epoch in range(1, num_epochs + 1):
        model.train()
        for rows, labels in _progress(loader, f"epoch {epoch}/{num_epochs}", show):
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy(
                _probabilities(model, rows.to(device)), labels.to(device)
            )
            loss.backward()
            optimizer.step()
        for data, losses, accuracies in (
            (train_data, run.train_losses, run.train_accuracies),
            (test_data, run.test_losses, run.test_accuracies),
        ):
            loss_of_data, accuracy = evaluate(model, data)
            losses.append(loss_of_data)
            accuracies.append(accuracy)
        if show:
            print(
                f"epoch {epoch}/{num_epochs}: training loss {run.train_losses[-1]:.3f}, accuracy "
                f"{run.train_accuracies[-1]:.1%}; test loss {run.test_losses[-1]:.3f}, accuracy "
                f"{run.test_accuracies[-1]:.1%}"
            )
    return run


def evaluate(model: nn.Module, data: Dataset, batch_size: int = 500) -> tuple[float, float]:
    """Return the mean loss and the accuracy (a fraction) of a model over all reviews of `data`.

    The model is put into evaluation mode and stays in it.
    """
    device = next(model.parameters()).device
    loss, correct, count = 0.0, 0, 0
    model.eval()
    with torch.no_grad():
        for rows, labels in DataLoader(data, batch_size=batch_size):
            found, labels = _probabilities(model, rows.to(device)), labels.to(device)
            loss += nn.functional.binary_cross_entropy(found, labels, reduction="sum").item()
            correct += int(((found > 0.5) == (labels > 0.5)).sum())
            count += len(labels)
    return loss / count, correct / count


def predict(model: nn.Module, rows: Int[Tensor, "N T"]) -> Float[Tensor, "N 1"]:
    """Return the probabilities of rows in evaluation mode; the model stays in it."""
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        return torch.cat([model(part.to(device)).cpu() for part in rows.split(500)])


def _probabilities(model: nn.Module, rows: Tensor) -> Tensor:
    """Return the model's probabilities (N,) for N rows; raise ValueError for anything else."""
    found = model(rows)
    if found.shape != (len(rows), 1):
        raise ValueError(
            f"For {len(rows)} reviews, the model must return the shape ({len(rows)}, 1); it "
            f"returned {tuple(found.shape)}."
        )
    if not bool(((found >= 0) & (found <= 1)).all()):
        raise ValueError("The model must return probabilities from 0 to 1.")
    return found[:, 0]


def _progress(loader: DataLoader, name: str, show: bool) -> Iterator:
    """Yield the batches; redraw a bar in a terminal or notebook, where one can be redrawn."""
    drawn = show and (sys.stderr.isatty() or "ipykernel" in sys.modules)
    for done, batch in enumerate(loader, 1):
        yield batch
        if drawn:
            bar = "#" * (30 * done // len(loader))
            print(f"\r{name} [{bar:<30}] {done}/{len(loader)}", end="", file=sys.stderr, flush=True)
    if drawn:
        print("\r" + " " * 70 + "\r", end="", file=sys.stderr, flush=True)
