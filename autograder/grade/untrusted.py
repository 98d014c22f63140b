"""Text that anybody may have written, made fit to stand in a result."""

from autograder.text import plain_text

__all__ = ["plain_text"]
