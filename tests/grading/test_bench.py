"""The benchmark runs, its tables hold what they promise, and no figure is judged."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench import measures, table
from bench.series import Series, repeat
from rich.console import Console

ROOT = Path(__file__).parents[2]
ROWS = {
    "torch.start_up", "torch.worker", "torch.worker_in_a_row", "torch.memory", "torch.graded",
    "torch.graded_alone", "numpy.start_up", "numpy.worker", "numpy.worker_in_a_row",
    "numpy.memory", "numpy.graded", "numpy.graded_alone", "build.command", "build.work", "report",
    "report.alone", "lstm.reference", "lstm.torch", "lstm.ratio", "rnn_layers.graded",
    "image_captioning.training",
    "encoder_layer.dropout_0.1.reference", "encoder_layer.dropout_0.1.torch",
    "encoder_layer.dropout_0.1.ratio", "encoder_layer.dropout_0.reference",
    "encoder_layer.dropout_0.torch", "encoder_layer.dropout_0.ratio",
}  # fmt: skip
ROWS |= {f"{name}.measures.{what}" for name in measures.PROBLEMS for what in measures.TEXTS}


@pytest.mark.slow
def test_a_quick_run_measures_everything_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--quick", "--json", str(path)]
    command += ["--file", str(tmp_path / "last.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads(path.read_text())["rows"]
    assert set(rows) == ROWS
    for key, row in rows.items():
        assert row["what"] in done.stdout, key
        assert row["values"], key
        assert min(row["values"]) > 0, key
        assert min(row["values"]) <= row["median"] <= max(row["values"]), key
    assert len(rows["torch.graded"]["values"]) == 2
    assert {key for key, row in rows.items() if row["target"]} == {
        "torch.worker", "torch.memory", "torch.graded", "build.command", "report",
        "rnn_layers.graded", "image_captioning.training",
        "encoder_layer.dropout_0.ratio", "encoder_layer.dropout_0.1.ratio",
    }  # fmt: skip
    assert 2**20 < rows["torch.memory"]["median"] < 2**30


def printed(*rows: Series) -> str:
    stream = io.StringIO()
    table.show(rows, Console(file=stream, width=150))
    return stream.getvalue()


def test_a_row_shows_median_range_count_and_target() -> None:
    text = printed(Series("report", "one report", "s", (0.2, 0.1, 0.4), 0.3))
    (line,) = (line for line in text.splitlines() if "one report" in line)
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells == ["one report", "0.20 s", "0.10 to 0.40", "3", "≤ 0.30 s"]


def test_what_is_not_installed_has_a_row_that_says_so() -> None:
    text = printed(Series("x", "torch check: otter run", "s", (), note=table.MISSING))
    assert "torch check: otter run" in text
    assert "not installed" in text
    assert "Side by side" not in text


def test_ratios_are_of_medians_and_a_class_is_added_up() -> None:
    rows = [
        Series("torch.graded", "ours", "ms", (0.02, 0.04, 0.06)),
        Series("torch.class", "our class", "s", (8.0,)),
        Series("torch.otter", "otter", "s", (6.0, 8.0, 10.0)),
        Series("torch.nbgrader", "nbgrader", "s", (4.0,)),
        Series("torch.nbgrader_further", "further", "s", (1.0,)),
    ]
    one, many = table.ratios(rows).values()
    assert one == {"ours": 0.04, "otter": 8.0, "nbgrader": 4.0}
    assert many == {"ours": 8.0, "otter": 240.0, "nbgrader": 33.0}
    text = printed(*rows)
    assert " 200 " in text  # otter run against ours
    assert " 100 " in text  # nbgrader against ours


def test_repetitions_end_when_their_time_is_over() -> None:
    runs: list[int] = []
    values = repeat(lambda: runs.append(1), 50, seconds=0.0)
    assert len(values) == 1
    assert len(runs) == 2  # the first one warms up
