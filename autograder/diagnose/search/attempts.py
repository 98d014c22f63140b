"""What a trial of changed code is given, and what comes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.examine.testfiles import Case
from autograder.remote.sessions import Record

# File, first line and text of each function or class that is changed.
Revision = tuple[tuple[str, int, str], ...]
Shape = tuple[int, ...] | None


@dataclass
class Budget:
    """CPU seconds for one search, of this process and of its workers; the clock is a backstop."""

    seconds: float
    _start: float = field(default_factory=time.thread_time)
    _began: float = field(default_factory=time.monotonic)
    workers: float = 0.0

    @property
    def used(self) -> float:
        """The CPU seconds that are used."""
        return time.thread_time() - self._start + self.workers

    @property
    def is_spent(self) -> bool:
        """Whether the budget is used up."""
        return self.used > self.seconds or (time.monotonic() - self._began > 20 * self.seconds)


@dataclass(frozen=True)
class Trial:
    """A case to run, with the CPU seconds that the unchanged code took.

    ``is_plain``: earlier functions are right, and a right answer needs none of them elsewhere. So
    the case ends where it would look for an excuse, which takes most of the time of a failure.
    """

    case: Case
    seed: int
    usual: float
    is_plain: bool = False


@dataclass(frozen=True)
class Attempt:
    """How many cases a revision passed, and what it answered in the one that it did not.

    ``answers`` is what it answered in the first cases, if it passed them.
    """

    passed: int
    records: Sequence[Record] = ()
    answers: Sequence[Sequence[Record]] = ()


@dataclass(frozen=True)
class Ran:
    """The lines of the student's files that ran, and the shapes of local names by function."""

    lines: Mapping[str, frozenset[int]]
    shapes: Mapping[tuple[str, str], Shape]
