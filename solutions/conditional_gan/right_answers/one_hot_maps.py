"""One-hot maps as ten more channels of D; least squares; a table of parameters for the labels."""

import numpy as np
import torch
from torch import nn

NUM_EPOCHS = 24
Z_DIM = 50
OUTPUT_RANGE = (-1, 1)


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.label_table = nn.Parameter(torch.randn(10, 16))
        self.l1 = nn.Linear(z_dim + 16, 256)
        self.b1 = nn.BatchNorm1d(256)
        self.l2 = nn.Linear(256, 3136)
        self.b2 = nn.BatchNorm1d(3136)
        self.up = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)

    def forward(self, noise, labels):
        x = torch.cat([self.label_table[labels.long()], noise], dim=-1)
        x = torch.relu(self.b1(self.l1(x)))
        x = torch.relu(self.b2(self.l2(x))).view(len(x), 16, 14, 14)
        return torch.tanh(self.up(x))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(11, 16, 4, stride=2, padding=1)
        self.hidden = nn.Linear(16 * 14 * 14, 128)
        self.out = nn.Linear(128, 1)
        self.drop = nn.Dropout(0.3)
        self.act = nn.LeakyReLU(0.2)

    def forward(self, images, labels):
        maps = torch.eye(10, device=images.device)[labels]
        maps = maps.view(-1, 10, 1, 1).expand(-1, -1, 28, 28)
        x = self.drop(self.act(self.conv(torch.cat([images, maps], 1))))
        x = self.drop(self.act(self.hidden(x.view(x.size(0), -1))))
        return self.out(x)


def discriminator_loss(real, fake):
    return ((real - 1).pow(2) + fake.pow(2)).mean()


def generator_loss(fake):
    return (fake - 1).pow(2).mean()


def discriminator_step(generator, discriminator, optimizer, images, labels):
    optimizer.zero_grad()
    generator.zero_grad()
    z = torch.from_numpy(np.random.normal(size=(len(images), Z_DIM))).float().to(images.device)
    fake = generator(z, labels)
    loss = discriminator_loss(discriminator(images, labels), discriminator(fake, labels))
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images, labels):
    optimizer.zero_grad()
    discriminator.zero_grad()
    z = torch.from_numpy(np.random.normal(size=(len(images), Z_DIM))).float().to(images.device)
    loss = generator_loss(discriminator(generator(z, labels), labels))
    loss.backward()
    optimizer.step()
    return loss.item()


def train(images, labels, num_epochs=NUM_EPOCHS):
    G = Generator()
    D = Discriminator()
    g_opt = torch.optim.Adam(G.parameters(), lr=0.001, betas=(0.5, 0.999))
    d_opt = torch.optim.Adam(D.parameters(), lr=0.001, betas=(0.5, 0.999))
    images = (images - 0.5) / 0.5
    losses = []
    for _ in range(num_epochs):
        order = np.random.permutation(len(images))
        sums, count = [0.0, 0.0], 0
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            if len(rows) < 2:
                continue
            sums[1] += generator_step(G, D, g_opt, images[rows], labels[rows])
            sums[0] += discriminator_step(G, D, d_opt, images[rows], labels[rows])
            count += 1
        losses.append([s / count for s in sums])
    return G, losses


def generate(generator, labels):
    generator.eval()
    with torch.no_grad():
        out = generator(torch.randn(len(labels), Z_DIM), labels)
    return (out + 1) / 2


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/conditional_gan.safetensors")
