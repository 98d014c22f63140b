"""A generative adversarial network for images of clothes (part a).

Check your work in the folder above with: `python check.py`

N images, Z numbers of noise per image. Images are float32 tensors (N, 1, 28, 28). Inside the
networks their values are in `OUTPUT_RANGE`; `train` gets them, and `generate` gives them, from 0 to
1. D is the discriminator, G the generator.
"""

from __future__ import annotations

from pathlib import Path

import torch
from helper import device, read_weights
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

Z_DIM = 64
NUM_EPOCHS = 24
BATCH_SIZE = 32
OUTPUT_RANGE = (-1.0, 1.0)  # lowest and highest value of an image inside the networks
D_OUTPUT = "logit"  # what D returns: "logit", "probability" or "score"


class Generator(nn.Module):
    """Map noise to images.

    Every layer can learn, and different noise gives different images.

    Args:
        z_dim: Z, how many numbers of noise an image gets.
    """

    def __init__(self, z_dim: int = Z_DIM) -> None:
        super().__init__()
        # BEGIN SOLUTION: layers from z_dim numbers to an image (about 10 lines)
        self.layers = nn.Sequential(
            nn.Linear(z_dim, 256),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Linear(256, 16 * 14 * 14),
            nn.BatchNorm1d(16 * 14 * 14),
            nn.ReLU(),
            nn.Unflatten(1, (16, 14, 14)),
            nn.ConvTranspose2d(16, 1, kernel_size=4, stride=2, padding=1),  # (N, 1, 28, 28)
            nn.Tanh(),
        )
        # END SOLUTION

    def forward(self, z: Float[Tensor, "N Z"]) -> Float[Tensor, "N 1 28 28"]:
        """Return one image for each row of the noise z, with values in `OUTPUT_RANGE`."""
        # BEGIN SOLUTION: apply the layers (1 line)
        return self.layers(z)
        # END SOLUTION


class Discriminator(nn.Module):
    """Judge whether images are real."""

    def __init__(self) -> None:
        super().__init__()
        # BEGIN SOLUTION: layers from an image to one number (about 10 lines)
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=4, stride=2, padding=1),  # (N, 16, 14, 14)
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Flatten(),
            nn.Linear(16 * 14 * 14, 128),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(128, 1),
        )
        # END SOLUTION

    def forward(self, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 1"]:
        """Return one number per image, higher for images that look real.

        It is what `D_OUTPUT` says: a logit (its sigmoid is the probability of "real"), a
        probability from 0 to 1, or a score (any number, as in a Wasserstein GAN).
        """
        # BEGIN SOLUTION: apply the layers (1 line)
        return self.layers(images)
        # END SOLUTION


def discriminator_loss(real: Tensor, fake: Tensor) -> Float[Tensor, ""]:
    """Return the loss that D minimises.

    For logits, the cross-entropy with the label 1 for real images and 0 for generated ones:
    mean over n of -log sigmoid(real_n) - log(1 - sigmoid(fake_n)).
    Other losses of GANs are right, too, such as least squares, hinge or Wasserstein.

    Args:
        real: what D returns for N real images.
        fake: what D returns for N generated images.

    Raises:
        ValueError: if there are no images.
    """
    if real.numel() == 0 or fake.numel() == 0:
        raise ValueError("The losses need at least one image of each kind.")
    # BEGIN SOLUTION: both cross-entropies (about 3 lines)
    on_real = functional.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    on_fake = functional.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    return on_real + on_fake
    # END SOLUTION


def generator_loss(fake: Tensor) -> Float[Tensor, ""]:
    """Return the loss that G minimises; it falls if D finds the generated images more real.

    For logits, the non-saturating loss of Goodfellow and others (2014), section 3:
    mean over n of -log sigmoid(fake_n). The original log(1 - sigmoid(fake_n)) is right, too.

    Args:
        fake: what D returns for N generated images.
    """
    # BEGIN SOLUTION: the cross-entropy with the label of real images (1 line)
    return functional.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))
    # END SOLUTION


def discriminator_step(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: Float[Tensor, "N 1 28 28"],
) -> float:
    """Make one step of the discriminator on N real and N generated images; return its loss.

    Only D learns: the parameters of G stay the same, and the step uses no gradient of an earlier
    step. Draw new noise.

    Args:
        generator: G, in training mode.
        discriminator: D, in training mode.
        optimizer: holds the parameters of D.
        images: real images with values in `OUTPUT_RANGE`, on the device of both networks.
    """
    # BEGIN SOLUTION: loss on real and generated images, one step (about 7 lines)
    noise = torch.randn(len(images), Z_DIM, device=images.device)
    fake = generator(noise).detach()
    loss = discriminator_loss(discriminator(images), discriminator(fake))
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
) -> float:
    """Make one step of the generator on N generated images; return its loss.

    Only G learns: the parameters of D stay the same, and the step uses no gradient of an earlier
    step. Draw new noise.

    Args:
        generator: G, in training mode.
        discriminator: D, in training mode.
        optimizer: holds the parameters of G.
        images: real images as in `discriminator_step`. Most losses need only their number and
            device.
    """
    # BEGIN SOLUTION: loss on generated images, one step (about 6 lines)
    noise = torch.randn(len(images), Z_DIM, device=images.device)
    loss = generator_loss(discriminator(generator(noise)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION


def train(
    images: Float[Tensor, "M 1 28 28"], num_epochs: int = NUM_EPOCHS
) -> tuple[Generator, list[list[float]]]:
    """Train both networks in turns.

    Args:
        images: M real images with values from 0 to 1, on the CPU. M may leave a last batch of any
            size.
        num_epochs: the number of passes over the images. Its default is your choice.

    Returns:
        The trained generator, and for each epoch the mean losses of D and G.
    """
    # BEGIN SOLUTION: networks, optimisers and images in OUTPUT_RANGE (about 7 lines)
    generator, discriminator = Generator().to(device()), Discriminator().to(device())
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=0.001, betas=(0.5, 0.999))
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=0.001, betas=(0.5, 0.999))
    low, high = OUTPUT_RANGE
    scaled = (low + (high - low) * images).to(device())
    history = []
    # END SOLUTION
    for _ in range(num_epochs):
        # BEGIN SOLUTION: a step of D and a step of G for each batch (about 10 lines)
        losses = []
        for batch in torch.randperm(len(scaled)).split(BATCH_SIZE):
            if len(batch) == 1:
                continue  # batch normalisation needs two images
            real = scaled[batch]
            d_loss = discriminator_step(generator, discriminator, d_optimizer, real)
            g_loss = generator_step(generator, discriminator, g_optimizer, real)
            losses.append([d_loss, g_loss])
        history.append(torch.tensor(losses).mean(dim=0).tolist())
        # END SOLUTION
    # BEGIN SOLUTION: return the generator and the losses (1 line)
    return generator, history
    # END SOLUTION


def generate(generator: nn.Module, n: int) -> Float[Tensor, "n 1 28 28"]:
    """Return n new images with values from 0 to 1, on the CPU and without gradients.

    The generator is in evaluation mode, in which it may stay. Each call draws new noise.

    Args:
        generator: maps noise to images with values in `OUTPUT_RANGE`.
        n: the number of images, at least 1.

    Raises:
        ValueError: if n is less than 1.
    """
    if n < 1:
        raise ValueError(f"n is {n}, but at least one image is needed.")
    # BEGIN SOLUTION: generate, and map OUTPUT_RANGE to 0 to 1 (about 6 lines)
    generator.eval()
    place = next(generator.parameters()).device
    with torch.no_grad():
        images = generator(torch.randn(n, Z_DIM, device=place)).cpu()
    low, high = OUTPUT_RANGE
    return (images - low) / (high - low)
    # END SOLUTION


def load_generator(folder: Path | str) -> nn.Module:
    """Return the generator whose weights `experiment.py` has saved in a folder (part c).

    Change it if your generator is made in another way.
    """
    return read_weights(Generator(), Path(folder) / "gan.safetensors")
