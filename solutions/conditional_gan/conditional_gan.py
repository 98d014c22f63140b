"""A conditional generative adversarial network: new clothes of the class that you ask for (part b).

Check your work in the folder above with: `python check.py`

N images, Z numbers of noise per image. Images are float32 tensors (N, 1, 28, 28), labels int64
tensors (N,) from 0 to 9. Inside the networks the values of images are in `OUTPUT_RANGE`; `train`
gets them, and `generate` gives them, from 0 to 1. D is the discriminator, G the generator.
"""

from __future__ import annotations

from pathlib import Path

import torch
from helper import device, read_weights
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

NUM_CLASSES = 10
Z_DIM = 64
NUM_EPOCHS = 24
BATCH_SIZE = 32
OUTPUT_RANGE = (-1.0, 1.0)  # lowest and highest value of an image inside the networks


class Generator(nn.Module):
    """Map noise and labels to images.

    Every layer can learn; other noise gives another image, and so does another label.

    Args:
        z_dim: Z, how many numbers of noise an image gets.
    """

    def __init__(self, z_dim: int = Z_DIM) -> None:
        super().__init__()
        # BEGIN SOLUTION: a vector per class, and layers to an image (about 12 lines)
        self.first = nn.Sequential(nn.Linear(z_dim, 256), nn.BatchNorm1d(256))
        self.embedding = nn.Embedding(NUM_CLASSES, 256)
        self.layers = nn.Sequential(
            nn.ReLU(),
            nn.Linear(256, 16 * 14 * 14),
            nn.BatchNorm1d(16 * 14 * 14),
            nn.ReLU(),
            nn.Unflatten(1, (16, 14, 14)),
            nn.ConvTranspose2d(16, 1, kernel_size=4, stride=2, padding=1),  # (N, 1, 28, 28)
            nn.Tanh(),
        )
        # END SOLUTION

    def forward(
        self, z: Float[Tensor, "N Z"], labels: Int[Tensor, " N"]
    ) -> Float[Tensor, "N 1 28 28"]:
        """Return for each row of z an image of the class in ``labels``, in `OUTPUT_RANGE`."""
        # BEGIN SOLUTION: join noise and class, apply the layers (about 2 lines)
        hidden = self.first(z) + self.embedding(labels)  # (N, 256)
        return self.layers(hidden)
        # END SOLUTION


class Discriminator(nn.Module):
    """Judge whether images are real images of the given classes."""

    def __init__(self) -> None:
        super().__init__()
        # BEGIN SOLUTION: a vector per class, and layers to one number (about 11 lines)
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=4, stride=2, padding=1),  # (N, 16, 14, 14)
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Flatten(),
            nn.Linear(16 * 14 * 14, 128),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
        )
        self.embedding = nn.Embedding(NUM_CLASSES, 128)
        self.output = nn.Linear(128, 1)
        # END SOLUTION

    def forward(
        self, images: Float[Tensor, "N 1 28 28"], labels: Int[Tensor, " N"]
    ) -> Float[Tensor, "N 1"]:
        """Return one number per image, higher for real images of the class in ``labels``.

        It is a logit, a probability or a score, as your losses expect it.
        """
        # BEGIN SOLUTION: how real, and how much like the class (about 4 lines)
        features = self.features(images)  # (N, 128)
        classes = self.embedding(labels)
        likeness = (features * classes).sum(dim=1, keepdim=True)  # (N, 1)
        return self.output(features) + likeness
        # END SOLUTION


def discriminator_loss(real: Tensor, fake: Tensor) -> Float[Tensor, ""]:
    """Given: the cross-entropies of logits, as in part a. Any other loss of a GAN is right, too.

    Args:
        real: what D returns for N real images.
        fake: what D returns for N generated images.
    """
    on_real = functional.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    on_fake = functional.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    return on_real + on_fake


def generator_loss(fake: Tensor) -> Float[Tensor, ""]:
    """Given: the non-saturating loss for logits, as in part a.

    Args:
        fake: what D returns for N generated images.
    """
    return functional.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))


def discriminator_step(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: Float[Tensor, "N 1 28 28"],
    labels: Int[Tensor, " N"],
) -> float:
    """Make one step of the discriminator on N real and N generated images; return its loss.

    Each image comes with its own label: a real one with the class that it shows, a generated one
    with the class for which it was made. Only D learns: the parameters of G stay the same, and the
    step uses no gradient of an earlier step. Draw new noise.

    Args:
        generator: G, in training mode.
        discriminator: D, in training mode.
        optimizer: holds the parameters of D.
        images: real images with values in `OUTPUT_RANGE`, on the device of both networks.
        labels: their classes, on the same device.
    """
    # BEGIN SOLUTION: loss on real and generated images, one step (about 7 lines)
    noise = torch.randn(len(images), Z_DIM, device=images.device)
    fake = generator(noise, labels).detach()
    loss = discriminator_loss(discriminator(images, labels), discriminator(fake, labels))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


def generator_step(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: Float[Tensor, "N 1 28 28"],
    labels: Int[Tensor, " N"],
) -> float:
    """Make one step of the generator on N generated images of given classes; return its loss.

    Only G learns: the parameters of D stay the same, and the step uses no gradient of an earlier
    step. Draw new noise.

    Args:
        generator: G, in training mode.
        discriminator: D, in training mode.
        optimizer: holds the parameters of G.
        images: real images as in `discriminator_step`. Most losses do not need them.
        labels: the classes of the images that G makes; drawing other ones is right, too.
    """
    # BEGIN SOLUTION: loss on generated images, one step (about 6 lines)
    noise = torch.randn(len(labels), Z_DIM, device=labels.device)
    loss = generator_loss(discriminator(generator(noise, labels), labels))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


def train(
    images: Float[Tensor, "M 1 28 28"], labels: Int[Tensor, " M"], num_epochs: int = NUM_EPOCHS
) -> tuple[Generator, list[list[float]]]:
    """Train both networks in turns.

    Args:
        images: M real images with values from 0 to 1, on the CPU. M may leave a last batch of any
            size.
        labels: their classes, on the CPU.
        num_epochs: the number of passes over the images. Its default is your choice.

    Returns:
        The trained generator, and for each epoch the mean losses of D and G.
    """
    # BEGIN SOLUTION: networks, optimisers and images in OUTPUT_RANGE (about 7 lines)
    generator, discriminator = Generator().to(device()), Discriminator().to(device())
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=0.001, betas=(0.5, 0.999))
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=0.001, betas=(0.5, 0.999))
    low, high = OUTPUT_RANGE
    scaled, classes = (low + (high - low) * images).to(device()), labels.to(device())
    history = []
    # END SOLUTION
    for _ in range(num_epochs):
        # BEGIN SOLUTION: a step of D and a step of G for each batch (about 10 lines)
        losses = []
        for batch in torch.randperm(len(scaled)).split(BATCH_SIZE):
            if len(batch) == 1:
                continue  # batch normalisation needs two images
            parts = generator, discriminator
            d_loss = discriminator_step(*parts, d_optimizer, scaled[batch], classes[batch])
            g_loss = generator_step(*parts, g_optimizer, scaled[batch], classes[batch])
            losses.append([d_loss, g_loss])
        history.append(torch.tensor(losses).mean(dim=0).tolist())
        # END SOLUTION
    # BEGIN SOLUTION: return the generator and the losses (1 line)
    return generator, history
    # END SOLUTION


def generate(generator: nn.Module, labels: Int[Tensor, " N"]) -> Float[Tensor, "N 1 28 28"]:
    """Return a new image for each label, with values from 0 to 1, on the CPU, without gradients.

    The generator is in evaluation mode, in which it may stay. Each call draws new noise.

    Args:
        generator: maps noise and labels to images with values in `OUTPUT_RANGE`.
        labels: N classes, on the CPU.

    Raises:
        ValueError: if there are no labels.
    """
    if len(labels) < 1:
        raise ValueError("At least one label is needed.")
    # BEGIN SOLUTION: generate, and map OUTPUT_RANGE to 0 to 1 (about 7 lines)
    generator.eval()
    place = next(generator.parameters()).device
    noise = torch.randn(len(labels), Z_DIM, device=place)
    with torch.no_grad():
        images = generator(noise, labels.to(place)).cpu()
    low, high = OUTPUT_RANGE
    return (images - low) / (high - low)
    # END SOLUTION


def load_generator(folder: Path | str) -> nn.Module:
    """Return the generator whose weights `experiment.py` has saved in a folder (part c).

    Change it if your generator is made in another way.
    """
    return read_weights(Generator(), Path(folder) / "conditional_gan.safetensors")
