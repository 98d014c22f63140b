"""One learned variance for all pixels, log-densities of torch.distributions, LeakyReLU and Adam."""

import math

import torch
from torch import nn
from torch.distributions import Independent, Normal, kl_divergence

LATENT_DIM = 12
NUM_EPOCHS = 40
VARIANCE = None


class VAE(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, 256), nn.LeakyReLU(0.1))
        self.head = nn.Linear(256, 2 * latent_dim)
        self.dec = nn.Sequential(
            nn.Linear(latent_dim, 256), nn.LeakyReLU(0.1), nn.Linear(256, 784), nn.Sigmoid()
        )
        self.log_variance = nn.Parameter(torch.tensor(-2.0))

    def encode(self, images):
        return self.head(self.body(images.flatten(start_dim=1))).chunk(2, dim=1)

    def reparameterize(self, mu, logvar):
        return Normal(mu, torch.exp(logvar / 2)).rsample()

    def decode(self, z):
        return self.dec(z).unflatten(1, (1, 28, 28))

    def forward(self, images):
        mu, logvar = self.encode(images)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar, self.log_variance


def loss(reconstruction, images, mu, logvar, log_variance):
    likelihood = Independent(Normal(reconstruction, torch.exp(log_variance / 2)), 3)
    posterior = Independent(Normal(mu, (logvar / 2).exp()), 1)
    prior = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    terms = [-likelihood.log_prob(images).mean(), kl_divergence(posterior, prior).mean()]
    return sum(terms), *terms


def train(images, num_epochs=NUM_EPOCHS):
    model = VAE()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(images))
        epoch = []
        for start in range(0, len(images), 64):
            batch = images[order[start : start + 64]]
            output, mu, logvar, log_variance = model(batch)
            total, rec, kl = loss(output, batch, mu, logvar, log_variance)
            optimizer.zero_grad(set_to_none=True)
            total.backward()
            optimizer.step()
            epoch.append((rec.item() - 392 * math.log(2 * math.pi), kl.item()))
        history.append([sum(part) / len(epoch) for part in zip(*epoch, strict=True)])
    return model, history


@torch.no_grad()
def generate(model, n):
    return model.eval().decode(torch.normal(0.0, 1.0, size=(n, model.latent_dim)))


@torch.no_grad()
def reconstruct(model, images):
    model.eval()
    return model.decode(model.encode(images)[0])


@torch.no_grad()
def interpolate(model, first, second, steps):
    model.eval()
    means = model.encode(torch.stack((first, second)))[0]
    return model.decode(torch.lerp(means[:1], means[1:], torch.linspace(0, 1, steps).view(-1, 1)))


def load_model(folder):
    import helper

    return helper.read_weights(VAE(), str(folder) + "/vae.safetensors")
