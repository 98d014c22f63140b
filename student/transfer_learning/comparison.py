"""Provided: run both scenarios, report their accuracies side by side and save figures (part e).

This file is complete. Run it in this folder: `python comparison.py`. The environment variable
`BACKBONE` chooses the network: `squeezenet1_1` (the default) or `resnet18`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where data/ and figures/ are

import helper
import torch
import transfer_learning
from torch import nn
from torch.utils.data import DataLoader

from figures import curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def accuracy(device: torch.device, model: nn.Module, loader: DataLoader) -> float:
    """Return the fraction of the images that a model classifies correctly."""
    correct = count = 0
    model.eval()
    with torch.no_grad():
        for images, labels in loader:
            predictions = model(images.to(device)).argmax(dim=1).cpu()
            correct += int((predictions == labels).sum())
            count += len(labels)
    return correct / count


def compare(
    device: torch.device,
    dataloaders: dict[str, DataLoader],
    dataset_sizes: dict[str, int],
    class_names: list[str],
) -> tuple[dict[str, float], dict[str, Figure]]:
    """Run `finetune` and `freeze`; return validation accuracies and figures by name."""
    accuracies, lines, drawn = {}, {}, {}
    for name in ("finetune", "freeze"):
        del helper.LOG[:]
        scenario = getattr(transfer_learning, name)
        model = scenario(device, dataloaders, dataset_sizes, class_names)
        accuracies[name] = accuracy(device, model, dataloaders["val"])
        for phase in ("train", "val"):
            values = [entry.accuracy for entry in helper.LOG if entry.phase == phase]
            lines[f"{name}, {phase}"] = values
        draw = transfer_learning.visualize_model
        drawn[f"{name}.png"] = draw(device, dataloaders, model, class_names)
    drawn["curves.png"] = curves(lines, x="epoch", y="accuracy")
    return accuracies, drawn


def table(accuracies: dict[str, float], class_names: list[str]) -> str:
    """Return the accuracies side by side, with the network and the images that they belong to."""
    network = helper.TITLES.get(helper.BACKBONE, helper.BACKBONE)
    heads = "".join(f"{name:>12}" for name in accuracies)
    values = "".join(f"{value:>12.1%}" for value in accuracies.values())
    images = f"{network} on {' and '.join(class_names)}"
    return f"{images}\n{'':<20}{heads}\n{'validation accuracy':<20}{values}"


def main() -> None:
    """Run both scenarios on the images of this package, or on those in a folder (argument 1)."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    given = helper.make_dataloaders(*sys.argv[1:2])
    accuracies, drawn = compare(device, *given)
    for name, figure in drawn.items():
        figure.savefig(name, dpi=160)
    print(table(accuracies, given[2]))
    print(f"figures: {', '.join(drawn)}")


if __name__ == "__main__":
    main()
