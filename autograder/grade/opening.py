"""Open a grader: the libraries of its workers, one thread for sums."""

from __future__ import annotations

import functools
import gc

from autograder.course import Assignment, Course
from autograder.examine import find_kit
from autograder.grade.grader import Grader
from autograder.grade.judging import Judge
from autograder.grade.settings import Settings
from autograder.remote.workers import Zygote
from autograder.warm import warm_up

PRELOAD = ("numpy",)


def preload_of(assignment: Assignment) -> list[str]:
    """Return the libraries that the workers of this assignment find imported."""
    wanted = [*PRELOAD, *(name for entry in assignment.entries for name in entry.problem.preload)]
    return list(dict.fromkeys(wanted))


@functools.cache
def prepare_examiner() -> None:
    """Warm up; one thread makes sums reproducible."""
    find_kit()
    warm_up(["torch"])
    gc.freeze()  # the libraries stay: no collection needs to look at them again


def open_grader(settings: Settings) -> Grader:
    """Start a zygote and return a grader on it; close ``grader.zygote`` afterwards."""
    prepare_examiner()
    course = Course(settings.course_root)
    assignment = course.target(settings.target)
    zygote = _zygote(assignment, settings)
    return Grader(course, assignment, zygote, settings.seed, settings.diagnose, settings.search)


def open_judge(settings: Settings) -> Judge:
    """Return a judge; close it afterwards."""
    grader = open_grader(settings)
    return Judge(grader, lambda: _zygote(grader.assignment, settings))


def _zygote(assignment: Assignment, settings: Settings) -> Zygote:
    return Zygote(preload_of(assignment), settings.level)
