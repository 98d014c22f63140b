"""Provided: train the five models on the same sentences and compare them (parts 4 and 5).

This file is complete and uses your functions. `python comparison.py` prints a table, saves two
plots, and writes `predictions.csv` for the sentences without labels.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import TensorDataset

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # where the folder `data` is
from text_classification import (
    AverageEmbedding,
    BagOfWords,
    GloveAverageEmbedding,
    GloveLSTM,
    GloveRNN,
    compare,
    predict,
)
from text_data import build_vocabulary, encode, load_glove, read_labelled

from data import glove, review_sentences
from data.errors import DataError

HERE = Path(__file__).resolve().parent
PARTS = ("train", "dev", "test")


@dataclass
class Corpus:
    """The vocabulary, the three parts as datasets, and the word vectors `(V, E)`."""

    vocab: dict[str, int]
    parts: dict[str, TensorDataset]
    vectors: torch.Tensor


def write_files(folder: Path, size: str | None = None) -> str:
    """Write train.txt, dev.txt, test.txt, unlabelled.txt and glove.txt; return the data's size."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        found = review_sentences.load(part, size)
        rows = zip(found.labels, found.texts, strict=True)
        text = "".join(f"{label} {sentence}\n" for label, sentence in rows)
        (folder / f"{part}.txt").write_text(text, encoding="utf-8")
    text = "".join(f"{sentence}\n" for sentence in review_sentences.unlabelled())
    (folder / "unlabelled.txt").write_text(text, encoding="utf-8")
    glove.load(size="sample" if found.size == "sample" else None).write(folder / "glove.txt")
    return found.size


def read_files(folder: Path) -> Corpus:
    """Read these files with your functions; the vocabulary is made from the training part only."""
    found = {part: read_labelled(str(folder / f"{part}.txt")) for part in PARTS}
    vocab = build_vocabulary(found["train"][0])
    parts = {
        part: TensorDataset(*encoded(sentences, vocab), torch.as_tensor(labels))
        for part, (sentences, labels) in found.items()
    }
    vectors = torch.as_tensor(load_glove(str(folder / "glove.txt"), vocab))
    return Corpus(vocab, parts, vectors)


def encoded(sentences: list[list[str]], vocab: dict[str, int]) -> list[torch.Tensor]:
    """Return tokens and lengths by your `encode`, as tensors."""
    return [torch.as_tensor(part) for part in encode(sentences, vocab)]


def build_models(corpus: Corpus) -> dict[str, nn.Module]:
    """Return the five untrained models by name."""
    words, vectors = len(corpus.vocab), corpus.vectors
    return {
        "bag of words": BagOfWords(words),
        "average": AverageEmbedding(words, vectors.shape[1]),
        "average, GloVe": GloveAverageEmbedding(vectors),
        "RNN, GloVe": GloveRNN(vectors),
        "LSTM, GloVe": GloveLSTM(vectors),
    }


def compare_all(corpus: Corpus, report=print, **options) -> dict[str, tuple]:
    """Train and test each model with your `compare`, and report the time of each."""
    results = {}
    for name, model in build_models(corpus).items():
        start = time.perf_counter()
        results |= compare({name: model}, *(corpus.parts[part] for part in PARTS), **options)
        report(f"{name}: {time.perf_counter() - start:.0f} s")
    return results


def result_table(results: dict[str, tuple]) -> str:
    """Return best epoch, training loss in it, dev and test accuracy of each model as a table."""
    lines = [
        f"{'model':16} {'parameters':>10} {'best epoch':>10} {'loss':>6} {'dev':>6} {'test':>6}"
    ]
    for name, (tested, model, history) in results.items():
        best = max(range(len(history)), key=lambda epoch: history[epoch][1])
        loss, dev = history[best]
        count = sum(value.numel() for value in model.parameters())
        lines.append(
            f"{name:16} {count:10,} {best + 1:10} {loss:6.3f} {dev:6.1%} {float(tested):6.1%}"
        )
    return "\n".join(lines)


def accuracy_bars(results: dict[str, tuple]) -> Figure:
    """Draw the test accuracies of the models side by side."""
    figure = Figure(figsize=(6.5, 2.8), layout="constrained")
    axes = figure.add_subplot()
    names = list(results)
    bars = axes.barh(names, [float(results[name][0]) for name in names], color="#3b6ea5")
    axes.bar_label(bars, fmt="{:.1%}", padding=3, fontsize=9)
    axes.axvline(0.5, color="black", linestyle="--", linewidth=1, label="guessing")
    figure.legend(loc="outside upper right", fontsize=8, frameon=False)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="accuracy on the test sentences")
    _bare(axes)
    return figure


def learning_curves(results: dict[str, tuple]) -> Figure:
    """Draw training loss and dev accuracy of each epoch; a circle marks the best epoch."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, (_, _, history) in results.items():
        losses, reached = zip(*history, strict=True)
        epochs = range(1, len(history) + 1)
        left.plot(epochs, losses, marker=".", label=name)
        (line,) = right.plot(epochs, reached, marker=".")
        best = max(range(len(history)), key=lambda epoch: reached[epoch])
        right.plot(best + 1, reached[best], "o", markersize=9, fillstyle="none", c=line.get_color())
    left.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
    right.set(xlabel="epoch", ylabel="dev accuracy")
    left.legend(fontsize=8)
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
        _bare(axes)
    return figure


def read_unlabelled(path: Path, vocab: dict[str, int]) -> TensorDataset:
    """Read a file with one sentence per line and no labels."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return TensorDataset(*encoded([line.split() for line in lines], vocab))


def best_on_dev(results: dict[str, tuple]) -> str:
    """Return the name of the model with the highest dev accuracy in its best epoch."""
    return max(results, key=lambda name: max(reached for _, reached in results[name][2]))


def _bare(axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def main(arguments=None) -> None:
    """Train all models, print the table, save the plots, and write predictions."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    sizes = [size for size, source in review_sentences.DATASET.available_sizes().items() if source]
    parser.add_argument("--data", choices=sizes, help="default: the largest size on this machine")
    parser.add_argument("--epochs", type=int, help="default: your default in train")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--files", type=Path, default=HERE / "files", help="default: files/")
    parser.add_argument("--out", type=Path, default=HERE / "figures", help="default: figures/")
    parser.add_argument(
        "--predictions",
        type=Path,
        default=HERE / "predictions.csv",
        help="default: predictions.csv beside this file, to hand in",
    )
    options = parser.parse_args(arguments)
    try:
        size = write_files(options.files, options.data)
        corpus = read_files(options.files)
    except (DataError, OSError, ValueError) as error:
        sys.exit(str(error))
    counts = ", ".join(f"{len(corpus.parts[part]):,} {part}" for part in PARTS)
    print(f"{size}: {counts} sentences, {len(corpus.vocab):,} words")
    torch.manual_seed(options.seed)
    results = compare_all(corpus, **({"num_epochs": options.epochs} if options.epochs else {}))
    print("\n" + result_table(results))
    options.out.mkdir(parents=True, exist_ok=True)
    for name, figure in (
        ("accuracies", accuracy_bars(results)),
        ("learning_curves", learning_curves(results)),
    ):
        figure.savefig(options.out / f"{name}.png", dpi=130)
        print(f"saved {options.out / name}.png")
    chosen = best_on_dev(results)
    unlabelled = read_unlabelled(options.files / "unlabelled.txt", corpus.vocab)
    predict(results[chosen][1], unlabelled, str(options.predictions))
    print(f"saved {options.predictions} ({chosen}, the best on the dev sentences)")


if __name__ == "__main__":
    main()
