"""Provided: train all strategies, judge them on the test part, print a table and save figures.

This file is complete. Run it in this folder: `python comparison.py`. The environment variable
`BACKBONE` chooses the network: `squeezenet1_1` (the default) or `resnet18`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where data/ and figures/ are

import helper
import numpy as np
import torch
import xray_transfer
from matplotlib.figure import Figure

from figures import curves, heat_map

if TYPE_CHECKING:
    from helper import XRays


def run(strategy: str, train: XRays, val: XRays, test: XRays, seed: int = 0) -> dict[str, Any]:
    """Train by one strategy; return the result of `evaluate` on the test part, and more.

    `seconds` is the time of the training, `losses` are the validation losses, `model` is the model.
    """
    torch.manual_seed(seed)
    np.random.seed(seed)
    del helper.LOG[:]
    watch = helper.Stopwatch()
    model = xray_transfer.fit(train, val, strategy)
    seconds = watch.seconds()
    loader = xray_transfer.make_dataloaders(train, val, test)["test"]
    result = dict(xray_transfer.evaluate(model, loader))
    result["accuracy"], result["auc"] = (_number(result[key]) for key in ("accuracy", "auc"))
    result["confusion"] = np.array(torch.as_tensor(result["confusion"]).tolist())
    losses = [entry.val_loss for entry in helper.LOG]
    return {**result, "seconds": seconds, "losses": losses, "model": model}


def _number(value: Any) -> float:
    return float(torch.as_tensor(value).reshape(-1)[0])


def split_of(pool: XRays) -> tuple[XRays, XRays]:
    """Return the parts for training and validation, by your `split`."""
    train, val = xray_transfer.split(pool.labels.tolist(), list(pool.patients))
    return pool.take(train), pool.take(val)


def table(results: dict[str, list[dict[str, Any]]], count: int) -> str:
    """Return the results of the strategies side by side: means, and deviations over the runs."""
    network = helper.TITLES.get(helper.BACKBONE, helper.BACKBONE)
    runs = len(next(iter(results.values())))
    lines = [f"{network}, {count} test X-rays, {runs} {'run' if runs == 1 else 'runs'}"]
    heads = ("accuracy", "auc", "normal found", "pneumonia found", "seconds")
    lines.append(f"{'strategy':<10}" + "".join(f"{head:>17}" for head in heads))
    for strategy, found in results.items():
        rows = []
        for one in found:
            rates = one["confusion"].diagonal() / one["confusion"].sum(axis=1)
            rows.append((one["accuracy"], one["auc"], *rates, one["seconds"]))
        cells = []
        for values, digits in zip(zip(*rows, strict=True), (3, 3, 3, 3, 1), strict=True):
            spread = f" ± {np.std(values, ddof=1):.{digits}f}" if runs > 1 else ""
            cells.append(f"{np.mean(values):.{digits}f}{spread}")
        lines.append(f"{strategy:<10}" + "".join(f"{cell:>17}" for cell in cells))
    return "\n".join(lines)


def draw_roc(results: dict[str, list[dict[str, Any]]]) -> Figure:
    """Draw the ROC of the first run of each strategy; a point marks the threshold 0.5."""
    figure = Figure(figsize=(4.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for strategy, (first, *_) in results.items():
        (line,) = axes.plot(
            first["fpr"], first["tpr"], label=f"{strategy}, area {first['auc']:.3f}"
        )
        normal, pneumonia = first["confusion"]
        where = normal[1] / normal.sum(), pneumonia[1] / pneumonia.sum()
        axes.plot(*where, marker="o", color=line.get_color())
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle=":")
    axes.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    axes.legend(fontsize=8, loc="lower right")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def draw_scores(results: dict[str, list[dict[str, Any]]]) -> Figure:
    """Draw accuracy and area under the ROC of each strategy; points are single runs."""
    figure = Figure(figsize=(6, 3), layout="constrained")
    names = list(results)
    for place, key in enumerate(("accuracy", "auc"), 1):
        axes = figure.add_subplot(1, 2, place)
        means = [np.mean([one[key] for one in results[name]]) for name in names]
        drawn = axes.bar(names, means, color="#3b6ea5")
        axes.bar_label(drawn, fmt="%.3f", label_type="center", color="white", fontsize=8)
        for x, name in enumerate(names):
            values = [one[key] for one in results[name]]
            axes.plot([x] * len(values), values, "k.", markersize=4)
        axes.set(ylim=(0.4, 1), ylabel={"auc": "area under the ROC"}.get(key, key))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    return figure


def figures_of(results: dict[str, list[dict[str, Any]]]) -> dict[str, Figure]:
    """Return all figures by the names of their files."""
    drawn = {"strategies.png": draw_scores(results), "roc.png": draw_roc(results)}
    for strategy, (first, *_) in results.items():
        drawn[f"confusion_{strategy}.png"] = heat_map(
            first["confusion"],
            helper.CLASSES,
            helper.CLASSES,
            rows="true class",
            columns="predicted class",
        )
    losses = {name: first["losses"] for name, (first, *_) in results.items() if first["losses"]}
    if losses:
        drawn["losses.png"] = curves(losses, x="epoch", y="validation loss")
    return drawn


def main(arguments: list[str] | None = None) -> None:
    """Run all strategies on the X-rays of this package, of the mirror, or in a folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", help="sample, pneumoniamnist or kermany; default: the largest")
    parser.add_argument("--folder", type=Path, help="the set of Kaggle: <split>/<class>/<file>")
    parser.add_argument("--runs", type=int, default=1, help="runs of each strategy")
    parser.add_argument("--only", choices=xray_transfer.STRATEGIES, help="a single strategy")
    parser.add_argument("--save", action="store_true", help=f"write {helper.WEIGHTS}: the best run")
    options = parser.parse_args(arguments)
    if options.folder:
        pool, test = helper.read_folder(options.folder)
    else:
        pool, test = helper.load_xrays(options.size)
    train, val = split_of(pool)
    print(f"{len(train.labels)} X-rays for training, {len(val.labels)} for validation")
    strategies = [options.only] if options.only else xray_transfer.STRATEGIES
    results = {
        strategy: [run(strategy, train, val, test, seed) for seed in range(options.runs)]
        for strategy in strategies
    }
    drawn = figures_of(results)
    for name, figure in drawn.items():
        figure.savefig(name, dpi=160)
    print(table(results, len(test.labels)))
    print(f"figures: {', '.join(drawn)}")
    if options.save:
        runs = [one for found in results.values() for one in found if one["losses"]]
        best = min(runs, key=lambda one: min(one["losses"]))
        helper.save_model(best["model"])
        print(f"saved {helper.WEIGHTS}; the test part did not choose it")


if __name__ == "__main__":
    main()
