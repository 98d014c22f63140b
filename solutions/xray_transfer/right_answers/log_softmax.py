"""LogSoftmax with NLLLoss, weights of batches by hand, clones on the CPU, thresholds on a grid."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from helper import XRayDataset, best_device, blocks, device_of, pretrained_model
from torch import nn
from torch.utils.data import DataLoader

MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
BEST_STRATEGY = "partial"


def make_transform(training, pixels=64):
    def transform(image):
        picture = np.asarray(image.convert("L").resize((pixels, pixels)), np.float64) / 255
        if training:
            down, right = np.random.randint(-4, 5, 2)
            picture = np.roll(picture, (down, right), (0, 1))
            picture = np.clip(picture * np.random.uniform(0.9, 1.1), 0, 1)
        channels = (picture[None] - MEAN[:, None, None]) / DEVIATION[:, None, None]
        return torch.from_numpy(channels).float()

    return transform


def split(labels, patients, val_fraction=0.2, seed=0):
    owners = patients if len(patients) else range(len(labels))
    generator = torch.Generator().manual_seed(seed)
    chosen = set()
    for label in (0, 1):
        of_class = sorted({o for o, y in zip(owners, labels, strict=True) if y == label})
        order = torch.randperm(len(of_class), generator=generator).tolist()
        chosen |= {of_class[i] for i in order[: round(val_fraction * len(of_class))]}
    val = [i for i, owner in enumerate(owners) if owner in chosen]
    inside = set(val)
    return torch.tensor([i for i in range(len(labels)) if i not in inside]), torch.tensor(val)


def make_dataloaders(train, val, test, pixels=64, batch_size=16):
    def loader(part, training):
        data = XRayDataset(part.images, part.labels, make_transform(training, pixels))
        return DataLoader(data, batch_size=batch_size, shuffle=training)

    return {"train": loader(train, True), "val": loader(val, False), "test": loader(test, False)}


def class_weights(counts):
    return 1.0 / torch.tensor([float(count) for count in counts])


def build_model(strategy):
    frozen = {"head": None, "partial": -5, "full": 0}
    if strategy not in frozen:
        raise ValueError(f"no strategy {strategy}")
    model = pretrained_model()
    parts = blocks(model)
    still = parts if strategy == "head" else parts[: frozen[strategy]]
    if strategy == "full":
        still = []
    for part in still:
        part.requires_grad_(False)
    model.fc = nn.Sequential(nn.Linear(model.fc.in_features, 2), nn.LogSoftmax(dim=1))
    return model


def train_model(model, loaders, weights, num_epochs=10, patience=3, learning_rate=1e-4):
    device = device_of(model)
    weights = torch.as_tensor(weights, dtype=torch.float32, device=device)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], learning_rate)
    history = []
    for _ in range(num_epochs):
        model.train()
        for module in model.modules():
            if "BatchNorm" in type(module).__name__:
                module.train(module.weight.requires_grad)
        for images, labels in loaders["train"]:
            images, labels = images.to(device), labels.to(device)
            each = F.nll_loss(model(images), labels, reduction="none")
            loss = (each * weights[labels]).mean() / weights.mean()
            model.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        total = torch.zeros((), device=device)
        with torch.inference_mode():
            for images, labels in loaders["val"]:
                labels = labels.to(device)
                each = F.nll_loss(model(images.to(device)), labels, reduction="none")
                total += (each * weights[labels]).sum()
        state = {key: value.detach().cpu().clone() for key, value in model.state_dict().items()}
        history.append((float(total), state))
        losses = [loss for loss, _ in history]
        if len(losses) - 1 - int(np.argmin(losses)) >= patience:
            break
    model.load_state_dict(min(history, key=lambda pair: pair[0])[1])
    return model


def predict_proba(model, loader):
    found = []
    model.train(False)
    for images, _ in loader:
        with torch.no_grad():
            found += torch.exp(model(images.to(device_of(model))))[:, 1:].cpu()
    return torch.stack(found)[:, 0]


def evaluate(model, loader):
    scores = predict_proba(model, loader)
    labels = torch.cat([batch for _, batch in loader]).bool()
    hits = scores > 0.5
    counts = [
        [int((~labels & ~hits).sum()), int((~labels & hits).sum())],
        [int((labels & ~hits).sum()), int((labels & hits).sum())],
    ]
    grid = torch.linspace(1.001, -0.001, 2001)[:, None]
    tpr = (scores[labels] >= grid).double().mean(1)
    fpr = (scores[~labels] >= grid).double().mean(1)
    return {
        "accuracy": torch.tensor([float((hits == labels).double().mean())]),
        "confusion": torch.tensor(counts),
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        "auc": float(((fpr[1:] - fpr[:-1]) * (tpr[1:] + tpr[:-1]) / 2).sum()),
    }


def fit(train, val, strategy=BEST_STRATEGY):
    loaders = make_dataloaders(train, val, val)
    counts = [sum(1 for y in train.labels if y == label) for label in range(2)]
    model = build_model(strategy).to(best_device())
    rate = {"head": 2e-3, "partial": 2e-4, "full": 1e-4}[strategy]
    return train_model(model, loaders, class_weights(counts), 6, 2, rate)
