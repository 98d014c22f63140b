"""Layers as attributes, everything else from torch.nn.functional; rows as dicts."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader


def layer_table():
    return [
        {"layer": "conv", "input": (1, 28, 28), "output": (32, 28, 28), "params": 320},
        {"layer": "sigmoid", "input": (32, 28, 28), "output": (32, 28, 28), "params": 0},
        {"layer": "pool", "input": (32, 28, 28), "output": (32, 14, 14), "params": 0},
        {"layer": "linear", "input": (6272,), "output": (10,), "params": 62730},
        {"layer": "softmax", "input": (10,), "output": (10,), "params": 0},
    ]


class SimpleCNN(nn.Module):
    def __init__(self):
        super(SimpleCNN, self).__init__()  # noqa: UP008
        self.conv1 = nn.Conv2d(1, 32, 3, 1, 1)
        self.fc1 = nn.Linear(6272, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc1(x), dim=1)


def mnist_test(model, data, batch_size=100):
    test_loader = DataLoader(data, batch_size=batch_size, shuffle=False)
    model.eval()
    device = next(model.parameters()).device
    correct = 0
    total = 0
    with torch.no_grad():
        for images, labels in test_loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            _, predicted = torch.max(outputs.data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum()
    return correct / total


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    train_loader = DataLoader(data, batch_size=batch_size, shuffle=True)
    device = next(model.parameters()).device
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        running_loss = 0.0
        for images, labels in train_loader:
            images = images.to(device)
            labels = labels.to(device)
            model.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        print(f"Epoch [{epoch + 1}/{num_epochs}], loss {running_loss / len(train_loader):.4f}")
