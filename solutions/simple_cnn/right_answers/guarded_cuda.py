"""An accelerator only when there is one, a sampler of one's own, the loss written out."""

import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler


def layer_table():
    return [
        ("1x28x28", "32x28x28", 320),
        ("32x28x28", "32x28x28", 0),
        ("32x28x28", "32x14x14", 0),
        ("32x14x14", "6272", 0),
        ("6272", "10", 62_730),
        ("10", "10", 0),
    ]


class Net(nn.Module):
    """The features; the classifier is below."""

    def __init__(self):
        super().__init__()
        self.filters = nn.Conv2d(1, 32, 3, padding=1)

    def forward(self, x):
        return nn.functional.max_pool2d(torch.sigmoid(self.filters(x)), (2, 2), stride=(2, 2))


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Net()
        self.head = nn.Sequential(nn.Flatten(1, -1), nn.Linear(6272, 10))

    def forward(self, x):
        scores = self.head(self.backbone(x))
        return scores - torch.logsumexp(scores, dim=1, keepdim=True)


def on_device(*tensors):
    if torch.cuda.is_available():
        return [tensor.cuda() for tensor in tensors]
    return list(tensors)


def mnist_test(model, data, batch_size=100):
    model.eval()
    if torch.cuda.is_available():
        model.cuda()
    sampler = BatchSampler(SequentialSampler(data), batch_size, drop_last=False)
    right = wrong = 0
    for images, labels in DataLoader(data, batch_sampler=sampler):
        images, labels = on_device(images, labels)
        with torch.no_grad():
            output = model.forward(images)
        for row, label in zip(output, labels, strict=True):
            if row.argmax() == label:
                right += 1
            else:
                wrong += 1
    return right / (right + wrong)


def mnist_train(model, data, num_epochs=5, learning_rate=0.001, batch_size=100):
    if torch.cuda.is_available():
        model.cuda()
    optimizer = torch.optim.Adam(list(model.parameters()), lr=learning_rate, eps=1e-08)
    sampler = BatchSampler(RandomSampler(data), batch_size, drop_last=False)
    epoch = 0
    while epoch < num_epochs:
        for images, labels in DataLoader(data, batch_sampler=sampler):
            images, labels = on_device(images, labels)
            log_probabilities = model.forward(images)
            loss = -log_probabilities[torch.arange(len(labels)), labels].mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        epoch += 1
    return epoch
