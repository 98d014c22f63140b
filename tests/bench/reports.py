"""One report PDF: a result with code, written answers and three figures as graders draw them."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import figures
from autograder.report.pdf import write_pdf
from checks import evidence

from .series import Series, python, repeat

_UNIT_TESTS = Path(__file__).parents[1] / "unit"
_ONE = """
import sys
from pathlib import Path
from autograder.report.pdf import write_pdf
write_pdf(Path(sys.argv[1]))
"""


def measure(folder: Path, times: int) -> Iterator[Series]:
    """Yield the seconds of one report among many, and of a process that writes only one."""
    write_result(folder / "alice")

    def write() -> None:
        write_pdf(folder / "alice")

    yield Series("report", "one report PDF with 3 figures", "s", repeat(write, times), 0.3)

    def alone() -> None:
        python("-c", _ONE, folder / "alice")

    yield Series("report.alone", "one report PDF in a process of its own", "s",
                 repeat(alone, min(times, 3)))  # fmt: skip


def write_result(folder: Path) -> None:
    """Write a result of full marks with its figures into ``folder``."""
    sys.path.insert(0, str(_UNIT_TESTS))
    from report_results import all_passed  # type: ignore[import-not-found]

    result = all_passed()
    (folder / "figures").mkdir(parents=True)
    pictures = iter(draw())
    for problem in result["problems"]:
        for question in problem["questions"]:
            for figure in question["figures"]:
                figure["caption"], content = next(pictures)
                figure["sha256"] = hashlib.sha256(content).hexdigest()
                (folder / figure["file"]).write_bytes(content)
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def draw() -> list[tuple[str, bytes]]:
    """Return three figures, (caption, PNG): a confusion matrix, bars, a grid of images."""
    generator = np.random.default_rng(1)
    names = [f"class {number}" for number in range(10)]
    matrix = generator.integers(0, 30, (10, 10)) + 200 * np.eye(10, dtype=int)
    evidence.attach_figure(
        "Confusion matrix",
        figures.heat_map(matrix, names, names, rows="true class", columns="predicted class"),
    )
    values = list(generator.uniform(0.6, 1.0, 10))
    evidence.attach_figure("Accuracy per class", figures.bars(values, names, unit="accuracy"))
    images = generator.uniform(size=(12, 28, 28))
    captions = [f"{names[i % 10]}, not {names[i % 9]}" for i in range(12)]
    evidence.attach_figure("Wrong examples", figures.image_grid(images, captions))
    return evidence.collect().figures
