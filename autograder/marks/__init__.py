"""What people decide about a submission: marks, comments, overrides, penalties; and the totals."""

from .entries import COMMENT, LATE, LATE_PERCENT, OVERRIDE, TOTAL, Entry, Key, MarksError
from .places import Places
from .store import ConflictError, Store, Stored
from .totals import TOTAL_FILE, Total, read_total, total_of, write_total

__all__ = [
    "COMMENT",
    "LATE",
    "LATE_PERCENT",
    "OVERRIDE",
    "TOTAL",
    "TOTAL_FILE",
    "ConflictError",
    "Entry",
    "Key",
    "MarksError",
    "Places",
    "Store",
    "Stored",
    "Total",
    "read_total",
    "total_of",
    "write_total",
]
