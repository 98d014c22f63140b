"""Run the checks of one question again for a marker, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import KitError
from autograder.exchange.class_intake import HANDED_IN
from autograder.submission.class_list import HandedIn

from .board import Shown

_NOT_RECORDED = "The run does not say where this submission came from; grade it again."


@dataclass
class Again:
    """Grades a question again as ``replay`` does, one at a time; the stored result stays."""

    run: Path
    course: Path
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def cases(self, name: str, handed: HandedIn | None, question: str) -> Shown:
        """Return the cases of ``question`` as they come out now; raises KitError if they cannot."""
        order = [
            *("--course", str(self.course), "replay", "--json", "--question", question),
            *(str(self.run / name), str(self._place(name, handed))),
        ]
        with self._one_at_a_time:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "autograder", *order],
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        if done.returncode not in (0, 1):
            last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            raise KitError(last.removeprefix("Error: "))
        found: Shown = json.loads(done.stdout)
        return found

    def _place(self, name: str, handed: HandedIn | None) -> Path:
        unpacked = self.run / HANDED_IN / name
        if unpacked.exists():
            return unpacked
        if handed is None:
            raise KitError(_NOT_RECORDED)
        place = Path(handed.source)
        if not place.exists():
            raise KitError(f"{place} is not there any more; put the submission back.")
        return place
