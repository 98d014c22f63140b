"""The held-out tweets: 400 of those that people rated."""

from __future__ import annotations

from .labelled import HeldOutTexts

COUNT = 400
SHA256 = "8ef2c1c6834383183bffc8d227390035bfdea14945c4f4174f6ec1c26cbaaae8"
HELD_OUT = HeldOutTexts("tweets", SHA256, "a tweet", "tweets")
