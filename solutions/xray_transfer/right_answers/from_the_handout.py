"""Written from the handout alone: a deeper head, RMSprop, clipped gradients, plain lists."""

import copy

import numpy as np
import torch
from helper import (
    DEVIATION,
    MEAN,
    XRayDataset,
    best_device,
    blocks,
    device_of,
    log,
    pretrained_model,
)
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

PIXELS = 64
BEST_STRATEGY = "full"


def make_transform(training, pixels=PIXELS):
    steps = [transforms.Resize((pixels, pixels)), transforms.ToTensor()]
    steps.append(lambda x: x.mean(0, keepdim=True).expand(3, -1, -1))
    if training:
        steps.append(transforms.RandomAffine(10, translate=(0.05, 0.05), shear=3))
        steps.append(transforms.GaussianBlur(3, (0.1, 0.6)))
    steps.append(transforms.Normalize(MEAN, DEVIATION))
    return transforms.Compose(steps)


def split(labels, patients, val_fraction=0.2, seed=0):
    count = len(labels)
    patients = patients or [f"x{i}" for i in range(count)]
    names = sorted(set(patients))
    label_of = dict(zip(patients, labels, strict=True))
    generator = np.random.default_rng([seed, 7])
    scores = dict(zip(names, generator.random(len(names)), strict=True))
    limits = {}
    for label in set(labels):
        limits[label] = np.quantile(
            [scores[n] for n in names if label_of[n] == label], val_fraction
        )
    in_val = [scores[p] <= limits[label_of[p]] for p in patients]
    return [i for i in range(count) if not in_val[i]], [i for i in range(count) if in_val[i]]


def make_dataloaders(train, val, test, pixels=PIXELS, batch_size=16):
    loaders = {}
    for key, part in (("train", train), ("val", val), ("test", test)):
        data = XRayDataset(part[0], part[1], make_transform(training=key == "train", pixels=pixels))
        loaders[key] = DataLoader(data, batch_size=batch_size, shuffle=key == "train")
    return loaders


def class_weights(counts):
    counts = np.array(counts, float)
    weights = 1 / counts
    return torch.tensor(weights / weights.sum(), dtype=torch.float32)


def build_model(strategy):
    model = pretrained_model()
    if strategy == "head":
        learning = []
    elif strategy == "partial":
        learning = blocks(model)[-1:]
    elif strategy == "full":
        learning = blocks(model)
    else:
        raise ValueError("strategy must be head, partial or full")
    for p in model.parameters():
        p.requires_grad = False
    for block in learning:
        for p in block.parameters():
            p.requires_grad = True
    model.fc = nn.Sequential(
        nn.Linear(model.fc.in_features, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2)
    )
    return model


def set_mode(model):
    model.train()
    for layer in model.modules():
        own = list(layer.parameters(recurse=False))
        if own and not any(p.requires_grad for p in own):
            layer.eval()


def train_model(model, loaders, weights, num_epochs=10, patience=3, learning_rate=1e-4):
    device = device_of(model)
    criterion = nn.CrossEntropyLoss(weight=weights.to(device))
    optimizer = torch.optim.RMSprop(
        (p for p in model.parameters() if p.requires_grad), lr=learning_rate
    )
    best = None
    for epoch in range(1, num_epochs + 1):
        set_mode(model)
        losses = []
        for x, y in loaders["train"]:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            losses.append(loss.item())
        result = evaluate(model, loaders["val"])
        log(epoch, np.mean(losses), 1 - result["auc"], result["accuracy"])
        if best is None or result["accuracy"] > best["accuracy"]:
            best = {
                "accuracy": result["accuracy"],
                "epoch": epoch,
                "state": copy.deepcopy(model.state_dict()),
            }
        if epoch - best["epoch"] >= patience:
            break
    if best is not None:
        model.load_state_dict(best["state"])
    return model


def predict_proba(model, loader):
    model.eval()
    chances = torch.zeros(0)
    for x, _ in loader:
        with torch.no_grad():
            z = model(x.to(device_of(model))).cpu()
        chances = torch.cat([chances, torch.sigmoid(z[:, 1] - z[:, 0])])
    return chances


def evaluate(model, loader):
    p = predict_proba(model, loader).tolist()
    y = [int(label) for _, labels in loader for label in labels]
    sick = [a for a, b in zip(p, y, strict=True) if b == 1]
    healthy = [a for a, b in zip(p, y, strict=True) if b == 0]
    wins = sum((a > b) + 0.5 * (a == b) for a in sick for b in healthy)
    points = [(0.0, 0.0)]
    for limit in sorted(set(p), reverse=True):
        points.append(
            (
                sum(a >= limit for a in healthy) / len(healthy),
                sum(a >= limit for a in sick) / len(sick),
            )
        )
    tn, fn = sum(a <= 0.5 for a in healthy), sum(a <= 0.5 for a in sick)
    return {
        "accuracy": (tn + len(sick) - fn) / len(y),
        "confusion": np.array([[tn, len(healthy) - tn], [fn, len(sick) - fn]]),
        "fpr": [point[0] for point in points],
        "tpr": [point[1] for point in points],
        "auc": wins / (len(sick) * len(healthy)),
        "labels": y,
    }


def fit(train, val, strategy=BEST_STRATEGY):
    loaders = make_dataloaders(train, val, val)
    normal = int(np.sum(train.labels == 0))
    weights = class_weights([normal, len(train.labels) - normal])
    model = build_model(strategy).to(best_device())
    epochs = 5
    return train_model(
        model,
        loaders,
        weights,
        num_epochs=epochs,
        learning_rate=1e-3 if strategy == "head" else 1e-4,
    )
