"""A device chosen at import, a 0-d tensor as accuracy, many prints, a plot nobody sees."""

import time

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torchvision  # noqa: F401

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(42)


def layer_table():
    return [
        ["Conv2d", "(100, 1, 28, 28)", "(100, 32, 28, 28)", 320],
        ["Sigmoid", "(100, 32, 28, 28)", "(100, 32, 28, 28)", 0],
        ["MaxPool2d", "(100, 32, 28, 28)", "(100, 32, 14, 14)", 0],
        ["Linear", "(100, 6272)", "(100, 10)", 62730],
        ["LogSoftmax", "(100, 10)", "(100, 10)", 0],
    ]


class SimpleCNN(torch.nn.Module):
    def __init__(self, device=device):
        super().__init__()
        self.conv = nn.Conv2d(in_channels=1, out_channels=32, kernel_size=3, stride=1, padding=1)
        self.act = nn.Sigmoid()
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.flat = nn.Flatten()
        self.lin = nn.Linear(in_features=6272, out_features=10)
        self.softmax = nn.LogSoftmax(dim=1)
        self.to(device)

    def forward(self, image_batch):
        out = self.conv(image_batch.to(device))
        out = self.act(out)
        out = self.pool(out)
        out = self.flat(out)
        out = self.lin(out)
        return self.softmax(out)


def mnist_test(model, data, batch_size=100):
    loader = torch.utils.data.DataLoader(dataset=data, batch_size=batch_size, shuffle=True)
    num_correct = torch.zeros((), device=device)
    model.to(device)
    model.eval()
    with torch.no_grad():
        for _, (X, Y) in enumerate(loader):
            pred = torch.exp(model(X.to(device))).topk(1, dim=1)[1].squeeze(1)
            num_correct += torch.sum(pred == Y.to(device)).float()
    print("accuracy:", round(100 * float(num_correct) / len(loader.dataset), 2), "%")
    return num_correct / len(loader.dataset)


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    loader = torch.utils.data.DataLoader(
        dataset=data, batch_size=batch_size, shuffle=True, pin_memory=torch.cuda.is_available()
    )
    model.to(device)
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    loss_func = torch.nn.NLLLoss().to(device)
    losses = []
    start = time.time()
    for epoch in range(1, num_epochs + 1):
        for step, (X, Y) in enumerate(loader):
            optimizer.zero_grad()
            loss = loss_func(model(X.to(device)), Y.to(device))
            loss.backward()
            optimizer.step()
            losses.append(loss.cpu().detach().numpy())
            if step % 10 == 0:
                print(f"{epoch:3d} {step:4d} {loss.item():.4f} {time.time() - start:.1f} s")
    figure = plt.figure()
    plt.plot(losses)
    plt.close(figure)
    return losses[-1]
