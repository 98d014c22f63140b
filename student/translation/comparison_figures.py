"""Provided: figures of a comparison, loss curves and attention maps.

You change nothing here. `trained` maps the name of each model to the result of `comparison.learn`.
"""

import numpy as np
import torch
from matplotlib.figure import Figure
from seq2seq import Seq2Seq
from torch import Tensor, nn


def loss_curves(trained: dict, title: str = "") -> Figure:
    """Draw the loss of each epoch over epochs and over seconds."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    figure.suptitle(title, fontsize=11)
    for axes, x in zip(figure.subplots(1, 2, sharey=True), ("epoch", "seconds"), strict=True):
        for name, found in trained.items():
            epochs = np.arange(1, len(found.losses) + 1)
            place = epochs if x == "epoch" else epochs * found.seconds / len(epochs)
            axes.plot(place, found.losses, marker="o", markersize=3, label=name)
        axes.set(xlabel=x, ylim=(0, None))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.axes[0].set_ylabel("loss (nats per token)")
    figure.axes[0].legend()
    return figure


def heat_maps(**matrices: np.ndarray) -> Figure:
    """Draw matrices side by side, each with its name as the title."""
    figure = Figure(figsize=(4.5 * len(matrices), 3.4), layout="constrained")
    cells = figure.subplots(1, len(matrices), squeeze=False)[0]
    for cell, (name, matrix) in zip(cells, matrices.items(), strict=True):
        figure.colorbar(cell.imshow(matrix, cmap="Blues", aspect="auto"), ax=cell)
        cell.set_title(name.replace("_", " "), fontsize=10)
    return figure


def attention_of(model: nn.Module, source: Tensor, target: Tensor) -> np.ndarray:
    """Return the attention weights of the English positions over the French tokens, `(T, S)`.

    `source` and `target` contain one pair. For a Transformer, the weights are the mean over the
    heads of the last decoder layer's cross-attention; without `nn.MultiheadAttention`, all are 0.
    """
    model.eval()
    with torch.no_grad():
        if isinstance(model, Seq2Seq):
            return model.attention(source, target)[0].cpu().numpy()
        layers = [part for part in model.modules() if isinstance(part, nn.MultiheadAttention)]
        if not layers:
            return np.zeros((target.shape[1], source.shape[1]))
        seen: list = []
        hook = layers[-1].register_forward_pre_hook(
            lambda _, given, named: seen.append((given, named)), with_kwargs=True
        )
        model(source, target)
        hook.remove()
        given, named = seen[-1]
        return layers[-1](*given, **{**named, "need_weights": True})[1][0].cpu().numpy()


def attention_map(trained: dict, corpus, length: int = 6) -> Figure:
    """Draw the attention of the last two models on a test sentence with `length` French tokens."""
    pairs = corpus.pairs["test"]
    chosen = min(range(len(pairs)), key=lambda i: (abs(len(pairs[i][0]) - length), i))
    french, english = pairs[chosen]
    figure = Figure(figsize=(9.5, 4.2), layout="constrained")
    figure.suptitle(
        "Attention weights: English token (row) over French tokens (columns)", fontsize=11
    )
    names = list(trained)[-2:]
    for cell, name in zip(figure.subplots(1, 2), names, strict=True):
        model = trained[name].model
        device = next(model.parameters()).device
        source = torch.tensor([corpus.french.encode(french)], device=device)
        target = torch.tensor([corpus.english.encode(english)[:-1]], device=device)
        weights = attention_of(model, source, target)
        cell.imshow(weights, cmap="Blues", vmin=0, vmax=1)
        columns = ["START", *french, "END"]
        cell.set_xticks(range(len(columns)), columns, rotation=60, ha="right")
        cell.set_yticks(range(len(english) + 1), [*english, "END"])
        cell.set_title(name, fontsize=10)
    return figure
