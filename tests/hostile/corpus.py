"""Hostile submissions to problems of the kit: one small file for each, which says what it tries.

A folder is a family: ``family.toml`` names the problem, the questions and what stops these
attacks. A file is appended to the first module of the reference, or of the blank skeleton where the
family says ``base = "skeleton"``, and ``victim.txt`` after it. The docstring of a file says what it
tries, then the expected outcome, and what differs from its family: ``stopped by``, ``questions``,
``file`` for an attack that is a file of its own next to the modules, and the ``points`` that an
answer without the attack would earn all the same, for cases that look at shapes alone.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Course, Problem
from autograder.diagnose import bank
from autograder.prove.sources import Graders, grade_text
from autograder.release.skeleton import skeleton_of

HERE = Path(__file__).parent / "corpus"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Attack:
    """One hostile submission: what it tries, where, and what is expected of it."""

    family: str
    name: str
    tries: str
    problem: str
    questions: tuple[str, ...]
    outcome: str
    stopped_by: str
    points: float  # that it may earn all the same, for cases that look at shapes alone
    base: str  # "reference" or "skeleton"
    file: str  # what holds the attack, "" for the first module
    code: str
    tail: str

    @property
    def full_name(self) -> str:
        """Family and name."""
        return f"{self.family}/{self.name}"


def attacks() -> Iterator[Attack]:
    """Yield all of them, family by family."""
    for folder in sorted(HERE.iterdir()):
        family = tomllib.loads((folder / "family.toml").read_text())
        victim = folder / "victim.txt"
        tail = victim.read_text() if victim.exists() else ""
        for file in sorted(folder.glob("*.py")):
            yield _read(file, family, tail)


def _read(file: Path, family: dict[str, Any], tail: str) -> Attack:
    text = file.read_text()
    tries, _, fields = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")
    told = dict(line.split(": ", 1) for line in fields.splitlines())
    return Attack(
        family=file.parent.name,
        name=file.stem,
        tries=" ".join(tries.split()),
        problem=family["problem"],
        questions=tuple(told["questions"].split() if "questions" in told else family["questions"]),
        outcome=told["outcome"],
        stopped_by=told.get("stopped by", family["stopped_by"]),
        points=float(told.get("points", family.get("points", 0))),
        base=family.get("base", "reference"),
        file=told.get("file", ""),
        code=text,
        tail=tail,
    )


def submission(attack: Attack, problem: Problem) -> dict[str, str]:
    """Return the files that an attack hands in, by name."""
    texts = dict(bank.reference(problem))
    if attack.base == "skeleton":
        texts |= {n: skeleton_of(texts[n], problem.folder / n) for n in problem.modules}
    attacked = texts.get(attack.file or problem.modules[0], "")
    texts[attack.file or problem.modules[0]] = f"{attacked}\n\n{attack.code}"
    texts[problem.modules[0]] += f"\n{attack.tail}"
    return texts


@dataclass(frozen=True)
class Answer:
    """What an attack has earned, and what its sender is told first."""

    outcome: str
    score: float
    told: str


class Gallery:
    """Grades attacks; problems that preload the same libraries share a zygote."""

    def __init__(self, seed: int = 7) -> None:
        self._course = Course(ROOT)
        self._graders = Graders(self._course, seed)

    def __enter__(self) -> Gallery:
        self._graders.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._graders.__exit__(*_)

    def grade(self, attack: Attack) -> Answer:
        """Return what the questions of an attack earn together, and the first outcome."""
        problem = self._course.problem(attack.problem)
        texts = submission(attack, problem)
        result = grade_text(self._graders.of(problem), texts, attack.questions)
        questions = result["problems"][0]["questions"]
        first = next(
            (c for q in questions for c in q["cases"] if c["outcome"] != "passed"),
            questions[0]["cases"][0],
        )
        return Answer(
            questions[0]["outcome"], sum(q["score"] for q in questions), first["message"] or ""
        )
