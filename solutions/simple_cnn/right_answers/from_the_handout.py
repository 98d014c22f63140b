"""Parameters of the layers in a list, functions of torch.nn.functional, tensors of whole sets."""

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader


def layer_table():
    shape = lambda channels, size: (channels, size, size)
    return [
        ("convolution", shape(1, 28), shape(32, 28), 32 * (1 * 3 * 3 + 1)),
        ("logistic", shape(32, 28), shape(32, 28), 0),
        ("pooling", shape(32, 28), shape(32, 14), 0),
        ("linear", (32 * 14 * 14,), (10,), 10 * (32 * 14 * 14 + 1)),
        ("log-softmax", (10,), (10,), 0),
    ]


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(1, 32, 3, 1, 1), nn.Linear(6272, 10)])

    def forward(self, x):
        conv, fc = self.layers
        x = torch.sigmoid(conv(x))
        x = F.max_pool2d(x, 2)
        x = x.reshape(x.shape[0], -1)
        x = fc(x)
        return F.log_softmax(x, dim=-1)


def mnist_test(model, data, batch_size=100):
    model.eval()
    hits = []
    with torch.inference_mode():
        for batch in DataLoader(data, batch_size):
            device = next(model.parameters()).device
            image, label = (tensor.to(device) for tensor in batch)
            _, guess = torch.max(model(image), 1)
            hits.extend((guess == label).tolist())
    return sum(hits) / len(hits)


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    loss_function = nn.NLLLoss(reduction="mean")
    opt = optim.Adam(params=model.parameters(), lr=learning_rate)
    history = []
    for _ in range(num_epochs):
        model.train()
        running = 0
        batches = DataLoader(data, batch_size=batch_size, shuffle=True)
        for image, label in batches:
            device = next(iter(model.parameters())).device
            model.zero_grad()
            output = model(image.to(device))
            loss = loss_function(output, label.to(device))
            loss.backward()
            opt.step()
            running += loss.detach().cpu()
        history.append(float(running / len(batches)))
    return history
