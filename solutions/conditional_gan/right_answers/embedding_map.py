"""The label as a learned map next to the image in D, and times the noise in G; Wasserstein."""

import torch
import torch.nn as nn
import torch.optim as optim

NUM_EPOCHS = 20
Z_DIM = 100
OUTPUT_RANGE = (-1.0, 1.0)
LAMBDA_GP = 10.0


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.label_emb = nn.Embedding(10, z_dim)
        self.fc = nn.Linear(2 * z_dim, 32 * 7 * 7)
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(32),
            nn.ReLU(True),
            nn.ConvTranspose2d(32, 16, 4, 2, 1),
            nn.BatchNorm2d(16),
            nn.ReLU(True),
            nn.ConvTranspose2d(16, 1, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, noise, labels):
        emb = self.label_emb(labels)
        x = self.fc(torch.cat([emb * noise, emb], dim=1))
        return self.conv_blocks(x.reshape(x.shape[0], 32, 7, 7))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(10, 28 * 28)
        self.model = nn.Sequential(
            nn.Conv2d(2, 16, 4, 2, 1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(16, 32, 4, 2, 1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Flatten(),
            nn.Linear(32 * 7 * 7, 1),
        )

    def forward(self, img, labels):
        label_map = self.label_emb(labels).view(-1, 1, 28, 28)
        return self.model(torch.cat([img, label_map], dim=1)).view(-1)


def discriminator_loss(real, fake):
    return fake.mean() - real.mean()


def generator_loss(fake):
    return -torch.mean(fake)


def gradient_penalty(D, real, fake, labels):
    alpha = torch.rand(real.size(0), 1, 1, 1, device=real.device)
    mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    scores = D(mixed, labels)
    (grad,) = torch.autograd.grad(scores.sum(), mixed, create_graph=True)
    return ((grad.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


def discriminator_step(generator, discriminator, optimizer, images, labels):
    optimizer.zero_grad()
    noise = torch.randn(images.size(0), Z_DIM, device=images.device)
    fake = generator(noise, labels).detach()
    loss = discriminator_loss(discriminator(images, labels), discriminator(fake, labels))
    loss = loss + LAMBDA_GP * gradient_penalty(discriminator, images, fake, labels)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def generator_step(generator, discriminator, optimizer, images, labels):
    for p in discriminator.parameters():
        p.requires_grad = False
    optimizer.zero_grad()
    noise = torch.randn(labels.size(0), Z_DIM, device=labels.device)
    loss = generator_loss(discriminator(generator(noise, labels), labels))
    loss.backward()
    optimizer.step()
    for p in discriminator.parameters():
        p.requires_grad = True
    return float(loss.detach())


def train(images, labels, num_epochs=NUM_EPOCHS):
    netG, netD = Generator(), Discriminator()
    optG = optim.Adam(netG.parameters(), lr=0.001, betas=(0.0, 0.9))
    optD = optim.Adam(netD.parameters(), lr=0.001, betas=(0.0, 0.9))
    x = images * 2 - 1
    history = []
    for _epoch in range(num_epochs):
        d_losses, g_losses = [], []
        for i, idx in enumerate(torch.randperm(x.shape[0]).split(32)):
            d_losses.append(discriminator_step(netG, netD, optD, x[idx], labels[idx]))
            if i % 2 == 0 or x.shape[0] <= 64:  # two steps of the critic, then one of G
                g_losses.append(generator_step(netG, netD, optG, x[idx], labels[idx]))
        history.append([sum(d_losses) / len(d_losses), sum(g_losses) / len(g_losses)])
    return netG, history


def generate(generator, labels):
    generator.eval()
    with torch.no_grad():
        z = torch.randn(labels.size(0), Z_DIM)
        return (generator(z, labels) * 0.5 + 0.5).clamp(0, 1)


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/conditional_gan.safetensors")
