"""Tell a change that makes code right from one that only avoids being judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.diagnose.compare_records import is_tensor
from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record

from .suspects import answers, parts


def evades(found: Sequence[Record], right: Sequence[Record], own: Sequence[Record]) -> bool:
    """Tell whether answers that pass a case are of a kind that nobody gave before.

    ``right`` are the answers of the reference, ``own`` the ones of the unchanged code. An
    exception, a name or a list that neither of them has is a way round the case: code that refuses
    an option may count as code that leaves it out.
    """
    for number, record in enumerate(answers(found)):
        others = [answers(each)[number] for each in (right, own) if number < len(answers(each))]
        same = [other for other in others if other.operation == record.operation]
        if not same:
            return False  # the case has gone another way, so nothing can be compared
        kinds = [_discrete(other) for other in same]
        if _discrete(record) not in kinds:
            return True
    return False


def _discrete(record: Record) -> tuple[object, ...]:
    """Return what an answer says besides its numbers."""
    if isinstance(record.outcome, Raised):
        return ("raised",)
    return tuple(
        part if part is None or isinstance(part, str | bool) else type(part).__name__
        for part in parts(record.outcome)
        if not isinstance(part, int | float | np.ndarray | np.generic) or isinstance(part, bool)
        if not is_tensor(part)
    )
