"""The held-out film reviews: the sentences that are held out of `review_sentences`."""

from __future__ import annotations

from .review_sentences import HELD_OUT

__all__ = ["HELD_OUT"]
