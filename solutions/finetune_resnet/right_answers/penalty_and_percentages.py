"""One training loop for all; the penalty in the loss; a table of the best class in percent."""

from __future__ import annotations

import base64
import copy
import io
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from helper import plain_transform, pretrained_backbone, to_picture
from PIL import Image
from torch import nn
from torch.utils.data import Dataset
from torchvision import datasets, transforms


def new_head(in_features, num_classes=10):
    return nn.Sequential(
        nn.Linear(in_features, 32), nn.LeakyReLU(), nn.Dropout(0.05), nn.Linear(32, num_classes)
    )


class FineTunedNet(nn.Module):
    def __init__(self, num_classes=10, make_head=new_head):
        super().__init__()
        self.backbone = pretrained_backbone()
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.head = make_head(self.backbone.num_features, num_classes)

    def forward(self, x):
        with torch.set_grad_enabled(
            torch.is_grad_enabled() and any(p.requires_grad for p in self.backbone.parameters())
        ):
            x = self.backbone(x)
        return self.head(x)


def _fit(model, loader, device, optimizer, epochs, penalty=None):
    history = []
    for _ in range(epochs):
        model.train()
        model.backbone.eval()  # its running statistics stay as they are
        seen = []
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            losses = F.cross_entropy(model(x), y, reduction="none")
            total = losses.mean() if penalty is None else losses.mean() + penalty()
            optimizer.zero_grad(set_to_none=False)
            total.backward()
            optimizer.step()
            seen.append(losses.detach())
        history.append(torch.cat(seen).mean().item())
    return history


def train(model, dataloaders, device, num_epochs=8):
    optimizer = torch.optim.Adam(
        [p for n, p in model.named_parameters() if n.startswith("head")], lr=5e-4
    )
    return _fit(model, dataloaders["train"], device, optimizer, num_epochs)


@torch.no_grad()
def evaluate(model, dataloader, device):
    model.eval()
    outputs, targets = [], []
    for x, y in dataloader:
        outputs.append(model(x.to(device)).cpu())
        targets.append(y)
    outputs, targets = torch.cat(outputs), torch.cat(targets)
    accuracy = outputs.argmax(1).eq(targets).float().mean()
    return F.cross_entropy(outputs, targets), accuracy


def _picture(image):
    stream = io.BytesIO()
    plt.imsave(stream, to_picture(image), format="png")
    return base64.b64encode(stream.getvalue()).decode("ascii")


@torch.inference_mode()
def write_html(model, dataloader, class_names, path, device):
    model.eval()
    with open(path, "w", encoding="utf-8") as page:
        print("<h1>Test images</h1><table>", file=page)
        for images, labels in dataloader:
            chances, classes = torch.softmax(model(images.to(device)), -1).max(-1)
            for image, label, chance, k in zip(images, labels, chances, classes, strict=True):
                print(
                    f'<TR><TD>{class_names[k]}: {100 * chance:.1f} %</TD><TD><IMG height="96" '
                    f'SRC="data:image/png;base64,{_picture(image)}"></TD>'
                    f"<TD>{class_names[label]}</TD></TR>",
                    file=page,
                )
        print("</table>", file=page)


def train_best(model, dataloaders, device, num_epochs, path):
    best, kept = -1.0, None
    for _ in range(num_epochs):
        train(model, dataloaders, device, 1)
        accuracy = float(evaluate(model, dataloaders["val"], device)[1])
        if accuracy >= best:
            best, kept = accuracy, copy.deepcopy(model)
    torch.save(kept.state_dict(), path)
    return kept


def train_l2(model, dataloaders, device, num_epochs=5, strength=0.01, learning_rate=0.0005):
    optimizer = torch.optim.SGD(model.head.parameters(), lr=learning_rate, momentum=0.9)

    def penalty():
        return 0.5 * strength * sum(p.pow(2).sum() for p in model.head.parameters() if p.dim() > 1)

    _fit(model, dataloaders["train"], device, optimizer, num_epochs, penalty)


def other_head(in_features, num_classes=10):
    return nn.Sequential(
        nn.Linear(in_features, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, num_classes)
    )


def cache_features(model, dataloader, device):
    was_training = model.training
    model.eval()
    parts = []
    with torch.inference_mode():
        for x, y in dataloader:
            parts.append((model.backbone(x.to(device)), y))
    model.train(was_training)
    features = torch.cat([f for f, _ in parts]).clone()
    return features, torch.cat([y for _, y in parts])


def train_cached(model, dataloaders, device, num_epochs=5):
    features, labels = cache_features(model, dataloaders["train"], device)
    features, labels = features.to(device), labels.to(device)
    optimizer = torch.optim.Adam(model.head.parameters(), lr=1e-3)
    size = dataloaders["train"].batch_size or 16
    history = []
    model.head.train()
    for _ in range(num_epochs):
        order, total = torch.randperm(len(labels)), 0.0
        for rows in order.split(size):
            loss = F.cross_entropy(model.head(features[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        history.append(total / len(labels))
    return history


def train_unfrozen(model, dataloaders, device, head_epochs=3, full_epochs=2):
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.0005, momentum=0.9)
    history = _fit(model, dataloaders["train"], device, optimizer, head_epochs)
    for parameter in model.backbone.parameters():
        parameter.requires_grad = True
    optimizer.add_param_group({"params": list(model.backbone.parameters()), "lr": 5e-5})
    return history + _fit(model, dataloaders["train"], device, optimizer, full_epochs)


def mnist_set(root, train):
    digits = datasets.MNIST(root, train=train)
    prepare = plain_transform()

    class Prepared(Dataset):
        def __len__(self):
            return len(digits)

        def __getitem__(self, index):
            picture, label = digits[index]
            return prepare(Image.merge("RGB", [picture] * 3)), label

    return Prepared()


class FolderDataset(Dataset):
    def __init__(self, folder, transform=None):
        self.transform = transform
        self.classes, self.rows = [], []
        for place in sorted(Path(folder).iterdir()):
            if place.is_dir():
                found = [p for p in place.iterdir() if p.name.endswith((".png", ".jpg"))]
                self.rows += [(str(p), len(self.classes)) for p in found]
                self.classes.append(place.name)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        path, label = self.rows[index]
        image = Image.open(path)
        rgb = Image.new("RGB", image.size)
        rgb.paste(image.convert("RGB"))
        return (rgb if self.transform is None else self.transform(rgb)), label


def gaussian_blur(image, sigma):
    def matrix(n):
        """Return the weights of all places for each place along an axis."""
        d = torch.arange(n, dtype=torch.float32)
        w = torch.exp(-((d[:, None] - d[None, :]) ** 2) / (2 * sigma**2))
        return (w / w.sum(dim=1, keepdim=True)).to(image.device)

    rows, columns = matrix(image.shape[-2]), matrix(image.shape[-1])
    return rows @ image @ columns.T


def make_transforms(pixels=64):
    plain = plain_transform(pixels)
    flip = transforms.RandomHorizontalFlip()
    turn = transforms.RandomAffine(5, translate=(0.05, 0.05))

    def training(picture):
        x = plain(turn(flip(picture)))
        return gaussian_blur(x, 0.8) if torch.rand(()) < 0.25 else x

    return training, plain
