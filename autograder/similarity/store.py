"""``similar.json``: the pairs of a run, as grading found them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.atomic import write_json
from autograder.errors import KitError

from .pairs import Pair

FILE = "similar.json"


def write_pairs(run: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs of a run."""
    write_json(run / FILE, msgspec.to_builtins(pairs))


def read_pairs(run: Path) -> tuple[Pair, ...]:
    """Return the pairs of a run; none where nobody looked for them."""
    path = run / FILE
    try:
        return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), tuple[Pair, ...])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:  # ValidationError is a ValueError
        raise KitError(f"{path} cannot be read ({error}); delete it and grade again.") from None
