"""One decision of a marker: points or a comment for one thing in one submission."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from msgspec import Struct

from autograder.errors import KitError

TOTAL = "total"  # the question of what concerns the whole submission
COMMENT = "comment"  # a comment on a whole question
OVERRIDE = "override"  # points in place of the computed ones; the comment is the reason
LATE = "late"  # points deducted from the total
LATE_PERCENT = "late percent"  # percent of the total deducted
LONGEST_COMMENT = 10_000


class MarksError(KitError):
    """Marks that cannot be taken; the text says which and why."""


class Key(NamedTuple):
    """What a decision is about.

    ``question`` is ``problem.question`` or ``total``. ``criterion`` is the number of a criterion
    from 1, a line of code such as ``simple_cnn.py:44``, or one of the words above.
    """

    submission: str
    question: str
    criterion: str


class Entry(Struct, frozen=True):
    """Points and a comment; both are empty where nothing is decided."""

    points: float | None = None
    comment: str = ""


Entries: TypeAlias = dict[Key, Entry]
