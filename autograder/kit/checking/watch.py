"""Check again whenever a file of the student's changes: look at the files twice a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

_SECONDS = 0.5
Stamps = dict[Path, tuple[int, int]]


def stamps(folders: Iterable[Path]) -> Stamps:
    """Return when each Python file in ``folders`` was changed, and its size."""
    found: Stamps = {}
    for folder in folders:
        for path in folder.glob("*.py"):
            try:
                status = path.stat()
            except OSError:  # an editor is replacing it
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def check_on_change(
    check: Callable[[Sequence[str]], int], names: Sequence[str], folders: dict[str, set[Path]]
) -> int:
    """Check ``names`` now, and the ones in whose ``folders`` a file changes, until Ctrl-C.

    Returns 0: whoever stops this has seen the results.
    """
    everything = {folder for name in names for folder in folders[name]}
    before = stamps(everything)
    chosen: Sequence[str] = names
    try:
        while True:
            if check(chosen) == 130:  # Ctrl-C during a check
                return 0
            print("\nWaiting for a file to change; Ctrl-C ends this.", flush=True)
            while (now := stamps(everything)) == before:
                time.sleep(_SECONDS)
            changed = {path for path, _ in set(before.items()) ^ set(now.items())}
            before = now
            parents = {path.parent for path in changed}
            chosen = [name for name in names if folders[name] & parents]
            listed = ", ".join(sorted({path.name for path in changed}))
            print(f"\n{time.strftime('%H:%M:%S')}  {listed} changed.\n", flush=True)
    except KeyboardInterrupt:
        print()
        return 0
