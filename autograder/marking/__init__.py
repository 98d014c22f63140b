"""Marking by people: a local page in the browser, and marks brought into totals and tables."""

from .settle import settle, stored_entries

__all__ = ["settle", "stored_entries"]
