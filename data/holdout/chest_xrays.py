"""The held-out chest X-rays: 400 of PneumoniaMNIST's test images."""

from __future__ import annotations

from .grey_images import HeldOutImages

SHA256 = "dc9089939a8b2577f2e385df1ea14c48735a3f0f2fdcb03dcebf3395af8808ac"

HELD_OUT = HeldOutImages("chest_xrays.npz", SHA256)
