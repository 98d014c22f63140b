"""What a problem's questions are graded on: the student's files with what they import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.course import Assignment, Course, Problem, Question
from autograder.examine.examiner import Prepared
from autograder.examine.fixed_files import is_fixed, write_tree
from autograder.submission import forbidden
from autograder.submission.forbidden import Search
from autograder.submission.intake import Modules


def modules_elsewhere(course: Course, assignment: Assignment) -> dict[str, str]:
    """Return the modules of problems that are not in the assignment, with their problems."""
    used = {entry.problem.name for entry in assignment.entries}
    others, _ = course.readable(set(course.problem_names()) - used)
    return {
        module: entry.problem.name
        for target in sorted(others, key=lambda target: target.name)
        for entry in target.entries
        for module in entry.problem.modules
    }


def prepared_files(
    problem: Problem,
    provided: Mapping[str, bytes],
    modules: Modules,
    below: Mapping[str, bytes],
    place: Path,
) -> Prepared:
    """Write the student's files with what they import, on ``below`` or our stand-ins.

    A provided file that the student handed in too is the student's; the checks, the figures
    and the data are ours.
    """
    place.mkdir()
    stand_ins = {name for base in problem.builds_on for name in base.stand_ins}
    fixed = {p: content for p, content in provided.items() if is_fixed(p) or p in stand_ins}
    write_tree(place, provided, modules.beside, fixed, below)
    return Prepared(problem, place, modules.texts)


def searches(
    questions: Iterable[Question], modules: Modules, provided: Mapping[str, bytes]
) -> dict[str, Search]:
    """Search the modules of each question that can run for what it forbids, by its name."""
    own = {  # what the student's modules may import of the student's own
        path: content
        for path, content in modules.beside.items()
        if not is_fixed(path) and provided.get(path) != content
    }
    return {
        question.name: forbidden.search(
            {name: modules.texts[name] for name in question.modules},
            question.forbidden,
            question.objects,
            own,
        )
        for question in questions
        if modules.fault(question) is None
    }
