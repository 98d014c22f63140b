"""The same checks under ``otter run``: the same test file, its whole process per submission.

To be fair, Otter runs without ``rfc3987_syntax``: nbgrader brings that package along, and
jsonschema imports it where it is, which would nearly double Otter's time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from .checks import Check, write_kit
from .series import BenchError, Series, python, repeat

WHAT = "otter run"
_WITHOUT = ("rfc3987_syntax",)


def measure(check: Check, folder: Path, times: int) -> Iterator[Series]:
    """Yield what ``otter run`` takes for one submission; the autograder.zip is made before."""
    tests, out = folder / "tests", folder / "out"
    for path in (tests, out):
        path.mkdir(parents=True)
    shutil.copy(check.test_file, tests)
    submission = folder / check.module.name
    shutil.copy(check.module, submission)
    path = write_kit(folder / "modules")
    archive = folder / "autograder.zip"
    python("-m", "otter", "generate", "-t", tests, "-o", archive,
           "--no-requirements", "--no-environment", "--no-config",
           cwd=folder, path=path)  # fmt: skip
    (path / "sitecustomize.py").write_text(
        f"import sys\n\nsys.modules.update(dict.fromkeys({_WITHOUT!r}))\n"
    )

    def grade() -> None:
        python("-m", "otter", "run", "-a", archive, "-o", out, "--no-logo", submission,
               cwd=folder, path=path)  # fmt: skip
        _must_be_full(json.loads((out / "results.json").read_text()), check)

    values = repeat(grade, times, warm_ups=0, seconds=15.0)
    yield Series(f"{check.name}.otter", f"{check.name} check: {WHAT}, one submission", "s", values)


def _must_be_full(results: dict[str, list[dict[str, object]]], check: Check) -> None:
    """Raise unless the reference got all points: a grader that fails early looks fast."""
    graded = [test for test in results["tests"] if test.get("name") == check.question]
    if not graded or graded[0]["score"] != graded[0]["max_score"]:
        raise BenchError(f"{WHAT} did not give the reference its points in {check.question}")
