"""The marking page runs failed checks again: it shows the cases as they are now, stores nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from autograder.cli import main
from autograder.course import default_course
from autograder.diagnose import bank
from autograder.errors import KitError
from autograder.marking.app import make_app
from autograder.marking.board import Board
from autograder.marking.desk import Desk
from autograder.report import read_results
from autograder.run import grade_run

QUESTION = "backprop.delta_output"
OUTPUT_LAYER = "backprop.output_layer"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run of one submission, `ann`, with a wrong sign in its first function; and its folder."""
    root, course = tmp_path_factory.mktemp("again"), default_course()
    text = bank.reference(course.problem("backprop"))["backprop.py"]
    assert "return y - t" in text
    (root / "ann").mkdir()
    (root / "ann" / "backprop.py").write_text(text.replace("return y - t", "return t - y"))
    grade_run(
        course, "backprop", [root / "ann"], root / "run",
        processes=1, seed=5, pdf=False, progress=False,
    )  # fmt: skip
    return root / "run", root / "ann"


@pytest.fixture
def desk(graded: tuple[Path, Path]) -> Iterator[Desk]:
    made = desk_of(graded[0])
    yield made
    made.store.close()


def desk_of(run: Path, anonymous: bool = False) -> Desk:
    board = Board(run, read_results(run), anonymous=anonymous)
    return Desk(run, board, "marker", default_course().root)


def test_failed_checks_are_shown_and_run_again(graded: tuple[Path, Path], desk: Desk) -> None:
    result = graded[0] / "ann" / "result.json"
    before = result.read_bytes()
    client = TestClient(make_app(desk, "t"), base_url="http://127.0.0.1/t/")
    checks = client.get(f"answer/{OUTPUT_LAYER}/0").json()["checks"]
    shown = next(entry for entry in checks if entry["question"] == QUESTION)
    assert {case["outcome"] for case in shown["cases"]} == {"failed"}
    assert all(case["said"] for case in shown["cases"])
    reply = client.post("again", json={"id": 0, "question": QUESTION})
    assert reply.status_code == 200
    now = [case for case in reply.json()["cases"] if case["outcome"] != "passed"]
    assert now == shown["cases"]
    assert result.read_bytes() == before
    assert client.post("again", json={"id": 7, "question": QUESTION}).status_code == 404
    reply = client.post("again", json={"id": 0, "question": "backprop.nothing"})
    assert reply.status_code == 422
    assert "has no question backprop.nothing" in reply.json()["error"]


def test_a_changed_or_absent_submission_does_not_run(
    graded: tuple[Path, Path], tmp_path: Path
) -> None:
    run, folder = tmp_path / "run", tmp_path / "ann"
    shutil.copytree(graded[0], run)
    listed = run / "submissions.json"
    listed.write_text(listed.read_text().replace(str(graded[1]), str(folder)))
    named, nameless = desk_of(run), desk_of(run, anonymous=True)
    with closing(named.store), closing(nameless.store):
        with pytest.raises(KitError, match="ann is not there any more; put the submission back"):
            named.again(0, QUESTION)
        with pytest.raises(KitError, match=r"^This submission cannot be graded again here\.$"):
            nameless.again(0, QUESTION)
        shutil.copytree(graded[1], folder)
        (folder / "backprop.py").write_text("changed = True\n")
        with pytest.raises(KitError, match="is not the submission that"):
            named.again(0, QUESTION)


def test_the_command_shows_the_cases_of_one_question(graded: tuple[Path, Path]) -> None:
    run, folder = graded
    order = ["replay", str(run / "ann"), str(folder), "--question", QUESTION]
    shown = CliRunner().invoke(main, order)
    assert shown.exit_code == 1
    lines = shown.output.splitlines()
    assert all(line.startswith(("failed", "passed")) for line in lines)
    assert any("it should be" in line for line in lines)


def test_json_without_a_question_is_refused(graded: tuple[Path, Path]) -> None:
    run, folder = graded
    shown = CliRunner().invoke(main, ["replay", str(run / "ann"), str(folder), "--json"])
    assert shown.exit_code == 2
    assert "--json needs --question PROBLEM.QUESTION." in shown.output
