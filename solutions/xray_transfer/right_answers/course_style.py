"""In the style of PyTorch's tutorial: phases, running sums, best accuracy, a literal 2."""

import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from helper import XRayDataset, best_device, device_of, pretrained_model
from torch.optim import lr_scheduler
from torchvision import transforms

BEST_STRATEGY = "full"


def make_transform(training, pixels=64):
    normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    if training:
        return transforms.Compose([
            transforms.Grayscale(3),
            transforms.Resize((pixels + 8, pixels + 8)),
            transforms.RandomCrop(pixels),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            normalize,
        ])  # fmt: skip
    return transforms.Compose([
        transforms.Resize((pixels, pixels)),
        transforms.ToTensor(),
        transforms.Lambda(lambda x: x.repeat(3, 1, 1) if x.shape[0] == 1 else x),
        normalize,
    ])  # fmt: skip


def split(labels, patients, val_fraction=0.2, seed=0):
    if not patients:
        patients = list(range(len(labels)))
    groups = {}
    for index, (patient, label) in enumerate(zip(patients, labels, strict=True)):
        groups.setdefault((label, patient), []).append(index)
    train, val = [], []
    for label in [0, 1]:
        keys = sorted(key for key in groups if key[0] == label)
        random.Random(seed).shuffle(keys)
        n_val = int(len(keys) * val_fraction)
        for i, key in enumerate(keys):
            (val if i < n_val else train).extend(groups[key])
    return train, val


def make_dataloaders(train, val, test, pixels=64, batch_size=16):
    data_transforms = {
        "train": make_transform(True, pixels),
        "val": make_transform(False, pixels),
        "test": make_transform(False, pixels),
    }
    parts = {"train": train, "val": val, "test": test}
    image_datasets = {
        x: XRayDataset(parts[x].images, parts[x].labels, data_transforms[x]) for x in parts
    }
    return {
        x: torch.utils.data.DataLoader(
            image_datasets[x], batch_size=batch_size, shuffle=(x == "train"), num_workers=0
        )
        for x in parts
    }


def class_weights(counts):
    n_normal, n_pneumonia = counts
    total = n_normal + n_pneumonia
    return torch.tensor([1 - n_normal / total, 1 - n_pneumonia / total])


def build_model(strategy):
    if strategy not in ["head", "partial", "full"]:
        raise ValueError("unknown strategy " + strategy)
    model = pretrained_model()
    if strategy == "head" or strategy == "partial":
        for param in model.parameters():
            param.requires_grad = False
    if strategy == "partial":
        for name, param in model.named_parameters():
            if name.startswith(("features.10", "features.11", "features.12")):
                param.requires_grad = True
    num_ftrs = model.fc.in_features
    model.fc = nn.Linear(num_ftrs, 2)
    return model


def train_model(model, loaders, weights, num_epochs=10, patience=3, learning_rate=1e-4):
    device = device_of(model)
    criterion = nn.CrossEntropyLoss(weight=weights.to(device), reduction="sum")
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = optim.AdamW(params, lr=learning_rate, weight_decay=1e-3)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
    best_model_wts = copy.deepcopy(model.state_dict())
    best_acc = 0.0
    epochs_no_improve = 0
    for epoch in range(num_epochs):
        print(f"Epoch {epoch}/{num_epochs - 1}")
        for phase in ["train", "val"]:
            if phase == "train":
                model.train()
                for m in model.modules():
                    if (
                        isinstance(m, (nn.BatchNorm2d, nn.BatchNorm1d))
                        and not m.weight.requires_grad
                    ):
                        m.eval()
            else:
                model.eval()
            running_loss, running_corrects, n = 0.0, 0, 0
            for inputs, labels in loaders[phase]:
                inputs = inputs.to(device)
                labels = labels.to(device)
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = model(inputs)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels) / len(labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(preds == labels.data).item()
                n += inputs.size(0)
            epoch_acc = running_corrects / n
            if phase == "train":
                scheduler.step()
        if epoch_acc > best_acc:
            best_acc = epoch_acc
            best_model_wts = copy.deepcopy(model.state_dict())
            epochs_no_improve = 0
        else:
            epochs_no_improve += 1
        if epochs_no_improve >= patience:
            break
    model.load_state_dict(best_model_wts)
    return model


def predict_proba(model, loader):
    model.eval()
    probs = []
    with torch.no_grad():
        for inputs, _ in loader:
            outputs = model(inputs.to(device_of(model)))
            probs.extend(torch.softmax(outputs, 1)[:, 1].cpu().tolist())
    return np.array(probs)


def evaluate(model, loader):
    probs = predict_proba(model, loader)
    labels = np.concatenate([y.numpy() for _, y in loader])
    preds = (probs > 0.5).astype(int)
    confusion = np.zeros((2, 2), dtype=int)
    for t, p in zip(labels, preds, strict=True):
        confusion[t, p] += 1
    fpr, tpr = [0.0], [0.0]
    for threshold in sorted(set(probs), reverse=True):
        hit = probs >= threshold
        tpr.append((hit & (labels == 1)).sum() / (labels == 1).sum())
        fpr.append((hit & (labels == 0)).sum() / (labels == 0).sum())
    return {
        "accuracy": (preds == labels).mean(),
        "confusion": confusion,
        "fpr": np.array(fpr),
        "tpr": np.array(tpr),
        "auc": np.trapezoid(tpr, fpr),
    }


def fit(train, val, strategy=BEST_STRATEGY):
    dataloaders = make_dataloaders(train, val, val)
    weights = class_weights([int((train.labels == 0).sum()), int((train.labels == 1).sum())])
    model = build_model(strategy).to(best_device())
    lr = 1e-3 if strategy == "head" else 1e-4
    return train_model(model, dataloaders, weights, num_epochs=5, patience=3, learning_rate=lr)
