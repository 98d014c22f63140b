"""A class at full size: what it is made of, what it costs, how long students wait."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bench import costs, history
from bench.classroom import SHARES, kinds_of, problem_of, submissions
from bench.series import Series
from rich.console import Console

from autograder.course import default_course

ROOT = Path(__file__).parents[2]


def bench(*options: object) -> str:
    command = [sys.executable, "-m", "tests.bench", *map(str, options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow  # grades four submissions in three ways, about half a minute
def test_a_class_is_graded_in_each_way_and_compared_with_the_last_time(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    said = bench("--class", 4, "--file", file)
    rows = json.loads(file.read_text())["rows"]
    base = "class.rnn_layers.4"
    for way in ("jobs1", "jobs2", "jobs2.pdf"):
        assert rows[f"{base}.{way}"]["median"] > 1, way
        assert 0.01 < rows[f"{base}.{way}.cpu"]["median"] < 60, way
        assert 50 * 2**20 < rows[f"{base}.{way}.memory"]["median"] < 2**32, way
    assert len(rows[f"{base}.service"]["values"]) == 4
    assert rows[f"{base}.two_cores"]["median"] > 0
    assert "This is the first benchmark here" in said
    assert "1,000,000" in said
    assert bench("--costs", "--file", file).count("Cost: rnn_layers, measured on 4") == 1


def test_a_class_has_every_kind_in_its_share_and_no_two_files_are_the_same() -> None:
    problem = problem_of("rnn_layers")
    made = list(submissions(problem, 100))
    assert Counter(kind for kind, _ in made) == SHARES
    assert len({texts["rnn_layers.py"] for _, texts in made}) == 100
    for kind, texts in made:
        compile(texts["rnn_layers.py"], kind, "exec")
        assert ("NotImplementedError" in texts["rnn_layers.py"]) == (kind == "unfinished")
    assert list(submissions(problem, 100)) == made  # the same ones each time
    assert len(kinds_of(7)) == 7
    answers = [texts.get("answers.md", "") for _, texts in made]
    assert 60 < sum("## lstm_derivation" in text for text in answers) < 99


@pytest.mark.parametrize("name", default_course().problem_names())
def test_a_class_of_any_problem_is_valid_python(name: str) -> None:
    problem = problem_of(name)
    made = list(submissions(problem, 20))
    assert len(made) == 20
    for kind, texts in made:
        assert set(problem.modules) <= set(texts)
        for module in problem.modules:
            compile(texts[module], f"{name} {kind}", "exec")


def test_waiting_is_first_come_first_served() -> None:
    assert costs.waits([0.0, 0.0, 0.0, 9.0], [2.0], 1) == [2.0, 4.0, 6.0, 2.0]
    assert costs.waits([0.0, 0.0, 0.0, 9.0], [2.0], 2) == [2.0, 2.0, 4.0, 2.0]
    assert costs.scaled([1.0, 3.0], 0.5) == [0.25, 0.75]
    assert costs.core_hours(1_000_000, 0.36) == pytest.approx(100.0)


def test_most_students_come_in_the_last_hours() -> None:
    times = costs.arrivals(10_000)
    whole = costs.LAST_DAYS * 86_400
    last = sum(time > whole - costs.LAST_HOURS * 3600 for time in times)
    assert len(times) == 10_000
    assert 0 <= min(times) <= max(times) <= whole
    expected = costs.RUSH * (1 - 2.718281828**-1) + (1 - costs.RUSH) / (24 * 7 / costs.LAST_HOURS)
    assert last / 10_000 == pytest.approx(expected, abs=0.02)


def printed(before: history.Content, *rows: Series) -> str:
    stream = io.StringIO()
    history.show(before, list(rows), Console(file=stream, width=120))
    return stream.getvalue()


def test_only_changes_above_noise_are_told() -> None:
    before = {"rows": {"a": {"median": 1.0}, "b": {"median": 1.0}, "c": {"median": 1.0}}}
    rows = [Series("a", "row a", "s", (1.1,)), Series("b", "row b", "s", (2.0,)),
            Series("new", "row new", "s", (2.0,))]  # fmt: skip
    text = printed(before, *rows)
    assert "row b" in text
    assert "+100%" in text
    assert "row a" not in text
    assert "row new" not in text
    assert "No median changed" in printed(before, rows[0])
    merged = history.merged(before, {"rows": {"a": {"median": 3.0}}, "machine": {}})
    assert {key: row["median"] for key, row in merged["rows"].items()} == {"a": 3, "b": 1, "c": 1}


def test_a_broken_file_of_the_last_benchmark_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    for content in ("{", '{"rows": 1}', '{"other": {}}'):
        file.write_text(content)
        assert history.read(file) == {"rows": {}}
