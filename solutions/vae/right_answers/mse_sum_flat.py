"""Summed squared errors on flat images, as in many tutorials; the total alone; mu in evaluation."""

import torch
import torch.nn as nn
import torch.nn.functional as F

LATENT_DIM = 20
NUM_EPOCHS = 40
VARIANCE = 0.5  # sum of squares + KL


class VAE(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM):
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, latent_dim)
        self.fc22 = nn.Linear(400, latent_dim)
        self.fc3 = nn.Linear(latent_dim, 400)
        self.fc4 = nn.Linear(400, 784)
        self.fc5 = nn.Linear(784, 784)  # left over; no function calls it

    def encode(self, x):
        h1 = F.relu(self.fc1(x.view(-1, 784)))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        if self.training:
            std = torch.exp(0.5 * logvar)
            eps = torch.randn_like(std)
            return mu + eps * std
        return mu

    def decode(self, z):
        h3 = F.relu(self.fc3(z))
        return torch.sigmoid(self.fc4(h3)).view(-1, 1, 28, 28)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


def loss(recon_x, x, mu, logvar):
    MSE = F.mse_loss(recon_x.view(-1, 784), x.view(-1, 784), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return MSE + KLD


def train(images, num_epochs=NUM_EPOCHS):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = VAE().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    loader = torch.utils.data.DataLoader(images, batch_size=64, shuffle=True)
    history = []
    for _ in range(num_epochs):
        model.train()
        mse, kld = 0, 0
        for data in loader:
            data = data.to(device)
            optimizer.zero_grad()
            recon_batch, mu, logvar = model(data)
            total = loss(recon_batch, data, mu, logvar)
            total.backward()
            optimizer.step()
            part = F.mse_loss(recon_batch, data, reduction="sum").item()
            mse += part
            kld += total.item() - part
        history.append([mse / len(images), kld / len(images)])
    return model, history


def generate(model, n):
    model.eval()
    with torch.no_grad():
        sample = torch.randn(n, LATENT_DIM).to(next(model.parameters()).device)
        return model.decode(sample).cpu()


def reconstruct(model, images):
    model.eval()
    with torch.no_grad():
        recon, _, _ = model(images.to(next(model.parameters()).device))
    return recon.cpu()


def interpolate(model, first, second, steps):
    model.eval()
    device = next(model.parameters()).device
    frames = []
    with torch.no_grad():
        z1, _ = model.encode(first.unsqueeze(0).to(device))
        z2, _ = model.encode(second.unsqueeze(0).to(device))
        for i in range(steps):
            t = i / (steps - 1)
            frames.append(model.decode(z1 + t * (z2 - z1)).cpu())
    return torch.cat(frames)


def load_model(folder):
    from helper import read_weights

    return read_weights(VAE(), f"{folder}/vae.safetensors")
