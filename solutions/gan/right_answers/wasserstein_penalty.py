"""A Wasserstein GAN with gradient penalty, several steps of D for one of G, noise as a map."""

import torch
from torch import autograd, nn

Z_DIM = 32
OUTPUT_RANGE = (-1.0, 1.0)
D_OUTPUT = "score"
NUM_EPOCHS = 24
CRITIC_STEPS = 2
PENALTY = 10.0


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.z_dim = z_dim
        self.start = nn.Sequential(nn.Linear(z_dim, 256), nn.BatchNorm1d(256), nn.ReLU())
        self.middle = nn.Sequential(nn.Linear(256, 3136), nn.BatchNorm1d(3136), nn.ReLU())
        self.end = nn.Sequential(nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh())

    def forward(self, z):
        z = z.reshape(-1, self.z_dim)
        return self.end(self.middle(self.start(z)).reshape(-1, 16, 14, 14))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(16 * 14 * 14, 64),
            nn.LeakyReLU(0.2),
            nn.Linear(64, 1),
        )

    def forward(self, images):
        return self.layers(images).view(-1)


def discriminator_loss(real, fake):
    return fake.mean() - real.mean()


def generator_loss(fake):
    return -fake.mean()


def gradient_penalty(discriminator, real, fake):
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    mixed = (share * real + (1 - share) * fake).requires_grad_()
    (gradient,) = autograd.grad(discriminator(mixed).sum(), mixed, create_graph=True)
    return ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()


def discriminator_step(generator, discriminator, optimizer, images):
    z = torch.randn(len(images), Z_DIM, 1, 1, device=images.device)
    fake = generator(z).detach()
    loss = discriminator_loss(discriminator(images), discriminator(fake))
    loss = loss + PENALTY * gradient_penalty(discriminator, images, fake)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def generator_step(generator, discriminator, optimizer, images):
    z = torch.randn(len(images), Z_DIM, 1, 1, device=images.device)
    loss = generator_loss(discriminator(generator(z)))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def train(images, num_epochs=NUM_EPOCHS):
    generator, discriminator = Generator(), Discriminator()
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.9))
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.9))
    images = images.mul(2).sub(1)
    history = []
    for _ in range(num_epochs):
        d_losses, g_losses = [], []
        for number, rows in enumerate(torch.randperm(len(images)).split(32)):
            if len(rows) < 2:
                continue
            batch = images[rows]
            d_losses.append(discriminator_step(generator, discriminator, d_optimizer, batch))
            if number % CRITIC_STEPS == 0:
                g_losses.append(generator_step(generator, discriminator, g_optimizer, batch))
        history.append([sum(d_losses) / len(d_losses), sum(g_losses) / len(g_losses)])
    return generator, history


@torch.no_grad()
def generate(generator, n):
    generator.eval()
    return (generator(torch.randn(n, Z_DIM)) + 1) / 2


def load_generator(folder):
    import pathlib

    from helper import read_weights

    return read_weights(Generator(), pathlib.Path(folder) / "gan.safetensors")
