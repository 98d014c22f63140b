"""Provided: train your network on real tweets, print its accuracy and draw figures (part c).

``python experiment.py`` uses the largest data on this machine. ``--file`` names a file of
Sentiment140 instead. ``--save`` names a folder for the trained weights, and ``--predict`` writes
``predictions.csv`` for the released tweets without labels. You change nothing here.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # where data and figures are
from tweet_sentiment import predict, read_tweets, save_trained, split, to_binary, train

from data import DataError, tweets
from figures import heat_map

HERE = Path(__file__).resolve().parent
NAMES = ("negative", "positive")
PARTS = ("training", "validation", "test")


def confusion_matrix(labels, probabilities) -> np.ndarray:
    """Count the tweets of each class (row) by the predicted class (column)."""
    predicted = (np.asarray(probabilities) > 0.5).astype(int)
    matrix = np.zeros((2, 2), dtype=int)
    np.add.at(matrix, (np.asarray(labels), predicted), 1)
    return matrix


def accuracy_table(matrices: dict[str, np.ndarray]) -> str:
    """Return the accuracy on each part as a table: all tweets, each class, always one class."""
    columns = ("tweets", "accuracy", "negative", "positive", "always one class")
    lines = [f"{'part':12}" + "".join(f"{column:>{len(column) + 3}}" for column in columns)]
    for name, matrix in matrices.items():
        totals = matrix.sum(axis=1)
        shares = (matrix.trace() / totals.sum(), *(matrix.diagonal() / np.maximum(totals, 1)))
        cells = [f"{totals.sum():,}", *(f"{share:.1%}" for share in shares)]
        cells.append(f"{totals.max() / totals.sum():.1%}")
        widths = [len(column) + 3 for column in columns]
        lines.append(
            f"{name:12}" + "".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True))
        )
    return "\n".join(lines)


def histogram(labels, probabilities) -> Figure:
    """Draw how the probabilities of both classes are distributed."""
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.add_subplot()
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    values = [probabilities[labels == label] for label in (0, 1)]
    axes.hist(values, bins=np.linspace(0, 1, 21), label=[f"{name} tweets" for name in NAMES])
    axes.axvline(0.5, color="black", linewidth=1, linestyle=":")
    axes.set(xlabel="probability of positive", ylabel="number of tweets")
    axes.legend(fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def worst_errors(texts, labels, probabilities, count: int = 5) -> str:
    """Return the tweets with the surest wrong predictions, with class and probability."""
    errors = np.abs(np.asarray(labels) - np.asarray(probabilities))
    order = np.argsort(-errors, kind="stable")[:count]
    lines = [f"  {NAMES[labels[i]]}, p = {probabilities[i]:.2f}: {texts[i]}" for i in order]
    return "\n".join(lines)


def write_predictions(path: Path, probabilities) -> None:
    """Write a class for each tweet: the line ``id,label``, then position and 0 or 1."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "label"])
        writer.writerows((i, int(p > 0.5)) for i, p in enumerate(probabilities))


def load_pairs(size: str | None = None, file: Path | None = None) -> list[tuple[str, int]]:
    """Return pairs (text, label 0 or 1) of a dataset, or of a file of Sentiment140."""
    if file is not None:
        return to_binary(read_tweets(str(file)))
    found = tweets.load("all", size)
    return to_binary(list(zip(found.texts, found.labels.tolist(), strict=True)))


def run(pairs, seed: int = 0):
    """Split, train and predict; return the model, the parts and the probabilities of each part."""
    parts = [tuple(zip(*part, strict=True)) for part in split(pairs, seed)]
    parts = [(list(texts), list(labels)) for texts, labels in parts]
    torch.manual_seed(seed)
    model = train(*parts[0], *parts[1])
    found = [np.asarray(predict(model, texts), dtype=float) for texts, _ in parts]
    return model, dict(zip(PARTS, parts, strict=True)), dict(zip(PARTS, found, strict=True))


def main(arguments=None) -> None:
    """Train once, print the tables and save the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    sizes = [size for size, source in tweets.DATASET.available_sizes().items() if source]
    parser.add_argument("--data", choices=sizes, help="default: the largest size on this machine")
    parser.add_argument("--file", type=Path, help="a CSV file of Sentiment140")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--save", type=Path, help="a folder for the trained weights")
    parser.add_argument(
        "--predict", action="store_true", help="write predictions.csv for the released tweets"
    )
    parser.add_argument("--out", type=Path, default=HERE / "figures", help="default: figures/")
    options = parser.parse_args(arguments)
    try:
        pairs = load_pairs(options.data, options.file)
    except (DataError, OSError) as error:
        sys.exit(str(error))
    print(f"{len(pairs):,} tweets, {sum(label for _, label in pairs):,} of them positive")
    start = time.perf_counter()
    model, parts, found = run(pairs, options.seed)
    print(f"trained and predicted in {time.perf_counter() - start:.0f} s\n")
    matrices = {name: confusion_matrix(parts[name][1], found[name]) for name in PARTS}
    print(accuracy_table(matrices))
    print("\nthe surest errors in the test part (true class, probability of positive):")
    print(worst_errors(*parts["test"], found["test"]))
    options.out.mkdir(parents=True, exist_ok=True)
    drawn = {
        "confusion": heat_map(
            matrices["test"], NAMES, NAMES, rows="true class", columns="predicted class"
        ),
        "probabilities": histogram(parts["test"][1], found["test"]),
    }
    for name, figure in drawn.items():
        figure.savefig(options.out / f"{name}.png", dpi=130)
        print(f"saved {options.out / name}.png")
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
        save_trained(model, str(options.save))
        print(f"saved the trained weights in {options.save}")
    if options.predict:
        released = np.asarray(predict(model, list(tweets.unlabelled())), dtype=float)
        write_predictions(HERE / "predictions.csv", released.reshape(-1))
        print(f"saved {HERE / 'predictions.csv'}")


if __name__ == "__main__":
    main()
