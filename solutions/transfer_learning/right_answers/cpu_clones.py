"""Weights kept as clones on the CPU, one function for a pass, one builder for both scenarios."""

from __future__ import annotations

import helper
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from helper import to_picture
from torch import nn


def one_pass(device, loader, size, model, criterion, optimizer=None):
    """Train on a loader if there is an optimiser, else evaluate; return loss and accuracy."""
    losses, hits = torch.zeros((), device=device), torch.zeros((), device=device)
    for images, labels in loader:
        images, labels = images.to(device, non_blocking=True), labels.to(device)
        outputs = model(images)
        loss = criterion(outputs, labels)
        if optimizer is not None:
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        losses += loss.detach() * images.shape[0]
        hits += outputs.detach().max(1).indices.eq(labels).sum()
    return losses.item() / size, hits.item() / size


def train_model(
    device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=25
):
    def evaluate(epoch):
        model.eval()
        with torch.inference_mode():
            result = one_pass(device, dataloaders["val"], dataset_sizes["val"], model, criterion)
        helper.log(epoch, "val", *result)
        return result[1]

    if num_epochs == 0:
        evaluate(0)
        return model
    history = []
    for epoch in range(num_epochs):
        model.train()
        result = one_pass(
            device, dataloaders["train"], dataset_sizes["train"], model, criterion, optimizer
        )
        helper.log(epoch, "train", *result)
        scheduler.step()
        accuracy = evaluate(epoch)
        weights = {k: v.detach().cpu().clone() for k, v in model.state_dict().items()}
        history.append((accuracy, weights))
    best = max(history, key=lambda entry: entry[0])
    model.load_state_dict(best[1])
    return model


@torch.no_grad()
def visualize_model(device, dataloaders, model, class_names, num_images=6):
    model.eval()
    images = torch.cat([batch for batch, _ in dataloaders["val"]])[:num_images]
    chances = F.softmax(model(images.to(device)), dim=1).cpu()
    columns = 3
    rows = (len(images) + columns - 1) // columns
    figure, axes = plt.subplots(rows, columns)
    for place, image, chance in zip(axes.ravel(), images, chances, strict=False):
        place.imshow(to_picture(image))
        place.set_xlabel(f"{class_names[int(chance.argmax())]} ({chance.max():.0%})")
    return figure


def _network(device, class_names, frozen):
    network = helper.pretrained_model()
    network.fc = nn.Linear(network.fc.in_features, len(class_names)).to(device)
    network = network.to(device)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(not frozen or name.startswith("fc."))
    return network


def _run(device, dataloaders, dataset_sizes, class_names, frozen):
    network = _network(device, class_names, frozen)
    rate = 0.001 if frozen else 0.0001
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=5)
    return train_model(
        device=device,
        dataloaders=dataloaders,
        dataset_sizes=dataset_sizes,
        model=network,
        criterion=F.cross_entropy,
        optimizer=optimizer,
        scheduler=scheduler,
        num_epochs=5,
    )


def finetune(device, dataloaders, dataset_sizes, class_names):
    return _run(device, dataloaders, dataset_sizes, class_names, frozen=False)


def freeze(device, dataloaders, dataset_sizes, class_names):
    return _run(device, dataloaders, dataset_sizes, class_names, frozen=True)
