"""A class made from the bank: right answers, known mistakes, unfinished and hostile submissions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from autograder.course import Mistake, Problem, default_course, load_mistakes
from autograder.course.source import read_source
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.prove.answers import right_answers
from autograder.release.blocks import find_blocks

SHARES = {"right": 47, "mistaken": 25, "two mistakes": 10, "unfinished": 17, "hostile": 1}
_TAILS = {
    "never ends": "while True: pass",
    "ends the process": "import os; os._exit(0)",
    "takes all memory": "held = [bytearray(2**20) for _ in range(100_000)]",
    "prints without end": "while True: print('x' * 10_000)",
}
Texts = Mapping[str, str]


def write_class(
    problem: Problem, count: int, folder: Path, without: Collection[str] = ()
) -> Counter[str]:
    """Make ``count`` submissions and write them into ``folder``, but leave out some kinds.

    ``without`` names these kinds. Return how many were written of each other kind.
    """
    kinds: Counter[str] = Counter()
    for number, (kind, texts) in enumerate(submissions(problem, count), 1):
        if kind in without:
            continue
        place = folder / f"student{number:04d}"
        place.mkdir(parents=True)
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8")
        kinds[kind] += 1
    return kinds


def submissions(problem: Problem, count: int) -> Iterator[tuple[str, Texts]]:
    """Yield ``count`` submissions in the shares of ``SHARES``, the same ones each time."""
    drawn = random.Random(count)
    right = [answer.texts for answer in right_answers(problem)] or [bank.reference(problem)]
    mistakes = load_mistakes(problem)
    kinds = kinds_of(count)
    drawn.shuffle(kinds)
    for number, kind in enumerate(kinds):
        if kind == "right":
            texts = dict(drawn.choice(right))
        elif kind == "unfinished":
            texts = _unfinished(problem, drawn)
        elif kind == "hostile":
            texts = _hostile(problem, number)
        else:
            texts = _mistaken(problem, mistakes, 2 if kind == "two mistakes" else 1, drawn)
        texts[problem.modules[0]] += f"\n# submission {number}\n"  # no two files are the same
        yield kind, texts | _answers(problem, kind, number, drawn)


def kinds_of(count: int) -> list[str]:
    """Return ``count`` kinds in the shares of ``SHARES``, rounded to the largest remainders."""
    exact = {kind: count * share / 100 for kind, share in SHARES.items()}
    numbers = {kind: int(value) for kind, value in exact.items()}
    ordered = sorted(exact, key=lambda kind: numbers[kind] - exact[kind])
    for kind in ordered[: count - sum(numbers.values())]:
        numbers[kind] += 1
    return [kind for kind, number in numbers.items() for _ in range(number)]


def _mistaken(
    problem: Problem, mistakes: list[Mistake], count: int, drawn: random.Random
) -> dict[str, str]:
    while True:
        try:
            return dict(bank.apply_all(drawn.sample(mistakes, count), problem))
        except CourseError:  # two mistakes that change the same text
            continue


def _unfinished(problem: Problem, drawn: random.Random) -> dict[str, str]:
    """Return the reference with its later holes open."""
    texts = {}
    for name in problem.modules:
        source = read_source(problem.folder / name)
        blocks = find_blocks(source)
        lines = list(source.lines)
        for block in blocks[drawn.randrange(max(1, len(blocks))) :]:
            markers = block.markers
            lines[markers.begin : markers.end - 1] = [
                f"{markers.indent}raise NotImplementedError({block.name!r})\n",
                *[""] * (markers.end - markers.begin - 2),
            ]
        texts[name] = "".join(lines)
    return texts


def _hostile(problem: Problem, number: int) -> dict[str, str]:
    """Return the reference with its first object replaced by an attack."""
    texts = dict(bank.reference(problem))
    attack = list(_TAILS.values())[number % len(_TAILS)]
    name = problem.questions[0].objects[0]
    texts[problem.modules[0]] += f"\ndef {name}(*arguments, **named):\n    {attack}\n"
    return texts


def _answers(problem: Problem, kind: str, number: int, drawn: random.Random) -> dict[str, str]:
    """Return the written answers: most students answer most questions."""
    if kind == "hostile":
        return {}
    answered = [q for q in problem.written if drawn.random() < 0.85]
    parts = [f"## {q.name}\n\nStudent {number}: {q.model_answer}\n" for q in answered]
    return {"answers.md": "\n".join(parts)} if parts else {}


def problem_of(name: str) -> Problem:
    """Return a problem of the kit."""
    return default_course().problem(name)
