"""Hinge loss; the label enters D by projection, and G by an embedding that scales the noise."""

import torch
from torch import nn
from torch.nn import functional as F

Z_DIM, BATCH, NUM_EPOCHS = 64, 32, 24
OUTPUT_RANGE = (-1.0, 1.0)


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.shift = nn.Embedding(10, 256)
        self.start = nn.Sequential(nn.Linear(z_dim, 256), nn.BatchNorm1d(256))
        self.rest = nn.Sequential(
            nn.ReLU(), nn.Linear(256, 3136), nn.BatchNorm1d(3136), nn.ReLU(),
            nn.Unflatten(1, (16, 14, 14)), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh(),
        )  # fmt: skip

    def forward(self, z, labels):
        return self.rest(self.start(z) + self.shift(labels))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Flatten(),
            nn.Linear(3136, 128), nn.LeakyReLU(0.2), nn.Dropout(0.3),
        )  # fmt: skip
        self.output = nn.Linear(128, 1)
        self.classes = nn.Embedding(10, 128)

    def forward(self, images, labels):
        features = self.features(images)
        return self.output(features).squeeze(1) + (features * self.classes(labels)).sum(dim=1)


def discriminator_loss(real, fake):
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def generator_loss(fake):
    return -fake.mean()


def discriminator_step(generator, discriminator, optimizer, images, labels):
    with torch.no_grad():
        fake = generator(torch.randn(len(images), Z_DIM, device=images.device), labels)
    both = discriminator(torch.cat([images, fake]), torch.cat([labels, labels]))
    loss = discriminator_loss(*both.chunk(2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images, labels):
    fake = generator(torch.randn(len(labels), Z_DIM, device=labels.device), labels)
    loss = generator_loss(discriminator(fake, labels))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def train(images, labels, num_epochs=NUM_EPOCHS):
    generator, discriminator = Generator(), Discriminator()
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    x, history = 2 * images - 1, []
    for _ in range(num_epochs):
        losses = []
        for rows in torch.randperm(len(x)).split(BATCH):
            if len(rows) > 1:
                args = x[rows], labels[rows]
                d = discriminator_step(generator, discriminator, d_optimizer, *args)
                g = generator_step(generator, discriminator, g_optimizer, *args)
                losses.append((d, g))
        history.append([sum(part) / len(losses) for part in zip(*losses, strict=True)])
    return generator, history


@torch.no_grad()
def generate(generator, labels):
    generator.eval()
    return generator(torch.randn(len(labels), Z_DIM), labels).add(1).div(2)


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/conditional_gan.safetensors")
