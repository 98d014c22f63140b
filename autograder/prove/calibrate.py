"""Place accuracy thresholds: measure the reference with several seeds, leave room for luck."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Problem
from autograder.diagnose import bank
from autograder.errors import KitError
from autograder.examine import thresholds as bars
from autograder.prove.sources import gate_grader, grade_text

MISS = 0.001  # how often the reference may fall below its own bar


@dataclass(frozen=True)
class Measured:
    """One metric of the reference on one size of the data, over several seeds."""

    metric: str
    size: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Return the mean over the seeds."""
        return statistics.fmean(self.values)

    @property
    def deviation(self) -> float:
        """Return the sample standard deviation over the seeds."""
        return statistics.stdev(self.values)

    @property
    def bar(self) -> float:
        """Return the threshold, rounded down to four places.

        One more run of the reference falls below it less than once in a thousand: the lower end
        of a normal prediction interval, whose width allows for the few seeds that were measured.
        """
        from scipy import stats

        count = len(self.values)
        width = float(stats.t.ppf(1 - MISS, count - 1)) * math.sqrt(1 + 1 / count)
        return math.floor(1e4 * (self.mean - width * self.deviation)) / 1e4


def measure(
    course: Course,
    problem: Problem,
    seeds: Sequence[int],
    report: Callable[[str], None] = lambda line: None,
) -> list[Measured]:
    """Run the reference on every size of the data here and return what had a bar.

    Of several datasets, the first that ``problem.toml`` names is the one whose sizes are measured;
    the others are taken in the best size there is.
    """
    found: list[Measured] = []
    dataset = next(iter(problem.data), None)
    graded = [question.name for question in problem.questions if not question.optional]
    if dataset is None:
        raise KitError(f"{problem.name} has no [data]; calibration needs a dataset.")
    with gate_grader(course, problem) as grader:
        for size in bars.sizes_here(problem.name, dataset):
            values: dict[str, list[float]] = {}
            for grader.seed in seeds:
                with bars.calibrating(dataset, size) as run:
                    result = grade_text(grader, bank.reference(problem), graded)
                for question in result["problems"][0]["questions"]:
                    for metric in sorted(run.metrics & question["metrics"].keys()):
                        value = question["metrics"][metric]
                        values.setdefault(metric, []).append(value)
                        report(f"{size}, seed {grader.seed}: {metric} {value:.4f}")
            found += [Measured(metric, size, tuple(v)) for metric, v in values.items()]
    if not found:
        raise KitError(f"{problem.name} has no case that asks for a calibrated bar.")
    return found


def write(path: Path, measured: Sequence[Measured], older: str = "") -> str:
    """Write ``calibration.toml`` anew and return its text; sizes not measured now are kept."""
    import tomllib

    tables: dict[tuple[str, str], str] = {}
    for metric, sizes in tomllib.loads(older).items():
        for size, table in sizes.items():
            lines = [f"{key} = {value}" for key, value in table.items()]
            tables[metric, size] = "\n".join(lines)
    for item in measured:
        tables[item.metric, item.size] = "\n".join(
            [
                f"mean = {item.mean:.4f}",
                f"deviation = {item.deviation:.4f}",
                f"seeds = {len(item.values)}",
                f"bar = {item.bar:.4f}",
            ]
        )
    text = "# Written by: python -m autograder calibrate. Do not edit.\n"
    for (metric, size), body in sorted(tables.items()):
        text += f"\n[{metric}.{_key(size)}]\n{body}\n"
    path.write_text(text, encoding="utf-8")
    return text


def _key(text: str) -> str:
    return text if text.replace("_", "").isalnum() else f'"{text}"'
