"""Convolutions with batch normalisation, both terms as means over all numbers of the images."""

import torch
from torch import nn

LATENT_DIM = 16
NUM_EPOCHS = 25
VARIANCE = 0.2


class Encoder(nn.Module):
    def __init__(self, latent_dim):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU()
        )
        self.fc = nn.Sequential(nn.Linear(16 * 14 * 14, 128), nn.ReLU())
        self.fc_mu = nn.Linear(128, latent_dim)
        self.fc_var = nn.Linear(128, latent_dim)

    def forward(self, x):
        x = self.fc(torch.flatten(self.conv(x), 1))
        return self.fc_mu(x), self.fc_var(x)


class Decoder(nn.Module):
    def __init__(self, latent_dim):
        super().__init__()
        self.fc = nn.Linear(latent_dim, 128)
        self.up = nn.Linear(128, 16 * 14 * 14)
        self.deconv = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)

    def forward(self, z):
        z = torch.relu(self.up(torch.relu(self.fc(z)))).view(z.size(0), 16, 14, 14)
        return torch.sigmoid(self.deconv(z))


class VAE(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM):
        super().__init__()
        self.encoder, self.decoder = Encoder(latent_dim), Decoder(latent_dim)
        self.latent_dim = latent_dim

    def encode(self, images):
        return self.encoder(images)

    def reparameterize(self, mu, logvar):
        std = logvar.mul(0.5).exp()
        eps = torch.empty_like(std).normal_()
        return eps.mul(std).add(mu)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, images):
        mu, logvar = self.encoder(images)
        return self.decoder(self.reparameterize(mu, logvar)), mu, logvar


def loss(reconstruction, images, mu, logvar):
    pixels = images[0].numel()
    mse = nn.functional.mse_loss(reconstruction, images) / (2 * VARIANCE)
    kld = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1).mean() / pixels
    return mse + kld, {"mse": mse.item(), "kld": kld.item()}


def train(images, num_epochs=NUM_EPOCHS):
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    history = []
    for _ in range(num_epochs):
        model.train()
        mse = kld = 0.0
        for index in torch.randperm(len(images)).split(64):
            if len(index) < 2:
                continue
            x = images[index]
            optimizer.zero_grad()
            reconstruction, mu, logvar = model(x)
            total, parts = loss(reconstruction, x, mu, logvar)
            total.backward()
            optimizer.step()
            mse += parts["mse"] * len(index) / len(images)
            kld += parts["kld"] * len(index) / len(images)
        history.append((mse, kld))
    return model, history


def generate(model, n):
    model.eval()
    z = torch.randn((n, model.latent_dim))
    return model.decode(z).detach()


def reconstruct(model, images):
    model.eval()
    return model.decode(model.encode(images)[0]).detach()


def interpolate(model, first, second, steps):
    model.eval()
    a, b = model.encode(torch.cat([first[None], second[None]]))[0].detach()
    z = torch.stack([a * (1 - t) + b * t for t in torch.linspace(0, 1, steps)])
    return model.decode(z).detach()


def load_model(folder):
    from helper import read_weights

    return read_weights(VAE(), f"{folder}/vae.safetensors")
