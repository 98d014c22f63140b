"""Where the time of a submission goes, as a page with a flame graph, and its largest parts."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from autograder.atomic import write_bytes
from autograder.course import default_course
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings

from .classroom import problem_of, write_class
from .series import BenchError

PROBLEM, COUNT = "rnn_layers", 100
_INTERVAL = 0.002  # seconds between two samples
_PARTS = {  # a frame of the trusted side, and what passes in it
    "worker_session.py:_exchange": "waiting for student code and its worker",
    "workers.py:spawn": "starting workers",
    "worker_session.py:end": "ending workers",
    "intake.py:read": "reading the submission",
    "forbidden.py:searches": "looking for what is forbidden",
    "replay.py:": "diagnosis",
    "results.py:write_result": "writing the result",
}


def write_page(path: Path) -> None:
    """Grade submissions under a profiler; write its page and print the largest parts.

    Hostile submissions are left out: they spend their limits, and nothing else would be seen.
    """
    try:
        from pyinstrument import Profiler
        from pyinstrument.frame import Frame
    except ModuleNotFoundError:
        raise BenchError(
            'the package pyinstrument is missing; run: python -m pip install -e ".[bench]"'
        ) from None

    def self_times(frame: Frame, part: str) -> Iterator[tuple[str, float]]:
        place = f"{Path(frame.file_path or '').name}:{frame.function}"
        part = next((said for mark, said in _PARTS.items() if place.startswith(mark)), part)
        yield part, frame.absorbed_time + (frame.time if not frame.children else 0.0)
        for child in frame.children:
            yield from self_times(child, part)

    with tempfile.TemporaryDirectory(prefix="bench-") as root:
        write_class(problem_of(PROBLEM), COUNT, Path(root) / "class", without=["hostile"])
        folders = sorted((Path(root) / "class").iterdir())
        grader = open_grader(Settings(default_course().root, PROBLEM, 1, "auto"))
        with closing(grader.zygote):
            grader.grade(folders[0], Path(root) / "first")
            with Profiler(interval=_INTERVAL) as profiler:
                for folder in folders:
                    grader.grade(folder, Path(root) / "graded" / folder.name)
    write_bytes(path, profiler.output_html().encode())
    session = profiler.last_session
    whole = session.root_frame() if session else None
    if whole is None:
        raise BenchError("the profiler has seen nothing")
    count, parts = len(folders), Counter[str]()
    for part, seconds in self_times(whole, "judging and all else"):
        parts[part] += seconds
    for part, seconds in parts.most_common():
        share = seconds / whole.time
        click.echo(f"{1000 * seconds / count:8.1f} ms a submission  {share:4.0%}  {part}")
    click.echo(f"{1000 * whole.time / count:8.1f} ms a submission in all; {path} shows every line.")
