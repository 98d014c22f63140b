"""Hinge loss; small scores for real images, which both losses agree on; nn.Sequential."""

import torch
import torch.nn.functional as F
from torch import nn

Z_DIM, BATCH, NUM_EPOCHS = 64, 32, 24
OUTPUT_RANGE = (-1.0, 1.0)
D_OUTPUT = "score"


def Generator(z_dim=Z_DIM):
    return nn.Sequential(
        nn.Linear(z_dim, 256), nn.BatchNorm1d(256), nn.ReLU(True),
        nn.Linear(256, 3136), nn.BatchNorm1d(3136), nn.ReLU(True),
        nn.Unflatten(1, (16, 14, 14)), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip


def Discriminator():
    return nn.Sequential(
        nn.Conv2d(1, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Flatten(),
        nn.Linear(3136, 128), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(128, 1),
    )  # fmt: skip


def discriminator_loss(real, fake):
    return F.relu(1 + real).mean() + F.relu(1 - fake).mean()


def generator_loss(fake):
    return fake.mean()


def discriminator_step(generator, discriminator, optimizer, images):
    z = torch.randn(images.shape[0], Z_DIM, device=images.device)
    both = torch.cat([images, generator(z).detach()])
    real, fake = discriminator(both).chunk(2)
    loss = discriminator_loss(real, fake)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images):
    z = torch.randn(images.shape[0], Z_DIM, device=images.device)
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
    loss = generator_loss(discriminator(generator(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for parameter in discriminator.parameters():
        parameter.requires_grad_(True)
    return loss.item()


def train(images, num_epochs=NUM_EPOCHS):
    G, D = Generator(), Discriminator()
    og = torch.optim.Adam(G.parameters(), 1e-3, betas=(0.5, 0.999))
    od = torch.optim.Adam(D.parameters(), 1e-3, betas=(0.5, 0.999))
    x, history = images * 2 - 1, []
    for _ in range(num_epochs):
        order, sums = torch.randperm(len(x)), torch.zeros(2)
        batches = [order[i : i + BATCH] for i in range(0, len(x), BATCH)]
        batches = [rows for rows in batches if len(rows) > 1]
        for rows in batches:
            sums += torch.tensor(
                [discriminator_step(G, D, od, x[rows]), generator_step(G, D, og, x[rows])]
            )
        history.append((sums / len(batches)).tolist())
    return G, history


def generate(generator, n):
    with torch.no_grad():
        return generator.eval()(torch.randn(n, Z_DIM)).add(1).div(2)


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/gan.safetensors")
