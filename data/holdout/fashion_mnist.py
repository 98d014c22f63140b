"""The held-out images of Fashion-MNIST: 1,000 of the official test images."""

from __future__ import annotations

from .grey_images import HeldOutImages

FIRST, LAST = 1_000, 2_000  # of the official test images
SHA256 = "6857104833089111f1a520e55299642f5089d8ff90e8d77ce28d640dff3c79ca"

HELD_OUT = HeldOutImages("fashion_mnist.npz", SHA256)
