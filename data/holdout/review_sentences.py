"""The held-out review sentences: rated ones that stand among SST-2's test sentences."""

from __future__ import annotations

from .labelled import HeldOutTexts

COUNT = 600
SHA256 = "6d277fb00f948c1b335fc6a4af3d1f28d62ab591f222b5b4c8d4caaccc263997"
HELD_OUT = HeldOutTexts("review_sentences", SHA256, "a sentence", "sentences")
