"""Place thresholds: measure the reference with several seeds, leave room for luck."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from autograder.course import Course, Problem
from autograder.course.files import Direction
from autograder.diagnose import bank
from autograder.errors import KitError
from autograder.examine import thresholds
from autograder.prove.sources import gate_grader, grade_text

MISS = 0.001  # how often the reference may miss its own threshold
HEADER = "Written by: python -m autograder calibrate PROBLEM. Comments are kept."


@dataclass(frozen=True)
class Measured:
    """One metric of the reference on one size of the data, over several seeds."""

    metric: str
    size: str
    values: tuple[float, ...]
    direction: Direction = "at_least"

    @property
    def mean(self) -> float:
        """Return the mean over the seeds."""
        return statistics.fmean(self.values)

    @property
    def deviation(self) -> float:
        """Return the sample standard deviation over the seeds."""
        return statistics.stdev(self.values)

    @property
    def threshold(self) -> float:
        """Return the threshold, rounded to four places away from the mean.

        One more run of the reference misses it less than once in a thousand: one end of a normal
        prediction interval, whose width allows for the few seeds that were measured.
        """
        from scipy import stats

        count = len(self.values)
        width = float(stats.t.ppf(1 - MISS, count - 1)) * math.sqrt(1 + 1 / count)
        if self.direction == "at_least":
            return math.floor(1e4 * (self.mean - width * self.deviation)) / 1e4
        return math.ceil(1e4 * (self.mean + width * self.deviation)) / 1e4


def sizes_to_measure(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Return the dataset to calibrate on and its sizes on this machine.

    It is the first dataset in ``problem.toml``; of others, the best available size is used.
    """
    dataset = next(iter(problem.data), None)
    if dataset is None:
        raise KitError(f"{problem.name} has no [data]; calibration needs a dataset.")
    return dataset, thresholds.available_sizes(problem, dataset)


def measure(
    course: Course,
    problem: Problem,
    seeds: Sequence[int],
    report: Callable[[str], None] = lambda line: None,
) -> list[Measured]:
    """Run the reference on every available size of the data; return the metrics with thresholds.

    ``report`` gets a line for each run, so ``len(seeds)`` lines for each size.
    """
    dataset, sizes = sizes_to_measure(problem)
    graded = [question.name for question in problem.questions if not question.optional]
    found: list[Measured] = []
    with gate_grader(course, problem) as grader:
        for size in sizes:
            runs = []
            for grader.seed in seeds:
                with thresholds.calibrating(dataset, size) as run:
                    grade_text(grader, bank.reference(problem), graded)
                runs.append(run)
                values = ", ".join(f"{name} {value:.4f}" for name, value in run.values.items())
                report(f"{size}, seed {grader.seed}: {values or 'no threshold asked for'}")
            for metric, direction in runs[0].directions.items():
                if missing := [
                    s for s, r in zip(seeds, runs, strict=True) if metric not in r.values
                ]:
                    raise KitError(
                        f"{problem.name}: the reference gives no {metric} on {size} with seed "
                        f"{missing[0]}; run: python build_assignment.py check {problem.name}"
                    )
                values_ = tuple(run.values[metric] for run in runs)
                found.append(Measured(metric, size, values_, direction))
    if not found:
        raise KitError(f"{problem.name} has no case that uses expect_threshold.")
    return found


def write(path: Path, measured: Sequence[Measured]) -> str:
    """Write what was measured into ``calibration.toml`` and return its text; keep the rest."""
    older = path.read_text(encoding="utf-8") if path.is_file() else ""
    document = tomlkit.parse(older)
    if not older:
        document.add(tomlkit.comment(HEADER))
    for item in measured:
        sizes: Any = document.setdefault(item.metric, tomlkit.table(is_super_table=True))
        if item.size not in sizes:
            sizes[item.size] = tomlkit.table()
        sizes[item.size].update(
            {
                "mean": tomlkit.value(f"{item.mean:.4f}"),
                "deviation": tomlkit.value(f"{item.deviation:.4f}"),
                "seeds": len(item.values),
                "threshold": tomlkit.value(f"{item.threshold:.4f}"),
                "direction": item.direction,
            }
        )
    text = tomlkit.dumps(document)
    path.write_text(text, encoding="utf-8")
    return text
