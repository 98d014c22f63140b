"""Parameters without layers, windows by unfold, a closure for the optimiser, summed loss."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def layer_table():
    rows = {}
    rows["conv"] = {"in": [1, 28, 28], "out": [32, 28, 28], "parameters": 32 * 9 + 32}
    rows["sigm"] = {"in": [32, 28, 28], "out": [32, 28, 28], "parameters": 0}
    rows["pool"] = {"in": [32, 28, 28], "out": [32, 14, 14], "parameters": 0}
    rows["line"] = {"in": [6272], "out": [10], "parameters": 62730}
    rows["logs"] = {"in": [10], "out": [10], "parameters": 0}
    return rows


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(32, 1, 3, 3).uniform_(-1 / 3, 1 / 3))
        self.b1 = nn.Parameter(torch.zeros(32))
        bound = 1 / math.sqrt(6272)
        self.w2 = nn.Parameter(torch.empty(10, 6272).uniform_(-bound, bound))
        self.b2 = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        n = x.shape[0]
        patches = nn.functional.unfold(x, 3, padding=1)  # (N, 9, 784)
        volume = torch.einsum("kp,npl->nkl", self.w1.reshape(32, 9), patches)
        volume = 1 / (1 + torch.exp(-(volume + self.b1[:, None])))
        windows = volume.reshape(n, 32, 14, 2, 14, 2)
        pooled = windows.amax(dim=(3, 5)).reshape(n, 6272)
        scores = pooled.mm(self.w2.t()) + self.b2
        shifted = scores - scores.max(dim=1, keepdim=True).values
        return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def mnist_test(model, data, batch_size=100):
    model.eval()
    place = next(iter(model.parameters()))
    confusion = torch.zeros(10, 10, dtype=torch.long)
    with torch.inference_mode():
        for x, y in DataLoader(data, batch_size=batch_size):
            for label, guess in zip(y, model(x.to(place.device)).argmax(1).cpu(), strict=True):
                confusion[label, guess] += 1
    return (confusion.diagonal().sum() / confusion.sum()).item()


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    place = next(iter(model.parameters())).device
    moved = TensorDataset(*(tensor.to(place) for tensor in data.tensors))
    optimizer = torch.optim.Adam([{"params": model.parameters(), "lr": learning_rate}])
    generator = torch.Generator().manual_seed(7)
    loader = DataLoader(moved, batch_size, shuffle=True, generator=generator)
    for _ in range(num_epochs):
        iterator = iter(loader)
        for _ in range(len(loader)):
            x, y = next(iterator)

            def closure(x=x, y=y):
                optimizer.zero_grad()
                loss = nn.functional.nll_loss(model(x), y, reduction="sum")
                loss.backward()
                return loss

            optimizer.step(closure)
