"""A variational autoencoder for images of clothes (part c).

Check your work in the folder above with: `python check.py`

N images, L latent variables. Images are float32 tensors (N, 1, 28, 28) with values from 0 to 1.
The encoder gives q(z|x), a Gaussian with the mean `mu` and the variance exp(`logvar`) for each
latent variable. The decoder gives the mean image of p(x|z), a Gaussian with the variance `VARIANCE`
for each pixel. Before an image is seen, z is standard normal.
"""

from __future__ import annotations

from pathlib import Path

import torch
from helper import device, read_weights
from jaxtyping import Float
from torch import Tensor, nn

LATENT_DIM = 10
NUM_EPOCHS = 40
BATCH_SIZE = 64
VARIANCE = 0.1  # of each pixel in p(x|z); None if your model learns it


class VAE(nn.Module):
    """An encoder from images to q(z|x) and a decoder from z to images.

    Args:
        latent_dim: L, the number of latent variables.
    """

    def __init__(self, latent_dim: int = LATENT_DIM) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        # TODO: layers of the encoder and the decoder (about 11 lines)
        raise NotImplementedError("VAE")

    def encode(
        self, images: Float[Tensor, "N 1 28 28"]
    ) -> tuple[Float[Tensor, "N L"], Float[Tensor, "N L"]]:
        """Return mean and log-variance of q(z|x) for each of the images.

        Both may be any numbers, so no activation follows the last linear layer.
        """
        # TODO: apply the encoder and both last layers (about 2 lines)
        raise NotImplementedError("VAE.encode")

    def reparameterize(
        self, mu: Float[Tensor, "N L"], logvar: Float[Tensor, "N L"]
    ) -> Float[Tensor, "N L"]:
        """Draw z from q(z|x) such that gradients flow to mu and logvar.

        z = mu + sigma * noise with sigma² = exp(logvar) and new standard normal noise for each
        number (Kingma and Welling 2014, section 2.4). mu and logvar stay the same.
        """
        # TODO: scale and shift new noise (about 2 lines)
        raise NotImplementedError("VAE.reparameterize")

    def decode(self, z: Float[Tensor, "N L"]) -> Float[Tensor, "N 1 28 28"]:
        """Return the mean image of p(x|z) for each row of z, with values from 0 to 1."""
        # TODO: apply the decoder (1 line)
        raise NotImplementedError("VAE.decode")

    def forward(
        self, images: Float[Tensor, "N 1 28 28"]
    ) -> tuple[Float[Tensor, "N 1 28 28"], Float[Tensor, "N L"], Float[Tensor, "N L"]]:
        """Encode images, draw z, decode it; return (reconstruction, mu, logvar).

        If the model learns the variance, add a fourth value: its logarithm for each pixel.
        """
        # TODO: the three steps (about 3 lines)
        raise NotImplementedError("VAE.forward")


def loss(
    reconstruction: Float[Tensor, "N 1 28 28"],
    images: Float[Tensor, "N 1 28 28"],
    mu: Float[Tensor, "N L"],
    logvar: Float[Tensor, "N L"],
) -> tuple[Float[Tensor, ""], Float[Tensor, ""], Float[Tensor, ""]]:
    """Return (total, reconstruction term, KL term), all means over the images in nats.

    total = reconstruction term + KL term is the negative ELBO without its constants. With x the
    image, y its reconstruction, and the variance s² = VARIANCE, the terms of one image are

    reconstruction term: sum over pixels of (x - y)² / (2 s²)
    KL term: 1/2 sum over latent variables of mu² + exp(logvar) - logvar - 1

    (Kingma and Welling 2014, appendices B and C.2). Also right: a sum over the images in place of
    a mean if both terms have it; constants; to return the total alone. If the model learns the
    variance, its logarithm is the fifth argument.

    Args:
        reconstruction: N mean images of p(x|z).
        images: the N images that were encoded.
        mu: N means of q(z|x).
        logvar: N log-variances of q(z|x). No argument is changed.

    Raises:
        ValueError: if the numbers of pixels differ.
    """
    if reconstruction.numel() != images.numel():
        raise ValueError("The images and their reconstructions have different numbers of pixels.")
    # TODO: both terms, and their sum (about 4 lines)
    raise NotImplementedError("loss")


def train(
    images: Float[Tensor, "M 1 28 28"], num_epochs: int = NUM_EPOCHS
) -> tuple[VAE, list[list[float]]]:
    """Train a VAE.

    Args:
        images: M images with values from 0 to 1, on the CPU. M may leave a last batch of any size.
        num_epochs: the number of passes over the images. Its default is your choice.

    Returns:
        The trained model, and for each epoch the mean reconstruction term and the mean KL term.
    """
    # TODO: model and optimiser (about 3 lines)
    raise NotImplementedError("train")
    for _ in range(num_epochs):
        # TODO: one step for each batch, in a new order (about 10 lines)
        raise NotImplementedError("train")
    # TODO: return the model and the terms (1 line)
    raise NotImplementedError("train")


def generate(model: VAE, n: int) -> Float[Tensor, "n 1 28 28"]:
    """Return n new images with values from 0 to 1, on the CPU and without gradients.

    They are the decoder's mean images for z that is drawn anew from the standard normal
    distribution. The model is in evaluation mode, in which it may stay.

    Args:
        model: a VAE; use its `decode`.
        n: the number of images, at least 1.

    Raises:
        ValueError: if n is less than 1.
    """
    if n < 1:
        raise ValueError(f"n is {n}, but at least one image is needed.")
    # TODO: draw z and decode it (about 5 lines)
    raise NotImplementedError("generate")


def reconstruct(model: VAE, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 1 28 28"]:
    """Return the decoder's mean images for z = mu, the mean of q(z|x); no noise.

    The model is in evaluation mode, in which it may stay. The result is on the CPU and has no
    gradients.

    Args:
        model: a VAE; use its `encode` and `decode`.
        images: N images with values from 0 to 1, on the CPU.
    """
    # TODO: encode, and decode the means (about 5 lines)
    raise NotImplementedError("reconstruct")


def interpolate(
    model: VAE,
    first: Float[Tensor, "1 28 28"],
    second: Float[Tensor, "1 28 28"],
    steps: int,
) -> Float[Tensor, "S 1 28 28"]:
    """Return S = steps images that lead from the first image to the second one.

    z goes on a straight line in equal steps from the mean of q(z|first) to the mean of
    q(z|second), both ends included. The images are the decoder's means for these z. The model is in
    evaluation mode; the result is on the CPU and has no gradients.

    Args:
        model: a VAE; use its `encode` and `decode`.
        first: the image at the start, with values from 0 to 1, on the CPU.
        second: the image at the end.
        steps: the number of images, at least 2.

    Raises:
        ValueError: if steps is less than 2.
    """
    if steps < 2:
        raise ValueError(f"steps is {steps}, but both ends need an image.")
    # TODO: encode both, decode the line between their means (about 7 lines)
    raise NotImplementedError("interpolate")


def load_model(folder: Path | str) -> VAE:
    """Return the model whose weights `experiment.py` has saved in a folder (part e).

    Change it if your model is made in another way.
    """
    return read_weights(VAE(), Path(folder) / "vae.safetensors")
