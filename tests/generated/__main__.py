"""The command ``python -m tests.generated``: how right answers and weak images score, as tables."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence

import click
import numpy as np

import autograder.cli  # noqa: F401  (finds the checks that students have)
from autograder.course import Problem, default_course
from autograder.examine import pictures
from autograder.prove.answers import Answer, answers_of
from autograder.prove.sources import gate_grader, grade_text

from .weak import PROBLEMS, WEAK, bars, unseen_images

QUESTION = "training"
Scores = Mapping[str, float]


def trained(problem: Problem, answer: Answer, seed: int) -> tuple[Scores, list[str]]:
    """Train an answer as the grader does; return its measures and the cases that it fails."""
    with gate_grader(default_course(), problem, seed) as grader:
        result = grade_text(grader, answer.texts, [QUESTION])
    (question,) = result["problems"][0]["questions"]
    failed = [case["name"] for case in question["cases"] if case["outcome"] != "passed"]
    return question["metrics"], failed


def of_images(images: np.ndarray) -> Scores:
    """Measure images that no answer made."""
    found = vars(pictures.quality(images))
    return {name: float(value) for name, value in found.items() if name != "classes"}


def show(name: str, rows: Sequence[tuple[str, Sequence[Scores], str]]) -> Iterator[str]:
    """Yield the lines of a table: what is asked, then each row with means and deviations."""
    asked = bars(name)
    yield f"\n## {name}\n"
    yield f"| | {' | '.join(asked)} | points lost |"
    yield "|---|" + "---|" * (len(asked) + 1)
    yield f"| required | {' | '.join(map(str, asked.values()))} | |"
    for label, scores, lost in rows:
        cells = [_spread([score[m] for score in scores if m in score]) for m in asked]
        yield f"| {label} | {' | '.join(cells)} | {lost} |"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    mean = f"{statistics.fmean(values):.3g}"
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):.2g}"


def answers_to_train(problem: Problem) -> list[Answer]:
    """Return the reference and the right answers to the question that trains."""
    found = answers_of(problem, ("reference", "right answer"), everything=True)
    return [answer for answer in found if QUESTION in answer.questions]


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True,
              help="How many trainings of each right answer.")  # fmt: skip
def main(names: tuple[str, ...], seeds: int) -> None:
    """Train the right answers of NAMES and print their scores beside those of weak images."""
    weak = [("real images", [of_images(unseen_images()[0])], "")]
    for make in WEAK:
        scores = of_images(make(np.random.default_rng(3)))
        weak.append((make.__name__.replace("_", " "), [scores], ""))
    for name in names or PROBLEMS:
        problem, rows = default_course().problem(name), []
        for answer in answers_to_train(problem):
            scores, lost = [], 0
            for seed in range(seeds):
                found, failed = trained(problem, answer, seed)
                scores.append(found)
                lost += len(failed)
                click.echo(f"{name} {answer.name}, seed {seed}: {failed or 'passed'}", err=True)
            rows.append((answer.name, scores, f"{lost} cases in {seeds} runs"))
        for line in show(name, [*rows, *weak]):
            click.echo(line)


if __name__ == "__main__":
    main()
