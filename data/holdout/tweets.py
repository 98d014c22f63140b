"""The held-out tweets: 400 of those that people rated."""

from __future__ import annotations

from .labelled import HeldOutTexts

COUNT = 400
SHA256 = "89501d42c7b00d9f0a13d9400049a106940dfb3178609f72520befd956b575b0"
HELD_OUT = HeldOutTexts("tweets", SHA256, "a tweet", "tweets")
