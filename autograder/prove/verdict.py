"""What the gate finds out about one problem, made from the results of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.prove.answers import Answer
from autograder.prove.sources import CAUGHT


@dataclass(frozen=True)
class Catch:
    """One known mistake: the cases that caught it, and the mistakes that the diagnosis named.

    ``faults`` are the cases in which the grader itself failed, with the reason; ``again`` are
    cases of other questions that it costs points too, though an error is penalised only once.
    """

    question: str
    cases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    public: bool = False
    again: tuple[str, ...] = ()

    @property
    def escaped(self) -> bool:
        """Whether no case notices it that should."""
        return not (self.cases if self.public else self.hidden)


@dataclass
class Verdict:
    """Everything the gate knows about one problem."""

    reference: tuple[float, float] = (0.0, 0.0)
    lost: list[str] = field(default_factory=list)
    skeleton: float = 0.0
    outcomes: dict[str, str] = field(default_factory=dict)
    right_answers: dict[str, list[str]] = field(default_factory=dict)
    mistakes: dict[str, Catch] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    @property
    def escaped(self) -> list[str]:
        """The known mistakes that no case catches that should."""
        return [name for name, catch in self.mistakes.items() if catch.escaped]

    @property
    def named(self) -> list[str]:
        """The known mistakes that the diagnosis names as themselves."""
        return [name for name, catch in self.mistakes.items() if name in catch.named]

    def add(self, answer: Answer, result: Mapping[str, Any]) -> None:
        """Take the result of one answer into account."""
        questions = [q for problem in result["problems"] for q in problem["questions"]]
        if answer.kind == "reference":
            score, maximum = self.reference
            self.reference = score + result["score"], maximum + result["max_score"]
            self.lost += _lost(questions)
        elif answer.kind == "skeleton":
            self.skeleton = result["score"]
            self.outcomes = {q["name"]: q["outcome"] for q in questions}
        elif answer.kind == "right answer":
            attempted = [q for q in questions if not _left_out(q)]
            self.right_answers[answer.name] = _lost(attempted)
        else:
            self.mistakes[answer.name] = _catch(answer, questions)

    def faults(self) -> list[str]:
        """Return what must be put right before a release, a sentence each."""
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
        faults += [
            f"the right answer {name} does not pass {case}"
            for name, cases in self.right_answers.items()
            for case in cases
        ]
        faults += [f"no hidden case catches the mistake {name}" for name in self.escaped]
        return (
            faults
            + self.grader_faults()
            + [f"leak: {leak}" for leak in self.leaks]
            + [f"drift: {d}" for d in self.drift]
        )

    def grader_faults(self) -> list[str]:
        """Return the known mistakes on which the grader itself fails, a sentence each."""
        return [
            f"the grader fails on the mistake {name} in {case}"
            for name, catch in self.mistakes.items()
            for case in catch.faults
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        score, maximum = self.reference
        return {
            "reference": {"score": score, "max": maximum, "lost": self.lost},
            "skeleton": {"score": self.skeleton, "questions": self.outcomes},
            "right_answers": self.right_answers,
            "mistakes": {name: list(catch.hidden) for name, catch in self.mistakes.items()},
            "named": {name: list(catch.named) for name, catch in self.mistakes.items()},
            "escaped": self.escaped,
            "leaks": self.leaks,
            "drift": self.drift,
            "not_run": self.not_run,
        }


def _lost(questions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the cases that a right answer does not pass, each with its outcome."""
    return [
        f"{question['name']}: {case['name']} ({case['outcome']})"
        for question in questions
        for case in question["cases"]
        if case["outcome"] not in ("passed", "skipped")
    ]


def _left_out(question: Mapping[str, Any]) -> bool:
    return bool(question.get("optional")) and question["outcome"] == "not_attempted"


def _catch(answer: Answer, questions: Sequence[Mapping[str, Any]]) -> Catch:
    own = [case for q in questions if q["name"] == answer.questions[0] for case in q["cases"]]
    caught = [case for case in own if case["outcome"] in CAUGHT]
    named = {case["diagnosis"]["mistake"] for case in caught if case.get("diagnosis")}
    return Catch(
        answer.questions[0],
        tuple(case["name"] for case in caught),
        tuple(case["name"] for case in caught if case["hidden"]),
        tuple(sorted(named)),
        tuple(
            f"{case['name']}: {case['detail']}"
            for case in own
            if case["outcome"] == "grader_error" and case.get("detail")
        ),
        answer.public,
        tuple(
            f"{question['name']}: {case['name']}"
            for question in questions
            if question["name"] != answer.questions[0]
            for case in question["cases"]
            if case["outcome"] in CAUGHT and case["max_points"]
        ),
    )
