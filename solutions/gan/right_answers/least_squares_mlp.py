"""Least squares on scores, multilayer perceptrons, sigmoid outputs from 0 to 1, uniform noise."""

import torch
import torch.nn as nn

Z_DIM = 50
OUTPUT_RANGE = (0.0, 1.0)
D_OUTPUT = "score"
NUM_EPOCHS = 40


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.fc1 = nn.Linear(z_dim, 256)
        self.bn1 = nn.BatchNorm1d(256)
        self.fc2 = nn.Linear(256, 512)
        self.bn2 = nn.BatchNorm1d(512)
        self.fc3 = nn.Linear(512, 784)
        self.fc4 = nn.Linear(784, 784)  # left over; forward does not call it

    def forward(self, z):
        h = torch.relu(self.bn1(self.fc1(z)))
        h = torch.relu(self.bn2(self.fc2(h)))
        return torch.sigmoid(self.fc3(h)).view(-1, 1, 28, 28)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(784, 256),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(256, 128),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(128, 1),
        )

    def forward(self, images):
        return self.model(images.reshape(images.size(0), -1))


def discriminator_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()


def generator_loss(fake):
    return 0.5 * ((fake - 1) ** 2).mean()


def noise(n, device):
    return 2 * torch.rand(n, Z_DIM, device=device) - 1


def discriminator_step(generator, discriminator, optimizer, images):
    optimizer.zero_grad()
    with torch.no_grad():
        fake = generator(noise(images.size(0), images.device))
    loss = discriminator_loss(discriminator(images), discriminator(fake))
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images):
    optimizer.zero_grad()
    loss = generator_loss(discriminator(generator(noise(images.size(0), images.device))))
    loss.backward()
    optimizer.step()
    return loss.item()


def train(images, num_epochs=NUM_EPOCHS):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    G, D = Generator().to(device), Discriminator().to(device)
    opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(D.parameters(), lr=5e-4, betas=(0.5, 0.999))
    loader = torch.utils.data.DataLoader(images, batch_size=32, shuffle=True, drop_last=True)
    history = []
    for _ in range(num_epochs):
        d_sum = g_sum = 0.0
        for batch in loader:
            batch = batch.to(device)
            d_sum += discriminator_step(G, D, opt_d, batch)
            g_sum += generator_step(G, D, opt_g, batch)
        history.append([d_sum / len(loader), g_sum / len(loader)])
    return G, history


def generate(generator, n):
    generator.eval()
    device = next(generator.parameters()).device
    with torch.no_grad():
        return generator(noise(n, device)).cpu()


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/gan.safetensors")
