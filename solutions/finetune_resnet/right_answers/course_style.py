"""In the style of the course's file: fc1 and fc2 without an activation, the optimiser restricts.

The table has pictures as files, the checkpoint is chosen by loss, L2 is weight_decay.
"""

import glob
import math
import os
import random

import helper
import torch
import torch.nn as nn
import torch.optim as optim
from PIL import Image
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import datasets, transforms, utils

NUM_EPOCH = 5


def new_head(in_features, num_classes=10):
    head = nn.Sequential()
    head.add_module("fc1", nn.Linear(in_features, 32))
    head.add_module("dropout", nn.Dropout(p=0.1))
    head.add_module("fc2", nn.Linear(32, num_classes))
    return head


class FineTunedNet(nn.Module):
    def __init__(self, num_classes=10, make_head=new_head):
        super(FineTunedNet, self).__init__()  # noqa: UP008
        self.backbone = helper.pretrained_backbone()
        self.head = make_head(self.backbone.num_features, num_classes)

    def forward(self, img):
        out = self.backbone(img)
        out = out.view(out.size(0), -1)
        return self.head(out)


def train(model, dataloaders, device, num_epochs=NUM_EPOCH):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(list(model.head.parameters()), lr=0.001, momentum=0.9)
    history = []
    for epoch in range(num_epochs):
        model.train()
        running_loss = 0.0
        total = 0
        for i, data in enumerate(dataloaders["train"], 0):
            inputs, labels = data
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * labels.size(0)
            total += labels.size(0)
            if i % 20 == 19:
                print(f"[{epoch + 1}, {i + 1:5d}] loss: {running_loss / total:.3f}")
        history.append(running_loss / total)
    return history


def evaluate(model, dataloader, device):
    criterion = nn.CrossEntropyLoss(reduction="sum")
    correct = 0
    total = 0
    loss = 0.0
    model.eval()
    with torch.no_grad():
        for data in dataloader:
            images, labels = data[0].to(device), data[1].to(device)
            outputs = model(images)
            loss += criterion(outputs, labels).item()
            _, predicted = torch.max(outputs.data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    return loss / total, correct / total


def write_html(model, dataloader, class_names, path, device):
    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "img")
    os.makedirs(folder, exist_ok=True)
    undo = transforms.Normalize(
        mean=[-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
        std=[1 / 0.229, 1 / 0.224, 1 / 0.225],
    )
    f = open(path, "w")
    f.write("<html><body><table border=1>\n<tr><th>Image</th><th>True</th>")
    for c in class_names:
        f.write("<th>" + c + "</th>")
    f.write("</tr>\n")
    count = 0
    model.eval()
    for images, labels in dataloader:
        with torch.no_grad():
            scores = nn.Softmax(dim=1)(model(images.to(device)))
        for k in range(images.size(0)):
            name = f"img/{count}.png"
            utils.save_image(undo(images[k]), os.path.join(os.path.dirname(folder), name))
            f.write(f"<tr><td><img src='{name}' width=64></td>")
            f.write(f"<td>{class_names[labels[k]]}</td>")
            for s in scores[k]:
                f.write(f"<td>{s.item():.4f}</td>")
            f.write("</tr>\n")
            count += 1
    f.write("</table></body></html>")
    f.close()


def train_best(model, dataloaders, device, num_epochs, path):
    best_loss = float("inf")
    for epoch in range(num_epochs):
        train(model, dataloaders, device, num_epochs=1)
        val_loss, val_acc = evaluate(model, dataloaders["val"], device)
        print("epoch", epoch, "val acc", val_acc)
        if val_loss < best_loss:
            best_loss = val_loss
            torch.save(model.state_dict(), path)
    model.load_state_dict(torch.load(path))
    return model


def train_l2(model, dataloaders, device, num_epochs=5, strength=0.01, learning_rate=0.001):
    weights = [p for n, p in model.head.named_parameters() if "weight" in n]
    biases = [p for n, p in model.head.named_parameters() if "bias" in n]
    optimizer = optim.SGD(
        [{"params": weights, "weight_decay": strength}, {"params": biases}], lr=learning_rate
    )
    criterion = nn.CrossEntropyLoss()
    for _ in range(num_epochs):
        model.train()
        for inputs, labels in dataloaders["train"]:
            optimizer.zero_grad()
            criterion(model(inputs.to(device)), labels.to(device)).backward()
            optimizer.step()


def mnist_set(root, train):
    transform = transforms.Compose(
        [
            transforms.Grayscale(num_output_channels=3),
            transforms.Resize((helper.PIXELS, helper.PIXELS)),
            transforms.ToTensor(),
            transforms.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
        ]
    )
    return datasets.MNIST(root=root, train=train, download=False, transform=transform)


class FolderDataset(Dataset):
    def __init__(self, folder, transform=None):
        self.folder = str(folder)
        self.transform = transform
        self.classes = sorted(os.listdir(self.folder))
        self.image_paths = []
        for c in self.classes:
            self.image_paths += sorted(glob.glob(os.path.join(self.folder, c, "*.png")))
            self.image_paths += sorted(glob.glob(os.path.join(self.folder, c, "*.jpg")))

    def __len__(self):
        return len(self.image_paths)

    def __getitem__(self, idx):
        path = self.image_paths[idx]
        label = self.classes.index(os.path.basename(os.path.dirname(path)))
        image = Image.open(path)
        image = image.convert("RGB")
        if self.transform:
            image = self.transform(image)
        return image, label


class BiggerHead(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.fc1 = nn.Linear(in_features, 100)
        self.fc2 = nn.Linear(100, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = torch.sigmoid(self.fc1(x))
        x = self.dropout(x)
        return self.fc2(x)


def other_head(in_features, num_classes=10):
    return BiggerHead(in_features, num_classes)


def gaussian_blur(image, sigma):
    size = 2 * math.ceil(3 * sigma) + 1
    kernel = torch.zeros(size, size)
    for i in range(size):
        for j in range(size):
            x, y = i - size // 2, j - size // 2
            kernel[i, j] = math.exp(-(x * x + y * y) / (2 * sigma * sigma))
    kernel = kernel / kernel.sum()
    conv = nn.Conv2d(1, 1, size, padding=size // 2, padding_mode="reflect", bias=False)
    with torch.no_grad():
        conv.weight.copy_(kernel.view(1, 1, size, size))
        return torch.cat([conv(channel[None, None])[0] for channel in image])


class GaussianBlur:
    def __call__(self, image):
        if random.random() < 0.5:
            image = gaussian_blur(image, random.uniform(0.1, 1.2))
        return image


def make_transforms(pixels=64):
    normalize = transforms.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    train_transform = transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            transforms.Resize((pixels, pixels)),
            transforms.ToTensor(),
            GaussianBlur(),
            normalize,
        ]
    )
    test_transform = transforms.Compose(
        [transforms.Resize((pixels, pixels)), transforms.ToTensor(), normalize]
    )
    return train_transform, test_transform


def cache_features(model, dataloader, device):
    model.eval()
    outputs = torch.Tensor()
    labels = torch.LongTensor()
    with torch.no_grad():
        for data in dataloader:
            outputs = torch.cat((outputs, model.backbone(data[0].to(device)).cpu()), 0)
            labels = torch.cat((labels, data[1]), 0)
    return outputs, labels


def train_cached(model, dataloaders, device, num_epochs=NUM_EPOCH):
    features, labels = cache_features(model, dataloaders["train"], device)
    batch_size = dataloaders["train"].batch_size
    loader = DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True)

    class OnlyHead(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = model.head

        def forward(self, x):
            return self.head(x)

    return train(OnlyHead(), {"train": loader}, device, num_epochs)


def train_unfrozen(model, dataloaders, device, head_epochs=3, full_epochs=2):
    criterion = nn.CrossEntropyLoss()
    for param in model.backbone.parameters():
        param.requires_grad = False
    optimizer = optim.SGD(model.head.parameters(), lr=0.001, momentum=0.9)
    history = []
    for epoch in range(head_epochs + full_epochs):
        if epoch == head_epochs:
            for param in model.backbone.parameters():
                param.requires_grad = True
            optimizer = optim.SGD(model.parameters(), lr=0.0001, momentum=0.9)
        model.train()
        running_loss = 0.0
        for inputs, labels in dataloaders["train"]:
            inputs, labels = inputs.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * inputs.size(0)
        history.append(running_loss / len(dataloaders["train"].dataset))
    return history
