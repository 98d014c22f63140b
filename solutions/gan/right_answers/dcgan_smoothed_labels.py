"""DCGAN with probabilities and smoothed labels, in the style of a tutorial."""

from pathlib import Path

import torch
import torch.nn as nn
import torch.optim as optim
from helper import device, read_weights
from torch.utils.data import DataLoader, TensorDataset

Z_DIM = 100
NUM_EPOCHS = 20
BATCH_SIZE = 32
OUTPUT_RANGE = (-1.0, 1.0)
D_OUTPUT = "probability"
NGF = NDF = 24
REAL_LABEL, FAKE_LABEL = 0.9, 0.0
criterion = nn.BCELoss()


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        nn.init.normal_(m.weight.data, 0.0, 0.02)
    elif classname.find("BatchNorm") != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.z_dim = z_dim
        self.main = nn.Sequential(
            nn.ConvTranspose2d(z_dim, NGF * 4, 7, 1, 0, bias=False),
            nn.BatchNorm2d(NGF * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(NGF * 4, NGF * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(NGF * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(NGF * 2, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )
        self.apply(weights_init)

    def forward(self, z):
        return self.main(z.view(z.size(0), self.z_dim, 1, 1))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, NDF, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout2d(0.2),
            nn.Conv2d(NDF, NDF * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(NDF * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(NDF * 2, 1, 7, 1, 0, bias=False),
            nn.Sigmoid(),
        )
        self.apply(weights_init)

    def forward(self, images):
        return self.main(images).view(-1)


def discriminator_loss(real, fake):
    if real.numel() == 0 or fake.numel() == 0:
        raise ValueError("The losses need at least one image of each kind.")
    errD_real = criterion(
        real, torch.full(real.shape, REAL_LABEL, dtype=real.dtype, device=real.device)
    )
    errD_fake = criterion(
        fake, torch.full(fake.shape, FAKE_LABEL, dtype=fake.dtype, device=fake.device)
    )
    return errD_real + errD_fake


def generator_loss(fake):
    return criterion(fake, torch.ones_like(fake))


def discriminator_step(generator, discriminator, optimizer, images):
    discriminator.zero_grad()
    b_size = images.size(0)
    output = discriminator(images)
    noise = torch.randn(
        b_size, generator.z_dim if hasattr(generator, "z_dim") else Z_DIM, device=images.device
    )
    fake = generator(noise)
    output_fake = discriminator(fake.detach())
    errD = discriminator_loss(output, output_fake)
    errD.backward()
    optimizer.step()
    return errD.item()


def generator_step(generator, discriminator, optimizer, images):
    generator.zero_grad()
    for p in discriminator.parameters():
        p.requires_grad = False
    noise = torch.randn(len(images), Z_DIM, device=images.device)
    errG = generator_loss(discriminator(generator(noise)))
    errG.backward()
    optimizer.step()
    for p in discriminator.parameters():
        p.requires_grad = True
    return errG.item()


def train(images, num_epochs=NUM_EPOCHS):
    dev = device()
    netG, netD = Generator().to(dev), Discriminator().to(dev)
    optimizerD = optim.Adam(netD.parameters(), lr=0.0004, betas=(0.5, 0.999))
    optimizerG = optim.Adam(netG.parameters(), lr=0.001, betas=(0.5, 0.999))
    lo, hi = OUTPUT_RANGE
    loader = DataLoader(TensorDataset(images * (hi - lo) + lo), batch_size=BATCH_SIZE, shuffle=True)
    netG.train(), netD.train()
    G_losses, D_losses, out = [], [], []
    for epoch in range(num_epochs):
        for (data,) in loader:
            data = data.to(dev)
            D_losses.append(discriminator_step(netG, netD, optimizerD, data))
            G_losses.append(generator_step(netG, netD, optimizerG, data))
        n = len(loader)
        out.append([sum(D_losses[-n:]) / n, sum(G_losses[-n:]) / n])
        print(f"[{epoch}/{num_epochs}]\tLoss_D: {out[-1][0]:.4f}\tLoss_G: {out[-1][1]:.4f}")
    return netG, out


@torch.no_grad()
def generate(generator, n):
    if n < 1:
        raise ValueError(f"n is {n}, but at least one image is needed.")
    generator.eval()
    dev = next(generator.parameters()).device
    fake = torch.cat(
        [
            generator(torch.randn(len(c), Z_DIM, device=dev)).cpu()
            for c in torch.arange(n).split(100)
        ]
    )
    fake = fake.view(n, 1, 28, 28)
    return fake.sub_(OUTPUT_RANGE[0]).div_(OUTPUT_RANGE[1] - OUTPUT_RANGE[0])


def load_generator(folder):
    return read_weights(Generator(), Path(folder) / "gan.safetensors")
