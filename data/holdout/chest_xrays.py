"""The held-out chest X-rays: 297 of PneumoniaMNIST's test images."""

from __future__ import annotations

from .grey_images import HeldOutImages

SHA256 = "67aa5bfb5b8d29cd020a1dcf7293536783340279091cbc15c15e3bf33a62ea69"

HELD_OUT = HeldOutImages("chest_xrays.npz", SHA256)
