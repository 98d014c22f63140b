"""Pairs of submissions with the same unusual code; a warning for a person, never a verdict."""

from .given import given_texts
from .pairs import Pair, Passage, similar_pairs
from .store import read_pairs, write_pairs

__all__ = ["Pair", "Passage", "given_texts", "read_pairs", "similar_pairs", "write_pairs"]
