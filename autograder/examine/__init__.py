"""Run the cases of one question against a worker and judge what comes back.

Test files import ``checks`` and ``figures`` by the names that these have in a student's package;
importing this room makes them available here.
"""

import sys
from pathlib import Path

KIT = Path(__file__).resolve().parents[1] / "kit"


def find_kit() -> None:
    """Make ``checks`` and ``figures`` importable; a process of a pool gets another ``sys.path``."""
    if str(KIT) not in sys.path:
        sys.path.append(str(KIT))


find_kit()
