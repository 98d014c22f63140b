"""Grade one submission in the folders that Gradescope gives: source, submission, results."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from autograder.atomic import write_bytes
from autograder.backends.jobs import new_seed
from autograder.course import Course
from autograder.errors import KitError
from autograder.exchange.gradescope import gradescope_results
from autograder.exchange.gradescope_rules import with_rules
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings

METADATA, TARGET = "submission_metadata.json", "target.json"
_ONLY_OURS = 0o700


def grade_on_gradescope(root: Path, level: str = "auto", seed: int | None = None) -> Path:
    """Grade ``root/submission`` and return the results file, ``root/results/results.json``.

    Raises KitError, and writes nothing, if the submission cannot be graded at all: Gradescope then
    says that the autograder failed, and gives no points.
    """
    source, submission, results = root / "source", root / "submission", root / "results"
    for folder in (source, submission, results):
        if not folder.is_dir():
            raise KitError(
                f"There is no folder {folder}; give the folder that Gradescope lays out."
            )
    _close(root)
    target = _object(source / TARGET).get("target")
    if not isinstance(target, str):
        raise KitError(f"{source / TARGET} names no target; build the package again.")
    course = Course(source)
    assignment = course.target(target)
    settings = Settings(source, target, new_seed() if seed is None else seed, level)
    with (
        tempfile.TemporaryDirectory(prefix="gradescope-") as scratch,
        contextlib.closing(open_judge(settings)) as judge,
    ):
        result = judge.grade(submission, Path(scratch), "submission")
    shown = gradescope_results(result)
    shown = with_rules(shown, result, assignment.hand_in, _object(root / METADATA))
    text = json.dumps(shown, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    return write_bytes(results / "results.json", text.encode("ascii"))


def _close(root: Path) -> None:
    """Let nobody else read the tests and the other students' data, where we may decide that.

    A worker has a user of its own, so this holds also where it has no file tree of its own.
    """
    for path in (root / "source", root / "results", root / METADATA):
        with contextlib.suppress(OSError):
            path.chmod(_ONLY_OURS)


def _object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; nothing if there is no file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise KitError(f"{path} cannot be read as JSON ({error}); upload again.") from None
    return content if isinstance(content, dict) else {}
