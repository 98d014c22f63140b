"""cGAN: hinge loss, embeddings, spectral norm in D, an MLP-conv generator."""

from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from helper import device, read_weights
from torch.nn.utils import spectral_norm

NUM_CLASSES = 10
Z_DIM = 50
NUM_EPOCHS = 22
BATCH_SIZE = 32
OUTPUT_RANGE = (0.0, 1.0)
LR_G, LR_D = 1e-3, 6e-4


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.z_dim = z_dim
        self.label_emb = nn.Embedding(NUM_CLASSES, z_dim)
        self.l1 = nn.Sequential(
            nn.Linear(2 * z_dim, 64 * 7 * 7), nn.BatchNorm1d(64 * 49), nn.ReLU()
        )
        self.conv_blocks = nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(64, 48, 3, padding=1),
            nn.BatchNorm2d(48),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(48, 24, 3, padding=1),
            nn.BatchNorm2d(24),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(24, 1, 3, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, z, labels):
        gen_input = torch.cat((self.label_emb(labels.long()), z), -1)
        out = self.l1(gen_input).view(-1, 64, 7, 7)
        return self.conv_blocks(out)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("eye", torch.eye(NUM_CLASSES))
        self.body = nn.Sequential(
            spectral_norm(nn.Conv2d(1 + NUM_CLASSES, 32, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(32, 64, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            spectral_norm(nn.Linear(64 * 49, 128)),
            nn.LeakyReLU(0.2),
        )
        self.out = nn.Linear(128, 1)
        self.proj = nn.Embedding(NUM_CLASSES, 128)

    def forward(self, images, labels):
        maps = self.eye[labels][:, :, None, None].expand(-1, -1, 28, 28)
        h = self.body(torch.cat([2 * images.view(-1, 1, 28, 28) - 1, maps], dim=1))
        return self.out(h).squeeze(1) + torch.einsum("nd,nd->n", h, self.proj(labels))


def discriminator_loss(real, fake):
    return F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()


def generator_loss(fake):
    return -fake.mean()


def discriminator_step(generator, discriminator, optimizer, images, labels):
    optimizer.zero_grad()
    with torch.no_grad():
        z = torch.randn(images.shape[0], Z_DIM, device=images.device)
        gen_imgs = generator(z, labels)
    both = discriminator(torch.cat([images, gen_imgs]), torch.cat([labels, labels]))
    d_real, d_fake = both.chunk(2)
    d_loss = discriminator_loss(d_real, d_fake)
    d_loss.backward()
    optimizer.step()
    return float(d_loss)


def generator_step(generator, discriminator, optimizer, images, labels):
    n = images.shape[0]
    gen_labels = torch.randint(0, NUM_CLASSES, (n,), device=images.device)
    z = torch.randn(n, Z_DIM, device=images.device)
    g_loss = generator_loss(discriminator(generator(z, gen_labels), gen_labels))
    optimizer.zero_grad()
    g_loss.backward()
    optimizer.step()
    return float(g_loss)


def train(images, labels, num_epochs=NUM_EPOCHS):
    dev = device()
    G, D = Generator().to(dev), Discriminator().to(dev)
    opt_g = torch.optim.Adam(G.parameters(), lr=LR_G, betas=(0.0, 0.9))
    opt_d = torch.optim.Adam(D.parameters(), lr=LR_D, betas=(0.0, 0.9))
    images, labels = images.to(dev), labels.to(dev)
    losses = []
    for epoch in range(num_epochs):
        perm = torch.randperm(len(images))
        d_sum = g_sum = 0.0
        batches = [b for b in perm.split(BATCH_SIZE) if len(b) > 1] or [perm.repeat(2)]
        for idx in batches:
            d_sum += discriminator_step(G, D, opt_d, images[idx], labels[idx])
            g_sum += generator_step(G, D, opt_g, images[idx], labels[idx])
        losses.append([d_sum / len(batches), g_sum / len(batches)])
        print(epoch, losses[-1])
    return G, losses


@torch.inference_mode()
def generate(generator, labels):
    if len(labels) < 1:
        raise ValueError("At least one label is needed.")
    generator.eval()
    dev = next(generator.parameters()).device
    z = torch.randn(len(labels), Z_DIM, device=dev)
    return generator(z, labels.to(dev)).clamp_(0, 1).cpu()


def load_generator(folder):
    return read_weights(Generator(), Path(folder) / "conditional_gan.safetensors")
