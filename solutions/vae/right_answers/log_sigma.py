"""The logarithm of sigma in place of that of the variance, everywhere; warm-up of the KL term."""

import numpy as np
import torch
import torch.nn as nn

LATENT_DIM = 8
NUM_EPOCHS = 40
VARIANCE = 0.05


class VAE(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM):
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(28 * 28, 256), nn.Tanh(), nn.Linear(256, 64), nn.ReLU()]
        self.enc = nn.ModuleDict(
            {
                "body": nn.Sequential(*layers),
                "mu": nn.Linear(64, latent_dim),
                "log_sigma": nn.Linear(64, latent_dim),
            }
        )
        self.dec1 = nn.Linear(latent_dim, 64)
        self.dec2 = nn.Linear(64, 256)
        self.dec3 = nn.Linear(256, 28 * 28)

    def encode(self, images):
        h = self.enc["body"](images)
        return self.enc["mu"](h), self.enc["log_sigma"](h)

    def reparameterize(self, mu, log_sigma):
        sigma = torch.exp(log_sigma)
        return mu + sigma * torch.randn(mu.size(), device=mu.device)

    def decode(self, z):
        h = self.dec2(self.dec1(z).relu()).relu()
        return self.dec3(h).sigmoid().reshape(-1, 1, 28, 28)

    def forward(self, images):
        mu, log_sigma = self.encode(images)
        z = self.reparameterize(mu, log_sigma)
        return [self.decode(z), mu, log_sigma]


def loss(output, target, mu, log_sigma, weight=1.0):
    batch = target.size(0)
    diff = output.view(batch, -1) - target.view(batch, -1)
    rec = torch.einsum("np,np->n", diff, diff) / (2 * VARIANCE)
    kl = torch.sum(0.5 * torch.exp(2 * log_sigma) + 0.5 * mu * mu - log_sigma - 0.5, dim=1)
    return torch.mean(rec + weight * kl), rec.mean(), kl.mean()


def train(images, num_epochs=NUM_EPOCHS):
    model = VAE()
    opt = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    out = []
    n = images.shape[0]
    for epoch in range(num_epochs):
        weight = min(1.0, (epoch + 1) / 5)
        perm = np.random.permutation(n)
        sums = np.zeros(2)
        for i in range(0, n, 32):
            x = images[torch.from_numpy(perm[i : i + 32])]
            y, mu, log_sigma = model(x)
            total, rec, kl = loss(y, x, mu, log_sigma, weight)
            for p in model.parameters():
                p.grad = None
            total.backward()
            opt.step()
            sums += np.array([rec.item(), kl.item()]) * x.shape[0]
        out.append(list(sums / n))
    return model, out


def generate(model, n):
    model.eval()
    with torch.inference_mode():
        return model.decode(torch.randn(n, LATENT_DIM))


def reconstruct(model, images):
    model.eval()
    with torch.inference_mode():
        return torch.cat([model.decode(model.encode(x[None])[0]) for x in images])


def interpolate(model, first, second, steps):
    model.eval()
    with torch.inference_mode():
        mu, _ = model.encode(torch.stack([first, second]))
        weights = np.linspace(0.0, 1.0, steps)
        z = torch.stack([mu[0] + float(w) * (mu[1] - mu[0]) for w in weights])
        return model.decode(z)


def load_model(folder):
    import helper

    return helper.read_weights(VAE(), f"{folder}/vae.safetensors")
