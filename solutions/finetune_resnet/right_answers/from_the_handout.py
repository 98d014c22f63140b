"""Written from the handout and the skeleton, with plain loops, conv2d and pathlib."""

import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from helper import plain_transform, pretrained_backbone, to_picture
from PIL import Image
from torch import nn
from torch.utils.data import Dataset
from torchvision import transforms

NUM_EPOCHS = 5
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


class Head(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.hidden = nn.Linear(in_features, 32)
        self.output = nn.Linear(32, num_classes)

    def forward(self, x):
        return self.output(F.elu(self.hidden(x)))


def new_head(in_features, num_classes=10):
    return Head(in_features, num_classes)


class FineTunedNet(nn.Module):
    def __init__(self, num_classes=10, make_head=new_head):
        super().__init__()
        backbone = pretrained_backbone()
        self.backbone = backbone
        self.head = make_head(backbone.num_features, num_classes)

    def forward(self, images):
        features = self.backbone(images)
        return self.head(features)


def train(model, dataloaders, device, num_epochs=NUM_EPOCHS):
    optimizer = torch.optim.RMSprop(model.head.parameters(), lr=0.0003)
    means = []
    for _ in range(num_epochs):
        model.train()
        all_losses = []
        for x, y in dataloaders["train"]:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            log_p = F.log_softmax(model(x), dim=1)
            loss = F.nll_loss(log_p, y)
            loss.backward()
            optimizer.step()
            all_losses.extend([loss.item()] * len(x))
        means.append(float(np.mean(all_losses)))
    return means


def evaluate(model, dataloader, device):
    model.eval()
    losses, right = [], []
    for x, y in dataloader:
        x, y = x.to(device), y.to(device)
        with torch.no_grad():
            z = model(x)
        losses += F.cross_entropy(z, y, reduction="none").cpu().tolist()
        right += [int(a == b) for a, b in zip(z.argmax(1), y, strict=True)]
    return np.mean(losses), np.mean(right)


def mnist_set(root, train):
    def to_input(picture):
        return plain_transform()(picture.convert("RGB"))

    return torchvision.datasets.MNIST(root, train=train, transform=to_input, download=False)


class FolderDataset(Dataset):
    def __init__(self, folder, transform=None):
        folder = Path(folder)
        self.classes = sorted(p.name for p in folder.glob("*") if p.is_dir())
        self.paths, self.labels = [], []
        for ending in ("png", "jpg"):
            for path in folder.glob(f"*/*.{ending}"):
                self.paths.append(path)
                self.labels.append(self.classes.index(path.parent.name))
        self.transform = transform or (lambda picture: picture)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        picture = Image.open(self.paths[index]).convert("RGB")
        return self.transform(picture), torch.tensor(self.labels[index])


def gaussian_blur(image, sigma):
    radius = int(4 * sigma) + 1
    axis = np.arange(-radius, radius + 1)
    kernel = np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2) / (2 * sigma**2))
    kernel = torch.tensor(kernel / kernel.sum(), dtype=image.dtype)
    weight = kernel.expand(3, 1, *kernel.shape)
    padded = F.pad(image.unsqueeze(0), [radius] * 4, mode="replicate")
    return F.conv2d(padded, weight, groups=3).squeeze(0)


class RandomBlur:
    """A transformation of PIL images."""

    def __call__(self, picture):
        if np.random.random() < 0.5:
            return picture
        pixels = torch.tensor(np.array(picture, dtype=np.float32)).permute(2, 0, 1) / 255
        blurred = gaussian_blur(pixels, np.random.uniform(0.3, 1.0))
        array = (255 * blurred.clamp(0, 1)).byte().permute(1, 2, 0).numpy()
        return Image.fromarray(array)


def make_transforms(pixels=64):
    last = [transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]
    training = [
        RandomBlur(),
        transforms.RandomRotation(10),
        transforms.RandomHorizontalFlip(),
        transforms.ColorJitter(0.1, 0.1, 0.1),
        transforms.Resize((pixels, pixels)),
        *last,
    ]
    test = [transforms.Resize((pixels, pixels)), *last]
    return transforms.Compose(training), transforms.Compose(test)


def train_unfrozen(model, dataloaders, device, head_epochs=3, full_epochs=2):
    losses = train(model, dataloaders, device, head_epochs)
    for p in model.parameters():
        p.requires_grad = True
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
    for _ in range(full_epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in dataloaders["train"]:
            x, y = x.to(device), y.to(device)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            n += len(x)
        losses.append(total / n)
    return losses


def write_html(model, dataloader, class_names, path, device):
    path = Path(path)
    lines = ["<table>"]
    number = 0
    model.eval()
    for x, _ in dataloader:
        with torch.no_grad():
            z = model(x.to(device))
        for image, p in zip(x, F.softmax(z, dim=1), strict=True):
            picture = Image.fromarray((255 * to_picture(image) + 0.5).astype(np.uint8))
            name = f"image{number}.png"
            picture.resize((128, 128)).save(path.parent / name)
            scores = ", ".join(f"{c}: {float(s):.2%}" for c, s in zip(class_names, p, strict=True))
            lines.append(f'<tr><td>{number}.</td><td>{scores}</td><td><img src="{name}"></td></tr>')
            number += 1
    lines.append("</table>")
    path.write_text("\n".join(lines))


def train_best(model, dataloaders, device, num_epochs, path):
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.0005, momentum=0.9)
    best_accuracy = None
    for _ in range(num_epochs):
        model.train()
        for x, y in dataloaders["train"]:
            optimizer.zero_grad()
            F.cross_entropy(model(x.to(device)), y.to(device)).backward()
            optimizer.step()
        _, accuracy = evaluate(model, dataloaders["val"], device)
        if best_accuracy is None or accuracy > best_accuracy:
            best_accuracy = accuracy
            best = copy.deepcopy(model.state_dict())
    torch.save(best, path)
    model.load_state_dict(best)
    return model


def train_l2(model, dataloaders, device, num_epochs=5, strength=0.01, learning_rate=0.0005):
    optimizer = torch.optim.SGD(model.head.parameters(), lr=learning_rate)
    for _ in range(num_epochs):
        model.train()
        for x, y in dataloaders["train"]:
            loss = F.cross_entropy(model(x.to(device)), y.to(device))
            for name, w in model.head.named_parameters():
                if name.endswith("weight"):
                    loss = loss + strength / 2 * torch.norm(w) ** 2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


class OtherHead(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.first = nn.Linear(in_features, 64)
        self.second = nn.Linear(64, 32)
        self.output = nn.Linear(32, num_classes)

    def forward(self, x):
        x = F.dropout(F.gelu(self.first(x)), 0.2, training=self.training)
        return self.output(F.gelu(self.second(x)))


def other_head(in_features, num_classes=10):
    return OtherHead(in_features, num_classes)


def cache_features(model, dataloader, device):
    model.eval()
    features, labels = [], []
    with torch.no_grad():
        for x, y in dataloader:
            features += list(model.backbone(x.to(device)))
            labels += y.tolist()
    return torch.stack(features), torch.tensor(labels)


def train_cached(model, dataloaders, device, num_epochs=NUM_EPOCHS):
    features, labels = cache_features(model, dataloaders["train"], device)
    size = dataloaders["train"].batch_size
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.0005, momentum=0.9)
    means = []
    for _ in range(num_epochs):
        model.train()
        order = np.random.permutation(len(labels))
        all_losses = []
        for start in range(0, len(labels), size):
            rows = order[start : start + size]
            optimizer.zero_grad()
            loss = F.cross_entropy(model.head(features[rows]), labels[rows].to(features.device))
            loss.backward()
            optimizer.step()
            all_losses += [loss.item()] * len(rows)
        means.append(sum(all_losses) / len(all_losses))
    return means
