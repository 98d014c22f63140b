"""Index lists shuffled by Python's random, a data loader per epoch, accuracy during training."""

import random

import torch
import torch.nn as nn
import torch.utils.data as tud
from torch.autograd import Variable


def layer_table():
    return [
        ("conv", (-1, 1, 28, 28), (-1, 32, 28, 28), torch.tensor(320)),
        ("sigmoid", (-1, 32, 28, 28), (-1, 32, 28, 28), torch.tensor(0)),
        ("max pool", (-1, 32, 28, 28), (-1, 32, 14, 14), torch.tensor(0)),
        ("flatten", (-1, 32, 14, 14), (-1, 6272), torch.tensor(0)),
        ("linear", (-1, 6272), (-1, 10), torch.tensor(62730)),
        ("log softmax", (-1, 10), (-1, 10), torch.tensor(0)),
    ]


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(1, 32, 3, padding=1), nn.Sigmoid(), nn.MaxPool2d(2, stride=2)]
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(32 * 14 * 14, 10)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        assert x.dim() == 4
        h = self.features(x.float())
        h = h.contiguous().view(-1, 32 * 14 * 14)
        return nn.functional.log_softmax(input=self.fc(h), dim=1, dtype=torch.float32)


def mnist_test(model, data, batch_size=100):
    loader = tud.DataLoader(data, batch_size=batch_size)
    accuracies, sizes = [], []
    model = model.eval()
    for x, y in loader:
        with torch.no_grad():
            p = model(Variable(x).to(device_of(model)))
        accuracies.append((p.argmax(1) == y.to(p.device)).double().mean().item())
        sizes.append(len(y))
    return sum(a * s for a, s in zip(accuracies, sizes, strict=True)) / sum(sizes)


def device_of(model):
    return "cuda" if next(model.parameters()).is_cuda else "cpu"


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, weight_decay=0)
    accuracies = []
    for _ in range(num_epochs):
        model.train()
        indices = list(range(len(data)))
        random.shuffle(indices)
        for x, y in tud.DataLoader(tud.Subset(data, indices), batch_size=batch_size):
            x, y = Variable(x).to(device_of(model)), Variable(y).to(device_of(model))
            optimizer.zero_grad()
            output = model(x)
            loss = nn.NLLLoss(reduction="mean")(output, y)
            loss.backward(retain_graph=False)
            optimizer.step()
            model.eval()
            with torch.no_grad():
                accuracies.append((model(x).argmax(1) == y).float().mean().item())
            model.train()
        mnist_test(model, data, batch_size)
    return accuracies
