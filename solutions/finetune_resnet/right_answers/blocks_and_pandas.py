"""Short and dense: bars sorted by probability, lambdas, a list of states, a blur by shifts."""

from base64 import b64encode
from io import BytesIO

import numpy as np
import torch
from helper import DEVIATION, MEAN, PIXELS, plain_transform, pretrained_backbone
from PIL import Image
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import Dataset
from torchvision import datasets
from torchvision import transforms as T


def new_head(in_features, num_classes=10):
    return nn.Sequential(nn.Linear(in_features, 32), nn.Tanh(), nn.Linear(32, num_classes))


class FineTunedNet(nn.Module):
    def __init__(self, num_classes=10, make_head=new_head):
        super().__init__()
        self.backbone = pretrained_backbone().requires_grad_(False)
        self.head = make_head(self.backbone.num_features, num_classes)

    def forward(self, images):
        return self.head(self.backbone(images).flatten(1))


def train(model, dataloaders, device, num_epochs=5):
    opt = optim.SGD((p for p in model.parameters() if p.requires_grad), lr=5e-4, momentum=0.9)
    out = []
    for _ in range(num_epochs):
        model.train()
        n = s = 0
        for x, y in dataloaders["train"]:
            y = y.to(device)
            loss = F.cross_entropy(model(x.to(device)), y)
            loss.backward()
            opt.step()
            opt.zero_grad()
            n, s = n + len(y), s + loss.item() * len(y)
        out.append(s / n)
    return out


def evaluate(model, dataloader, device):
    with torch.inference_mode():
        z, y = zip(
            *((model.eval()(x.to(device)), y.to(device)) for x, y in dataloader), strict=True
        )
        z, y = torch.cat(z), torch.cat(y)
        return F.cross_entropy(z, y).item(), (z.argmax(-1) == y).float().mean().item()


def write_html(model, dataloader, class_names, path, device):
    rows = []
    model.eval()
    for x, _ in dataloader:
        with torch.no_grad():
            p = F.softmax(model(x.to(device)), 1).cpu().numpy()
        for image, q in zip(x.numpy(), p, strict=True):
            array = (image * np.reshape(DEVIATION, (3, 1, 1)) + np.reshape(MEAN, (3, 1, 1))) * 255
            file = BytesIO()
            Image.fromarray(array.round().astype("uint8").transpose(1, 2, 0)).save(file, "bmp")
            order = np.argsort(-q)
            bars = "<br>".join(
                f"{class_names[k]} <meter value='{q[k]:.3f}'></meter>" for k in order
            )
            source = "data:image/bmp;base64," + b64encode(file.getvalue()).decode()
            rows.append({"picture": f'<img src="{source}"/>', "probabilities": bars})
    cells = "".join(f"<tr><td>{r['picture']}</td><td>{r['probabilities']}</td></tr>" for r in rows)
    with open(path, "w") as f:
        f.write(f'<table class="dataframe"><thead></thead><tbody>{cells}</tbody></table>')


def train_best(model, dataloaders, device, num_epochs, path):
    records = []
    for _ in range(num_epochs):
        train(model, dataloaders, device, 1)
        loss, accuracy = evaluate(model, dataloaders["val"], device)
        state = {k: v.detach().cpu().clone() for k, v in model.state_dict().items()}
        records.append((accuracy, -loss, state))
    best = max(records, key=lambda r: r[:1])[2]
    torch.save(best, path)
    model.load_state_dict(best)
    return model


def train_l2(model, dataloaders, device, num_epochs=5, strength=0.01, learning_rate=5e-4):
    opt = optim.SGD(model.head.parameters(), lr=learning_rate, momentum=0.5)
    for _ in range(num_epochs):
        model.train()
        for x, y in dataloaders["train"]:
            opt.zero_grad()
            F.cross_entropy(model(x.to(device)), y.to(device)).backward()
            with torch.no_grad():
                for p in model.head.parameters():
                    if p.ndim > 1:
                        p.grad += strength * p
            opt.step()


def mnist_set(root, train):
    steps = [T.Resize((PIXELS, PIXELS)), T.ToTensor(), lambda t: t.repeat(3, 1, 1)]
    return datasets.MNIST(root, train, T.Compose([*steps, T.Normalize(MEAN, DEVIATION)]))


class FolderDataset(Dataset):
    def __init__(self, folder, transform=None):
        import os

        self.classes = sorted(d for d in os.listdir(folder) if os.path.isdir(f"{folder}/{d}"))
        self.samples = []
        for label, c in enumerate(self.classes):
            for f in sorted(os.listdir(f"{folder}/{c}")):
                if f.endswith((".png", ".jpg")):
                    self.samples.append((f"{folder}/{c}/{f}", label))
        self.transform = transform

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        path, label = self.samples[i]
        with open(path, "rb") as f:
            image = Image.open(f).convert("RGB")
        return (self.transform(image) if self.transform else image), label


class OtherHead(nn.Module):
    def __init__(self, n, c):
        super().__init__()
        self.norm = nn.LayerNorm(n)
        self.layers = nn.ModuleList([nn.Linear(n, n), nn.Linear(n, n)])
        self.out = nn.Linear(n, c)

    def forward(self, x):
        x = self.norm(x)
        for layer in self.layers:
            x = x + F.relu(layer(x))
        return self.out(x)


def other_head(in_features, num_classes=10):
    return OtherHead(in_features, num_classes)


def gaussian_blur(image, sigma):
    pixels = image.numpy().astype(np.float64)
    r = round(3 * sigma) + 1
    total = np.zeros_like(pixels)
    weights = np.zeros(pixels.shape[1:])
    height, width = weights.shape
    for dy in range(-r, r + 1):
        for dx in range(-r, r + 1):
            w = np.exp(-0.5 * (dx * dx + dy * dy) / sigma**2)
            y0, y1 = max(0, -dy), min(height, height - dy)
            x0, x1 = max(0, -dx), min(width, width - dx)
            total[:, y0:y1, x0:x1] += w * pixels[:, y0 + dy : y1 + dy, x0 + dx : x1 + dx]
            weights[y0:y1, x0:x1] += w
    return torch.from_numpy(total / weights).to(image.dtype)


def make_transforms(pixels=PIXELS):
    training = T.Compose(
        [
            T.RandomCrop(32, padding=2),
            T.RandomHorizontalFlip(),
            T.Resize((pixels, pixels)),
            T.ToTensor(),
            T.Lambda(lambda x: gaussian_blur(x, 1.0) if torch.rand(1) < 0.2 else x),
            T.Normalize(MEAN, DEVIATION),
        ]
    )
    return training, plain_transform(pixels)


def cache_features(model, dataloader, device):
    model.backbone.eval()
    features, labels = [], []
    for x, y in dataloader:
        for f, k in zip(model.backbone(x.to(device)).detach().cpu(), y, strict=True):
            features.append(f)
            labels.append(int(k))
    return torch.stack(features), torch.tensor(labels)


def train_cached(model, dataloaders, device, num_epochs=5):
    features, labels = cache_features(model, dataloaders["train"], device)
    opt = optim.Adam(model.head.parameters(), 1e-3)
    model.train()
    out = []
    for _ in range(num_epochs):
        s = 0.0
        for rows in torch.randperm(len(labels)).split(dataloaders["train"].batch_size):
            loss = F.cross_entropy(model.head(features[rows].to(device)), labels[rows].to(device))
            opt.zero_grad()
            loss.backward()
            opt.step()
            s += loss.item() * len(rows)
        out.append(s / len(labels))
    return out


def train_unfrozen(model, dataloaders, device, head_epochs=3, full_epochs=2):
    out = []
    for epoch in range(head_epochs + full_epochs):
        full = epoch >= head_epochs
        model.backbone.requires_grad_(full)
        if epoch in (0, head_epochs):
            groups = [{"params": model.head.parameters()}]
            if full:
                groups.append({"params": model.backbone.parameters(), "lr": 1e-4})
            opt = optim.SGD(groups, lr=5e-4, momentum=0.9, weight_decay=1e-4)
        n = s = 0
        for x, y in dataloaders["train"]:
            model.train()
            y = y.to(device)
            opt.zero_grad()
            loss = F.cross_entropy(model(x.to(device)), y)
            loss.backward()
            opt.step()
            n, s = n + len(y), s + loss.item() * len(y)
        out.append(s / n)
    return out
