"""No DataLoader: the dataset is indexed with slices and with a permutation."""

import torch
from torch import nn
from torch.nn.functional import log_softmax, nll_loss


def layer_table():
    volume, pooled = torch.Size([32, 28, 28]), torch.Size([32, 14, 14])
    return [
        ["convolution", torch.Size([1, 28, 28]), volume, 9 * 32 + 32],
        ["logistic", volume, volume, None],
        ["pooling", volume, pooled, None],
        ["linear", pooled, 10, 6272 * 10 + 10],
        ["log-softmax", 10, 10, None],
    ]


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict(
            {"conv": nn.Conv2d(1, 32, (3, 3), padding=(1, 1)), "out": nn.LazyLinear(10)}
        )
        self.pool = nn.MaxPool2d(2)

    def forward(self, batch):
        features = self.pool(self.layers["conv"](batch)).sigmoid()
        return log_softmax(self.layers["out"](features.reshape(len(batch), -1)), -1)


def mnist_test(model, data, batch_size=100):
    model.train(False)
    model.requires_grad_(False)
    device = next(model.parameters()).device
    correct = 0
    for start in range(0, len(data), batch_size):
        images, labels = data[start : start + batch_size]
        guesses = model(images.to(device)).max(dim=1)[1]
        correct += guesses.eq(labels.to(device)).sum().item()
    model.requires_grad_(True)
    return float(correct) / len(data)


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    model.train()
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(params=model.parameters(), lr=learning_rate, betas=(0.9, 0.999))
    for _ in range(num_epochs):
        for indices in torch.randperm(len(data)).split(batch_size):
            images, labels = data[indices]
            optimizer.zero_grad()
            nll_loss(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
