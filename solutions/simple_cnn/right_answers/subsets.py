"""Batches by Subset and numpy, images one by one, cross-entropy on the log-probabilities."""

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Subset

CHANNELS = 32


def layer_table():
    names = ["conv", "sigmoid", "maxpool", "linear", "logsoftmax"]
    inputs = [(None, 1, 28, 28), (None, 32, 28, 28), (None, 32, 28, 28), (None, 6272), (None, 10)]
    outputs = [*inputs[1:3], (None, 32, 14, 14), (None, 10), (None, 10)]
    counts = [320, 0, 0, 62730, 0]
    return dict(zip(names, zip(inputs, outputs, counts, strict=True), strict=True))


class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        nn.Module.__init__(self)
        self.blocks = nn.ModuleList(
            [nn.Conv2d(1, CHANNELS, 3, padding=1), nn.Sigmoid(), nn.MaxPool2d((2, 2), (2, 2))]
        )
        self.hidden = nn.Linear(CHANNELS * 14 * 14, num_classes, bias=True)
        self.out = nn.LogSoftmax(dim=-1)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        x = torch.flatten(x, 1)
        return self.out(self.hidden(x))


def collate(subset):
    images = torch.stack([image for image, _ in subset])
    labels = torch.tensor([int(label) for _, label in subset])
    return images, labels


def mnist_test(model, data, batch_size=100):
    predictions, truth = [], []
    model.eval()
    device = next(model.parameters()).device
    with torch.set_grad_enabled(False):
        for first in range(0, len(data), batch_size):
            images, labels = collate(Subset(data, range(first, min(first + batch_size, len(data)))))
            predictions.extend(np.argmax(model(images.to(device)).cpu().numpy(), axis=1))
            truth.extend(labels.numpy())
    return np.mean(np.array(predictions) == np.array(truth))


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    loss_function = nn.CrossEntropyLoss()
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    for _ in range(num_epochs):
        order = np.random.permutation(len(data))
        for batch in np.split(order, range(batch_size, len(data), batch_size)):
            images, labels = collate(Subset(data, batch.tolist()))
            for parameter in model.parameters():
                parameter.grad = None
            loss_function(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
    return loss_function
