"""One-hot labels joined to noise and to the flat image; multilayer perceptrons; probabilities."""

import torch
import torch.nn as nn
import torch.nn.functional as F

Z_DIM = 64
OUTPUT_RANGE = (0.0, 1.0)
NUM_EPOCHS = 24

bce = nn.BCELoss()


class Generator(nn.Module):
    def __init__(self, z_dim=Z_DIM):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(z_dim + 10, 256),
            nn.BatchNorm1d(256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 512),
            nn.BatchNorm1d(512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 784),
            nn.Sigmoid(),
        )

    def forward(self, z, labels):
        onehot = F.one_hot(labels, 10).float()
        return self.net(torch.cat((z, onehot), 1)).view(-1, 1, 28, 28)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 10)  # left over; forward does not call it
        self.net = nn.Sequential(
            nn.Linear(784 + 10, 256),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(256, 128),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(128, 1),
            nn.Sigmoid(),
        )

    def forward(self, images, labels):
        onehot = F.one_hot(labels, 10).float()
        return self.net(torch.cat((images.view(images.size(0), -1), onehot), 1))


def discriminator_loss(real, fake):
    return bce(real, torch.full_like(real, 0.9)) + bce(fake, torch.zeros_like(fake))


def generator_loss(fake):
    return bce(fake, torch.ones_like(fake))


def discriminator_step(generator, discriminator, optimizer, images, labels):
    discriminator.zero_grad()
    z = torch.randn(images.size(0), Z_DIM, device=images.device)
    fake = generator(z, labels)
    loss = discriminator_loss(discriminator(images, labels), discriminator(fake.detach(), labels))
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(generator, discriminator, optimizer, images, labels):
    generator.zero_grad()
    z = torch.randn(images.size(0), Z_DIM, device=images.device)
    wanted = torch.randint(0, 10, (images.size(0),), device=images.device)
    loss = generator_loss(discriminator(generator(z, wanted), wanted))
    loss.backward()
    optimizer.step()
    return loss.item()


def train(images, labels, num_epochs=NUM_EPOCHS):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    G, D = Generator().to(device), Discriminator().to(device)
    opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(D.parameters(), lr=5e-4, betas=(0.5, 0.999))
    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True, drop_last=True)
    history = []
    for _ in range(num_epochs):
        total_d = total_g = 0.0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            total_d += discriminator_step(G, D, opt_d, x, y)
            total_g += generator_step(G, D, opt_g, x, y)
        history.append([total_d / len(loader), total_g / len(loader)])
    return G, history


def generate(generator, labels):
    generator.eval()
    device = next(generator.parameters()).device
    z = torch.randn(len(labels), Z_DIM, device=device)
    return generator(z, labels.to(device)).detach().cpu()


def load_generator(folder):
    from helper import read_weights

    return read_weights(Generator(), f"{folder}/conditional_gan.safetensors")
