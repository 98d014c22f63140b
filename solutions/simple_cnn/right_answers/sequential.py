"""One nn.Sequential with Flatten, inference mode, gradients cleared at the end of the loop."""

import torch
from torch import nn, optim
from torch.utils.data import DataLoader


def layer_table():
    return (
        ("Layer", "Input", "Output", "Parameters"),
        ("Conv2d", "N x 1 x 28 x 28", "N x 32 x 28 x 28", "320"),
        ("Sigmoid", "N x 32 x 28 x 28", "N x 32 x 28 x 28", "0"),
        ("MaxPool2d", "N x 32 x 28 x 28", "N x 32 x 14 x 14", "-"),
        ("Flatten", "N x 32 x 14 x 14", "N x 6272", "-"),
        ("Linear", "N x 6272", "N x 10", "62,730"),
        ("LogSoftmax", "N x 10", "N x 10", "-"),
        ("Total", "", "", "63,050"),
    )


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding="same"),
            nn.Sigmoid(),
            nn.MaxPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(32 * 14 * 14, 10),
            nn.LogSoftmax(-1),
        )

    def forward(self, x):
        return self.net(x)


@torch.inference_mode()
def mnist_test(model, data, batch_size=100):
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    hits = []
    for x, y in DataLoader(data, batch_size, num_workers=0):
        hits.append((model(x.to(device)).argmax(-1).cpu() == y).float())
    model.train(was_training)
    return torch.cat(hits).mean()


def mnist_train(model, data, num_epochs=5, learning_rate=1e-3, batch_size=100):
    loader = DataLoader(data, batch_size, shuffle=True, drop_last=False, num_workers=0)
    opt = optim.Adam(model.parameters(), lr=learning_rate)
    loss_fn = nn.NLLLoss()
    device = next(model.parameters()).device
    history = {"loss": [], "accuracy": []}
    for _ in range(num_epochs):
        model.train()
        for x, y in loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            loss = loss_fn(model(x), y)
            loss.backward()
            opt.step()
            opt.zero_grad(set_to_none=True)
            history["loss"].append(float(loss.detach()))
        history["accuracy"].append(float(mnist_test(model, data, batch_size)))
    return model, history
