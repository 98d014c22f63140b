"""Written from the handout and the skeleton alone, with their docstrings left out."""

from __future__ import annotations

import matplotlib.pyplot as plt
import torch
from helper import log, pretrained_model, to_picture
from torch import nn

NUM_EPOCHS = 5


def train_model(
    device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=25
):
    phases = ("train", "val") if num_epochs > 0 else ("val",)
    if num_epochs < 0:
        raise ValueError(f"num_epochs is {num_epochs}, but it cannot be negative.")
    for phase in phases:
        if phase not in dataloaders or dataset_sizes.get(phase, 0) < 1:
            raise ValueError(f"There are no images for the phase {phase!r}.")
    best, state = None, {}
    for epoch in range(1, num_epochs + 1) if num_epochs > 0 else (0,):
        for phase in phases:
            total_loss = 0.0
            hits = 0
            if phase == "train":
                model.train()
            else:
                model.eval()
            for x, y in dataloaders[phase]:
                x = x.to(device)
                y = y.to(device)
                if phase == "train":
                    z = model(x)
                    loss = criterion(z, y)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                else:
                    with torch.no_grad():
                        z = model(x)
                        loss = criterion(z, y)
                total_loss += float(loss.detach()) * len(x)
                hits += int((z.argmax(1) == y).sum())
            epoch_loss = total_loss / dataset_sizes[phase]
            epoch_accuracy = hits / dataset_sizes[phase]
            log(epoch, phase, epoch_loss, epoch_accuracy)
            if phase == "train":
                scheduler.step()
        if best is None or epoch_accuracy >= best:
            best = epoch_accuracy
            state = {key: value.detach().clone() for key, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model


def visualize_model(device, dataloaders, model, class_names, num_images=6):
    model.eval()
    pictures, names = [], []
    for x, _ in dataloaders["val"]:
        with torch.no_grad():
            classes = model(x.to(device)).argmax(1).tolist()
        pictures += [to_picture(image) for image in x]
        names += [class_names[k] for k in classes]
        if len(pictures) >= num_images:
            break
    count = min(num_images, len(pictures))
    figure = plt.figure(figsize=(2 * count, 2.3))
    for i in range(count):
        axes = figure.add_subplot(1, count, i + 1)
        axes.imshow(pictures[i])
        axes.set_title(names[i])
        axes.set_xticks([])
        axes.set_yticks([])
    return figure


def finetune(device, dataloaders, dataset_sizes, class_names):
    model = pretrained_model()
    model.fc = nn.Linear(model.fc.in_features, len(class_names))
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    loss = nn.CrossEntropyLoss()
    return train_model(
        device, dataloaders, dataset_sizes, model, loss, optimizer, scheduler, NUM_EPOCHS
    )


def freeze(device, dataloaders, dataset_sizes, class_names):
    model = pretrained_model()
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, len(class_names))
    model.to(device)
    optimizer = torch.optim.Adam(
        [parameter for parameter in model.parameters() if parameter.requires_grad], lr=1e-3
    )
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    loss = nn.CrossEntropyLoss()
    return train_model(
        device, dataloaders, dataset_sizes, model, loss, optimizer, scheduler, NUM_EPOCHS
    )
