"""Run the cases of one question against a worker and judge what comes back.

Test files import ``checks`` and ``figures`` by the names that these have in a student's package;
importing this room makes them available here.
"""

import sys
from pathlib import Path

KIT = Path(__file__).resolve().parents[1] / "kit"
if str(KIT) not in sys.path:
    sys.path.append(str(KIT))
