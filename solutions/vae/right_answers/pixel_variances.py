"""A variance for each pixel from the decoder, bounded from below; summed losses."""

import torch
from torch import nn

LATENT_DIM = 10
NUM_EPOCHS = 45
VARIANCE = None
LOWEST = -4.0  # of the log-variances


class VAE(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 300), nn.ELU())
        self.to_mu, self.to_logvar = nn.Linear(300, latent_dim), nn.Linear(300, latent_dim)
        self.hidden = nn.Sequential(nn.Linear(latent_dim, 300), nn.ELU())
        self.mean, self.spread = nn.Linear(300, 784), nn.Linear(300, 784)

    def encode(self, images):
        hidden = self.encoder(images)
        return self.to_mu(hidden), self.to_logvar(hidden)

    def reparameterize(self, mu, logvar):
        return mu + logvar.exp().sqrt() * torch.randn_like(mu)

    def decode(self, z):
        return torch.sigmoid(self.mean(self.hidden(z))).view(-1, 1, 28, 28)

    def forward(self, images):
        mu, logvar = self.encode(images)
        z = self.reparameterize(mu, logvar)
        log_variance = LOWEST + nn.functional.softplus(self.spread(self.hidden(z)))
        return self.decode(z), mu, logvar, log_variance.view(-1, 1, 28, 28)


def loss(reconstruction, images, mu, logvar, log_variance):
    nll = 0.5 * (log_variance + (images - reconstruction).square() / log_variance.exp())
    kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
    return nll.sum() + kl.sum(), nll.sum(), kl.sum()


def train(images, num_epochs=NUM_EPOCHS):
    model, history = VAE(), []
    optimizer = torch.optim.Adam(model.parameters(), lr=1.5e-3)
    for _ in range(num_epochs):
        sums = torch.zeros(2)
        for x in images[torch.randperm(images.shape[0])].split(50):
            reconstruction, *rest = model(x)
            total, nll, kl = loss(reconstruction, x, *rest)
            model.zero_grad()
            total.backward()
            optimizer.step()
            sums += torch.tensor([nll.item(), kl.item()])
        history.append((sums / images.shape[0]).tolist())
    return model, history


@torch.no_grad()
def generate(model, n):
    model.eval()
    return torch.cat([model.decode(torch.randn(1, model.latent_dim)) for _ in range(n)])


@torch.no_grad()
def reconstruct(model, images):
    model.eval()
    mu, _ = model.encode(images)
    return model.decode(mu)


@torch.no_grad()
def interpolate(model, first, second, steps):
    model.eval()
    (a, b), _ = model.encode(torch.stack([first, second]))
    return model.decode(a + torch.arange(steps)[:, None] / (steps - 1) * (b - a))


def load_model(folder):
    from pathlib import Path

    from helper import read_weights

    return read_weights(VAE(), Path(folder) / "vae.safetensors")
