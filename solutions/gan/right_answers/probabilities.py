"""BCELoss on probabilities, smoothed labels, the saturating loss never, no detach but zeroing."""

import numpy as np
import torch
from torch import nn

Z_DIM = 100
OUTPUT_RANGE = (-1, 1)
D_OUTPUT = "probability"
NUM_EPOCHS = 24

criterion = nn.BCELoss()


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(
            *block(z_dim, 128, normalize=False),
            *block(128, 256),
            *block(256, 512),
            nn.Linear(512, int(np.prod((1, 28, 28)))),
            nn.Tanh(),
        )

    def forward(self, z):
        img = self.model(z)
        return img.view(img.size(0), 1, 28, 28)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(28 * 28, 512),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(0.4),
            nn.Linear(512, 256),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(0.4),
            nn.Linear(256, 1),
            nn.Sigmoid(),
        )

    def forward(self, img):
        return self.model(img.view(img.size(0), -1)).squeeze(1)


def discriminator_loss(real, fake):
    valid = torch.full_like(real, 0.9)
    return (criterion(real, valid) + criterion(fake, torch.zeros_like(fake))) / 2


def generator_loss(fake):
    return criterion(fake, torch.ones_like(fake))


def discriminator_step(generator, discriminator, optimizer, images):
    generator.zero_grad()
    discriminator.zero_grad()
    z = torch.randn(images.shape[0], Z_DIM).to(images.device)
    loss = discriminator_loss(discriminator(images), discriminator(generator(z)))
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images):
    generator.zero_grad()
    discriminator.zero_grad()
    z = torch.randn(images.shape[0], Z_DIM).to(images.device)
    g_loss = generator_loss(discriminator(generator(z)))
    g_loss.backward()
    optimizer.step()
    return g_loss


def train(images, num_epochs=NUM_EPOCHS):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    generator = Generator().to(device)
    discriminator = Discriminator().to(device)
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=0.0006, betas=(0.5, 0.999))
    optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=0.0006, betas=(0.5, 0.999))
    x = images * 2 - 1
    losses = []
    for _ in range(num_epochs):
        perm = torch.randperm(x.shape[0])
        total = np.zeros(2)
        count = 0
        for i in range(0, x.shape[0] - 1, 32):
            batch = x[perm[i : i + 32]].to(device)
            if batch.shape[0] < 2:
                break
            g = generator_step(generator, discriminator, optimizer_G, batch)
            d = discriminator_step(generator, discriminator, optimizer_D, batch)
            total += [d, g.item()]
            count += 1
        losses.append(list(total / count))
    return generator, losses


def generate(generator, n):
    generator.eval()
    device = next(generator.parameters()).device
    imgs = generator(torch.randn(n, Z_DIM, device=device)).detach().cpu()
    return imgs * 0.5 + 0.5


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), folder + "/gan.safetensors")
