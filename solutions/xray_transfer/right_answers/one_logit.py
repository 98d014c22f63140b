"""One logit with BCEWithLogitsLoss, best by AUC, own datasets of tensors, SGD with a schedule."""

from copy import deepcopy

import helper
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

PIXELS = 64
BEST_STRATEGY = "partial"


def make_transform(training, pixels=PIXELS):
    some = []
    if training:
        some = [v2.RandomRotation(5), v2.RandomResizedCrop(pixels, scale=(0.8, 1), ratio=(1, 1))]
    return v2.Compose(
        [
            v2.Lambda(lambda image: image.convert("RGB")),
            v2.Resize((pixels, pixels)),
            *some,
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(helper.MEAN, helper.DEVIATION),
        ]
    )


def split(labels, patients, val_fraction=0.2, seed=0):
    names = np.array(patients if len(patients) else [f"{i}" for i in range(len(labels))])
    rng = np.random.RandomState(seed)
    unique = np.unique(names)
    labels = np.asarray(labels)
    val = np.zeros(len(names), bool)
    for label in (0, 1):
        mine = [n for n in unique if (labels[names == n] == label).all()]
        rng.shuffle(mine)
        wanted = val_fraction * (labels == label).sum()
        taken = 0
        for name in mine:
            if taken >= wanted:
                break
            val |= names == name
            taken += (names == name).sum()
    return np.flatnonzero(~val), np.flatnonzero(val)


class Pictures(Dataset):
    def __init__(self, part, transform):
        self.part, self.transform = part, transform

    def __len__(self):
        return len(self.part.images)

    def __getitem__(self, i):
        from PIL import Image

        picture = Image.fromarray(self.part.images[i])
        return self.transform(picture), torch.tensor(int(self.part.labels[i]))


def make_dataloaders(train, val, test, pixels=PIXELS, batch_size=16):
    still = make_transform(False, pixels)
    return {
        "train": DataLoader(Pictures(train, make_transform(True, pixels)), batch_size, True),
        "val": DataLoader(Pictures(val, still), batch_size),
        "test": DataLoader(Pictures(test, still), batch_size),
    }


def class_weights(counts):
    return [max(counts) / count for count in counts]


def build_model(strategy):
    if strategy not in ("head", "partial", "full"):
        raise ValueError(strategy)
    model = helper.pretrained_model()
    if strategy != "full":
        model.requires_grad_(False)
    if strategy == "partial":
        for block in helper.blocks(model)[-2:]:
            block.requires_grad_(True)
    model.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(model.fc.in_features, 1))
    return model


def _auc(scores, labels):
    gaps = scores[labels == 1][:, None] - scores[labels == 0]
    return float((gaps > 0).float().mean() + (gaps == 0).float().mean() / 2)


def train_model(model, loaders, weights, num_epochs=10, patience=3, learning_rate=1e-4):
    device = helper.device_of(model)
    loss_function = nn.BCEWithLogitsLoss(
        pos_weight=torch.tensor(float(weights[1] / weights[0]), device=device)
    )
    optimizer = torch.optim.SGD(
        filter(lambda p: p.requires_grad, model.parameters()), lr=learning_rate, momentum=0.9
    )
    best_model, best, bad = model, -1.0, 0
    for _ in range(num_epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
                module.train(any(p.requires_grad for p in module.parameters()))
        for images, labels in loaders["train"]:
            optimizer.zero_grad()
            scores = model(images.to(device)).squeeze(1)
            loss_function(scores, labels.to(device).float()).backward()
            optimizer.step()
        scores = predict_proba(model, loaders["val"])
        auc = _auc(scores, torch.cat([labels for _, labels in loaders["val"]]))
        if auc > best:
            best, best_model, bad = auc, deepcopy(model), 0
        else:
            bad += 1
            if bad == patience:
                break
    return best_model


@torch.no_grad()
def predict_proba(model, loader):
    model.eval()
    device = helper.device_of(model)
    return torch.cat([model(x.to(device)).sigmoid().flatten().cpu() for x, _ in loader])


def evaluate(model, loader):
    scores = predict_proba(model, loader).numpy()
    truth = np.concatenate([labels.numpy() for _, labels in loader])
    order = np.argsort(-scores, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(scores[order])), len(order) - 1]
    hits = np.cumsum(truth[order])[ends]
    tpr = np.r_[0, hits / truth.sum()]
    fpr = np.r_[0, (ends + 1 - hits) / (1 - truth).sum()]
    predicted = scores >= 0.5
    return {
        "accuracy": np.mean(predicted == truth),
        "confusion": [
            [int(np.sum((truth == t) & (predicted == p))) for p in (0, 1)] for t in (0, 1)
        ],
        "fpr": fpr,
        "tpr": tpr,
        "auc": float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)),
    }


def fit(train, val, strategy=BEST_STRATEGY):
    loaders = make_dataloaders(train, val, val)
    weights = class_weights(np.bincount(train.labels, minlength=2).tolist())
    model = build_model(strategy).to(helper.best_device())
    rates = {"head": 3e-3, "partial": 1e-3, "full": 5e-4}
    return train_model(model, loaders, weights, 8, 3, rates[strategy])
