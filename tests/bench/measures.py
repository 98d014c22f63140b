"""What each measure against hostile submissions costs, in one submission with and without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from unittest import mock

from autograder.course import Question, default_course
from autograder.course.model import Forbidden
from autograder.examine import examiner
from autograder.examine.examination import Examination
from autograder.grade import grader
from autograder.grade.judging import Judge
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings
from autograder.submission import forbidden

from .problems import write_submission
from .series import BenchError, Series

PROBLEMS = ("rnn_layers", "encoder_layer")
_session = Examination._session

Without = Callable[[], AbstractContextManager[object]]


def _one_worker() -> AbstractContextManager[object]:
    """Run hidden cases where public ones have run."""

    def session(self: Examination, role: examiner.Role) -> Any:
        return _session(self, "public" if role == "hidden" else role)

    return mock.patch.object(Examination, "_session", session)


def _nothing_forbidden() -> AbstractContextManager[object]:
    """Leave packages, functions and operators where they are."""
    return mock.patch.object(examiner, "ban", return_value=examiner.ban(Forbidden()))


def _no_scan() -> AbstractContextManager[object]:
    """Do not read the source for what is forbidden."""

    def nothing(questions: Iterable[Question], *_: object) -> dict[str, forbidden.Search]:
        return {question.name: forbidden.Search() for question in questions}

    return mock.patch.object(grader, "searches", nothing)


WITHOUT: Mapping[str, Without] = {
    "one_worker": _one_worker,
    "nothing_forbidden": _nothing_forbidden,
    "no_scan": _no_scan,
}
TEXTS = {
    "all": "with all measures",
    "one_worker": "hidden cases where public ones ran",
    "nothing_forbidden": "what is forbidden is there",
    "no_scan": "the source is not scanned",
    "no_confinement": "not confined",
}


def measure(folder: Path, times: int) -> Iterator[Series]:
    """Yield a submission with all measures, and without each of them, taken in turn."""
    for name in PROBLEMS:
        submission = write_submission(folder / "handed_in", name)
        yield from _of_problem(name, submission, folder / "results", times)


def _of_problem(name: str, submission: Path, results: Path, times: int) -> Iterator[Series]:
    values: dict[str, list[float]] = {}
    with closing(_judge(name, "auto")) as judge, closing(_judge(name, "none")) as unconfined:
        for turn in range(times + 1):
            taken = {"all": _seconds(judge, submission, results)}
            for what, without in WITHOUT.items():
                with without():
                    taken[what] = _seconds(judge, submission, results)
            taken["no_confinement"] = _seconds(unconfined, submission, results)
            for what, seconds in taken.items() if turn else ():  # the first turn does not count
                values.setdefault(what, []).append(seconds)
    for what, seconds in values.items():
        text = f"{name}: one submission, {TEXTS[what]}"
        yield Series(f"{name}.measures.{what}", text, "ms", tuple(seconds))


def _judge(name: str, level: str) -> Judge:
    return open_judge(Settings(default_course().root, name, seed=1, level=level))


def _seconds(judge: Judge, submission: Path, results: Path) -> float:
    """Return what the second submission takes in a new fork, which does as this process does."""
    judge.end()
    for _ in range(2):
        start = time.perf_counter()
        result = judge.grade(submission, results, submission.name)
        seconds = time.perf_counter() - start
        if result["score"] != result["max_score"]:
            raise BenchError(f"the reference of {submission.name} did not get its points")
    return seconds
