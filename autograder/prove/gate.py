"""The release gate: nothing goes to students unless the references, skeletons and checks hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.course import Assignment, Course, Entry, Problem, load_mistakes
from autograder.course.source import read_source
from autograder.diagnose import bank
from autograder.prove.sources import grade_sources
from autograder.release.drift import drift
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect
from autograder.release.skeleton import skeleton
from autograder.release.student import student_tree

Sources = Mapping[str, str]
NOT_CAUGHT = ("passed", "skipped", "not_attempted", "grader_error")


class GradeSources(Protocol):
    """Grade submissions given as {name: {module file: text}}; the answer is {name: result}."""

    def __call__(
        self,
        course: Course,
        problem: Problem,
        sources: Mapping[str, Sources],
        questions: Sequence[str] | None,
    ) -> Mapping[str, Mapping[str, Any]]: ...


@dataclass
class Verdict:
    """What the gate found out about one problem."""

    reference: tuple[float, float] = (0.0, 0.0)
    lost: list[str] = field(default_factory=list)
    skeleton: float = 0.0
    outcomes: dict[str, str] = field(default_factory=dict)
    caught: dict[str, list[str]] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)

    @property
    def escaped(self) -> list[str]:
        """The known mistakes that no hidden case catches."""
        return [name for name, cases in self.caught.items() if not cases]

    def faults(self) -> list[str]:
        """Return what stands against a release, a sentence each."""
        score, maximum = self.reference
        faults = []
        if score < maximum or not maximum:  # optional questions may give points beyond it
            faults.append(f"the reference gets {score:g} of {maximum:g} points")
        faults += [f"the reference does not pass {case}" for case in self.lost]
        if self.skeleton:
            faults.append(f"the skeleton gets {self.skeleton:g} points")
        faults += [
            f"the skeleton's {name} is {outcome}, not not_attempted"
            for name, outcome in self.outcomes.items()
            if outcome != "not_attempted"
        ]
        faults += [f"no hidden case catches the mistake {name}" for name in self.escaped]
        return (
            faults + [f"leak: {leak}" for leak in self.leaks] + [f"drift: {d}" for d in self.drift]
        )

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        score, maximum = self.reference
        return {
            "reference": {"score": score, "max": maximum, "lost": self.lost},
            "skeleton": {"score": self.skeleton, "questions": self.outcomes},
            "mistakes": self.caught,
            "escaped": self.escaped,
            "leaks": self.leaks,
            "drift": self.drift,
        }


def check_problem(course: Course, problem: Problem, grade: GradeSources = grade_sources) -> Verdict:
    """Put one problem through the gate; ``grade`` is what grades its reference and variants."""
    verdict = Verdict(leaks=leaks_of(course, problem))
    verdict.drift = drift(course.root / "student" / problem.name, student_tree(problem))
    sources = {name: read_source(problem.folder / name) for name in problem.modules}
    reference = {name: source.text for name, source in sources.items()}
    holes = {name: skeleton(source) for name, source in sources.items()}
    results = grade(course, problem, {"reference": reference, "skeleton": holes}, None)
    verdict.reference = results["reference"]["score"], results["reference"]["max_score"]
    verdict.lost = [
        f"{question['name']}: {case['name']} ({case['outcome']})"
        for question in _questions(results["reference"])
        for case in question["cases"]
        if case["outcome"] not in ("passed", "skipped")
    ]
    verdict.skeleton = results["skeleton"]["score"]
    verdict.outcomes = {q["name"]: q["outcome"] for q in _questions(results["skeleton"])}
    mistakes = load_mistakes(problem)
    for question in sorted({mistake.question for mistake in mistakes}):
        wrong = {
            mistake.name: bank.apply(mistake, problem)
            for mistake in mistakes
            if mistake.question == question
        }
        graded = grade(course, problem, wrong, [question])
        verdict.caught |= {name: _catching(graded[name], question) for name in wrong}
    return verdict


def leaks_of(course: Course, problem: Problem) -> list[str]:
    """Return the leaks of a package of just this problem."""
    assignment = Assignment(problem.name, problem.title, (Entry(problem),))
    archive = zip_bytes(assignment_tree(course, assignment), assignment.name)
    return [str(leak) for leak in scan("package.zip", archive, collect(course, [problem]))]


def _questions(result: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (question for problem in result["problems"] for question in problem["questions"])


def _catching(result: Mapping[str, Any], name: str) -> list[str]:
    """Return the hidden cases of a question that do not accept a submission."""
    return [
        case["name"]
        for question in _questions(result)
        if question["name"] == name
        for case in question["cases"]
        if case["hidden"] and case["outcome"] not in NOT_CAUGHT
    ]
