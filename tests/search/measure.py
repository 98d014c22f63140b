"""Grade wrong solutions with the search and count how often it speaks, and speaks the truth."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.course import Problem, default_course
from autograder.diagnose.replay import Diagnostician
from autograder.diagnose.search.searcher import Searcher
from autograder.examine.examiner import Examiner
from autograder.prove.answers import is_long
from autograder.prove.sources import gate_grader, grade_text
from autograder.report.repairs import competes

from .wrong import Wrong

HEADER = ("units", "spoke", "right", "top 3", "told", "median", "p95")


@dataclass
class Counts:
    """What happened in the first question of each wrong solution that was searched.

    What fails and is not searched counts as silence. Right: every line that was named is wrong.
    """

    units: int = 0
    spoke: int = 0
    right: int = 0
    among_three: int = 0
    told: int = 0  # a known mistake is named, or a line
    seconds: list[float] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Return the numbers as texts, as ``HEADER`` names them."""
        ordered = sorted(self.seconds) or [0.0]
        high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        return [
            str(self.units), _share(self.spoke, self.units), _share(self.right, self.spoke),
            _share(self.among_three, self.units), _share(self.told, self.units),
            f"{statistics.median(ordered):.2f} s", f"{high:.2f} s",
        ]  # fmt: skip


class _Forgetful(Diagnostician):
    """Knows the bank, but searches without the mistakes that are ``left_out``."""

    left_out: tuple[str, ...] = ()
    origin = ""

    def searcher(self, examiner: Examiner, seed: int) -> Searcher:
        """Return a searcher that has never seen what it looks for.

        It knows neither the mistakes in the code nor the right solution that the code is made of.
        """
        made = super().searcher(examiner, seed)
        made.mistakes = [m for m in made.mistakes if m.name not in self.left_out]
        made.right = [right for right in made.right if right.name != self.origin]
        return made


def measure(
    problem: Problem, wrong: Sequence[Wrong], seed: int = 0, knows_all: bool = False
) -> Counts:
    """Grade each wrong solution in all short questions; count what its first failed one gets.

    With ``knows_all`` the search may undo the very mistakes that are in the code, as in a grading.
    """
    short = [question.name for question in problem.questions if not is_long(question)]
    counts = Counts()
    with gate_grader(default_course(), problem, seed, diagnose=True) as grader:
        grader.search = True
        diagnostician = _Forgetful(problem, grader._provided[problem.name])
        grader._diagnosticians[problem.name] = diagnostician
        for solution in wrong:
            if not knows_all:
                diagnostician.left_out, diagnostician.origin = solution.mistakes, solution.origin
            result = grade_text(grader, solution.texts, short)
            questions = result["problems"][0]["questions"]
            searched = [question for question in questions if question["repair"] is not None]
            failed = [each for each in questions if any(map(_is_failed, each["cases"]))]
            if searched:
                label = f"{problem.name}.{searched[0]['name']}.search"
                counts.seconds.append(result["times"][label])
                _count(counts, solution, searched[0])
            elif failed:
                _count_unsearched(counts, solution, failed[0])
    return counts


def _is_failed(case: dict[str, Any]) -> bool:
    return case["outcome"] not in ("passed", "skipped")


def _count_unsearched(counts: Counts, solution: Wrong, question: dict[str, Any]) -> None:
    counts.units += 1
    counts.told += any(case["diagnosis"] for case in question["cases"])
    outcomes = sorted({case["outcome"] for case in question["cases"] if _is_failed(case)})
    counts.silent.append(f"{solution.name} ({question['name']}): not searched, {outcomes}")


def _count(counts: Counts, solution: Wrong, question: dict[str, Any]) -> None:
    repair = question["repair"]
    found = [{(c["file"], line) for line in c["lines"]} for c in repair["candidates"]]
    speaks = bool(found) and not competes(repair)
    named = any(case["diagnosis"] for case in question["cases"])
    counts.units += 1
    counts.spoke += speaks
    counts.told += speaks or named
    right = speaks and found[0] <= solution.places
    counts.right += right
    counts.among_three += any(places <= solution.places for places in found)
    if speaks and not right:
        counts.false.append(f"{solution.name}: {repair['told']} {repair['candidates'][0]['new']}")
    if not speaks:
        counts.silent.append(
            f"{solution.name} ({question['name']}): {repair['tried']} tried, "
            f"{len(found)} places, ran out: {repair['ran_out']}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "0"


def heading() -> str:
    """Return the first lines of the table, in Markdown."""
    return f"| wrong solutions | {' | '.join(HEADER)} |\n|---{'|---' * len(HEADER)}|"


def row(name: str, counts: Counts) -> str:
    """Return one line of the table, in Markdown."""
    return f"| {name} | {' | '.join(counts.texts())} |"


def together(counted: Sequence[Counts]) -> Counts:
    """Return the sum of several counts."""
    every = Counts()
    for each in counted:
        for key, value in vars(each).items():
            setattr(every, key, getattr(every, key) + value)
    return every
