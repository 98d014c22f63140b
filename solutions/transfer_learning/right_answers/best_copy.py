"""Keeps a copy of the best model and returns it; two learning rates; all drawn, then cut."""

from copy import deepcopy

import torch
from helper import log, pretrained_model, to_picture
from matplotlib.figure import Figure
from torch import nn, optim


def train_model(
    device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=25
):
    best_model, best = model, float("-inf")
    epoch = 0
    while True:
        if epoch < num_epochs:
            loss_of_all, right = [], []
            model.train(True)
            for images, labels in dataloaders["train"]:
                model.zero_grad()
                outputs = model(images.to(device))
                loss = criterion(outputs, labels.to(device))
                loss.backward()
                optimizer.step()
                loss_of_all += [loss.item()] * len(images)
                right += (outputs.argmax(-1) == labels.to(device)).tolist()
            log(epoch, "train", sum(loss_of_all) / len(loss_of_all), sum(right) / len(right))
            scheduler.step()
        loss_of_all, right = [], []
        model.train(False)
        for images, labels in dataloaders["val"]:
            with torch.no_grad():
                outputs = model(images.to(device))
                loss_of_all += [criterion(outputs, labels.to(device)).item()] * len(images)
                right += (outputs.argmax(-1) == labels.to(device)).tolist()
        accuracy = sum(right) / dataset_sizes["val"]
        log(epoch, "val", sum(loss_of_all) / dataset_sizes["val"], accuracy)
        if accuracy > best:
            best, best_model = accuracy, deepcopy(model)
        epoch += 1
        if epoch >= num_epochs:
            return best_model


def visualize_model(device, dataloaders, model, class_names, num_images=6):
    figure = Figure(figsize=(6, 6))
    number = 0
    model.eval()
    for images, labels in dataloaders["val"]:
        with torch.no_grad():
            found = model(images.to(device)).argmax(dim=1)
        for image, label, k in zip(images, labels, found, strict=True):
            if number < num_images:
                number += 1
                axes = figure.add_subplot(-(-num_images // 4), 4, number)
                axes.imshow(to_picture(image))
                axes.set_title(f"{class_names[k]} (true: {class_names[label]})")
    return figure


def finetune(device, dataloaders, dataset_sizes, class_names):
    model = pretrained_model()
    old = [p for n, p in model.named_parameters() if not n.startswith("fc")]
    model.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(model.fc.in_features, len(class_names)))
    model.to(device)
    groups = [{"params": old, "lr": 2e-4}, {"params": model.fc.parameters(), "lr": 5e-4}]
    optimizer = optim.SGD(groups, momentum=0.9, weight_decay=1e-4)
    scheduler = optim.lr_scheduler.MultiStepLR(optimizer, [3, 4])
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    return train_model(
        device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=5
    )


def freeze(device, dataloaders, dataset_sizes, class_names):
    model = pretrained_model()
    model.fc = nn.Linear(model.fc.in_features, len(class_names))
    model.to(device)
    optimizer = optim.SGD(model.fc.parameters(), lr=5e-4, momentum=0.9)  # holds fc only
    scheduler = optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    return train_model(
        device,
        dataloaders,
        dataset_sizes,
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        scheduler,
        num_epochs=5,
    )
