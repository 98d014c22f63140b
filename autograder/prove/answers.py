"""The answers that prove a problem: reference, skeleton, right answers and known mistakes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from autograder.course import Problem, Question, load_mistakes
from autograder.course.source import read_source
from autograder.diagnose import bank
from autograder.release.skeleton import skeleton

Kind = Literal["reference", "skeleton", "right answer", "mistake"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONG_SECONDS = 60.0  # a question whose cases may use this much CPU time is long
SHORT_COST = 0.2  # seconds that one short question usually takes


@dataclass(frozen=True)
class Answer:
    """A submission that we wrote, and the questions that it is graded in.

    The first question of a mistake is its own; ``public`` says that a public case may catch it.
    """

    kind: Kind
    name: str
    texts: Mapping[str, str]
    questions: tuple[str, ...]
    public: bool = False


def answers_of(
    problem: Problem,
    kinds: Collection[Kind] = KINDS,
    everything: bool = False,
    everywhere: bool = False,
) -> list[Answer]:
    """Return the answers to grade, of the given kinds.

    Mistakes are graded in their own question, or ``everywhere`` in all short ones.

    The reference is graded in its long questions one by one, so that they can run at the same
    time. Right answers are not graded in long questions, unless ``everything`` asks for it.
    """
    short = tuple(q.name for q in problem.questions if not is_long(q))
    long = [q.name for q in problem.questions if is_long(q)]
    every = tuple(q.name for q in problem.questions)
    found: list[Answer] = []
    if "reference" in kinds:
        reference = bank.reference(problem)
        parts = [part for part in (short, *((name,) for name in long)) if part]
        found += [Answer("reference", "reference", reference, part) for part in parts]
    if "skeleton" in kinds:
        found.append(Answer("skeleton", "skeleton", _skeleton(problem), every))
    if "right answer" in kinds:
        for answer in right_answers(problem):
            names = tuple(n for n in answer.questions if everything or n not in long)
            found.append(Answer(answer.kind, answer.name, answer.texts, names))
    if "mistake" in kinds:
        for mistake in load_mistakes(problem):
            texts = bank.apply(mistake, problem)
            others = [name for name in short if everywhere and name != mistake.question]
            names = (mistake.question, *others)
            found.append(Answer("mistake", mistake.name, texts, names, mistake.public))
    return found


def right_answers(problem: Problem) -> Iterator[Answer]:
    """Yield the right answers: each is a single file that replaces one module of the reference.

    It answers the questions that look into its module.
    """
    reference = bank.reference(problem)
    for right in bank.right_texts(problem):
        if right.name:
            texts = {**reference, right.module: right.text}
            questions = tuple(q.name for q in problem.questions if right.module in q.modules)
            yield Answer("right answer", right.name, texts, questions)


def is_long(question: Question) -> bool:
    """Return whether a question may take minutes, such as a training."""
    return question.limits.cpu_seconds >= LONG_SECONDS


def cost_of(problem: Problem, answer: Answer) -> float:
    """Return about how many seconds an answer takes to grade."""
    if answer.kind == "skeleton":
        return SHORT_COST
    asked = [q for q in problem.questions if q.name in answer.questions]
    return sum(q.limits.cpu_seconds / 5 if is_long(q) else SHORT_COST for q in asked)


def _skeleton(problem: Problem) -> dict[str, str]:
    return {name: skeleton(read_source(problem.folder / name)) for name in problem.modules}
