"""The held-out review sentences: rated ones that stand among SST-2's test sentences."""

from __future__ import annotations

from .labelled import HeldOutTexts

COUNT = 600
SHA256 = "304037819431daba0367361eadf6d61832c01a3709ec1b8a5d5736f8e8bf88e2"
HELD_OUT = HeldOutTexts("review_sentences", SHA256, "a sentence", "sentences")
