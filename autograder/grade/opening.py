"""Open a grader: the libraries of its workers, one thread for sums."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.course import Assignment, Course, Problem
from autograder.errors import KitError
from autograder.examine import find_kit
from autograder.grade.grader import Grader
from autograder.grade.judging import Judge
from autograder.grade.settings import Settings
from autograder.remote.bans import ban
from autograder.remote.cards import hide_cards, visible_cards
from autograder.remote.workers import Zygote
from autograder.warm import warm_up

PRELOAD = ("numpy",)


def preload_of(assignment: Assignment) -> list[str]:
    """Return the libraries that the workers of this assignment find imported."""
    wanted = [*PRELOAD, *(name for entry in assignment.entries for name in entry.problem.preload)]
    return list(dict.fromkeys(wanted))


def needs_torch(assignment: Assignment) -> bool:
    """Tell whether grading this assignment needs torch in the examiner too.

    It does if workers find torch imported, or a test file, a reference or the data may use it.
    """
    problems = [entry.problem for entry in assignment.entries]
    problems += [base for problem in problems for base in problem.builds_on]
    return any(
        problem.data or any(name.startswith("torch") for name in problem.preload)
        or any("torch" in path.read_text(encoding="utf-8") for path in _trusted_code(problem))
        for problem in problems
    )  # fmt: skip


def _trusted_code(problem: Problem) -> Iterator[Path]:
    yield from problem.folder.glob("*.py")
    yield from (problem.folder / "questions").glob("*.py")


@functools.cache
def prepare_examiner(with_torch: bool = True) -> None:
    """Warm up; one thread on the CPU makes sums reproducible."""
    hide_cards()
    find_kit()
    warm_up(["torch"] if with_torch else ["numpy"])
    gc.freeze()  # the libraries stay: no collection needs to look at them again


def open_grader(settings: Settings) -> Grader:
    """Start a zygote and return a grader on it; close ``grader.zygote`` afterwards."""
    course = Course(settings.course_root)
    assignment = course.target(settings.target)
    prepare = functools.partial(prepare_examiner, needs_torch(assignment))
    zygote = _zygote(assignment, settings, prepare)
    return Grader(
        course,
        assignment,
        zygote,
        settings.seed,
        settings.diagnose,
        settings.search,
        settings.replays,
    )


def open_judge(settings: Settings) -> Judge:
    """Return a judge; close it afterwards."""
    grader = open_grader(settings)
    return Judge(grader, lambda: _zygote(grader.assignment, settings))


def _zygote(
    assignment: Assignment, settings: Settings, meanwhile: Callable[[], None] = lambda: None
) -> Zygote:
    card = card_of(assignment, settings, visible_cards())
    zygote = Zygote(
        preload_of(assignment),
        settings.level,
        meanwhile=meanwhile,
        card=card,
        card_for_all=settings.device == "cuda",
    )
    prepare_bans(zygote, assignment)
    return zygote


def card_of(assignment: Assignment, settings: Settings, cards: Sequence[str]) -> str:
    """Return which of the ``cards`` workers get that ask for one; "" if none of them asks."""
    questions = [q for entry in assignment.entries for q in entry.problem.questions]
    asking = [q.name for q in questions if q.limits.device == "cuda"]
    if settings.device == "cpu" or not (settings.device or asking):
        return ""
    if not cards:
        raise KitError(
            f"{asking[0] if asking else 'This run'} is to be graded on a GPU, and this machine has "
            "none that may be used; grade where there is one, or on the CPU with --device cpu."
        )
    return cards[settings.slot % len(cards)]


def prepare_bans(zygote: Zygote, assignment: Assignment) -> None:
    """Start at once what workers without a forbidden library are forked from."""
    for entry in assignment.entries:
        for question in entry.problem.questions:
            zygote.prepare(ban(question.forbidden))
