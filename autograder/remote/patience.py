"""How long the code of one submission may let the grader wait without computing, in all."""

from __future__ import annotations

IDLE_SECONDS = 120.0
LEAST_SECONDS = 2.0  # of waiting that each case may still have when the rest is used up
SLOWDOWN = 8.0  # seconds of the clock that a second of CPU time may take on a busy machine


class Patience:
    """What is left of it; code that sleeps in every case uses it up once, not once a case."""

    def __init__(self, seconds: float = IDLE_SECONDS) -> None:
        self._left = seconds

    def left(self) -> float:
        """Return the seconds that a case may now wait."""
        return max(LEAST_SECONDS, self._left)

    def spend(self, waited: float, computed: float, queued: float = 0.0) -> None:
        """Take off what a case ``waited`` beyond its CPU seconds and its wait for a processor."""
        self._left -= idle(waited, computed, queued)


def idle(waited: float, computed: float, queued: float = 0.0) -> float:
    """Return how long code waited that cannot have computed, or wanted to, all the time.

    ``queued`` is how long it was ready to run but others had the processors. It is exact however
    busy the machine is; ``SLOWDOWN`` is for machines that do not count it.
    """
    return max(0.0, waited - max(SLOWDOWN * computed, computed + queued))
