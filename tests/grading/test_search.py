"""The search for the faulty line in whole submissions: what is found, told and spent."""

from __future__ import annotations

import copy
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.diagnose.search.searcher import Searcher
from autograder.diagnose.search.trials import Trials
from autograder.exchange import gradescope_results
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
from autograder.regrade import _differences
from autograder.release.student import student_tree

SMALL = Path(__file__).parents[1] / "courses" / "small"


@pytest.fixture(scope="module")
def searching():
    made = open_grader(Settings(SMALL, "small", seed=7, level="auto", search=True))
    with made.zygote:
        yield made


def questions(result: dict) -> dict[str, dict]:
    return {q["name"]: q for problem in result["problems"] for q in problem["questions"]}


def without_repairs(result: dict) -> dict:
    rest = copy.deepcopy(result) | {"times": {}}
    for question in questions(rest).values():
        question["repair"] = None
    return rest


def wrong(text: str) -> str:
    return text.replace("np.sum(dout, axis=0)", "2 * np.sum(dout, axis=0)")


def test_the_line_is_found_and_the_scores_stay_the_same(searching, grader, hand_in, tmp_path):
    handed_in = hand_in(affine=wrong)
    found = searching.grade(handed_in, tmp_path / "with")
    plain = grader.grade(handed_in, tmp_path / "without")
    assert without_repairs(found) == without_repairs(plain)
    assert all(question["repair"] is None for question in questions(plain).values())
    repair = questions(found)["affine_backward"]["repair"]
    best = repair["candidates"][0]
    assert (best["file"], best["function"]) == ("affine.py", "affine_backward")
    assert "2 * np.sum(dout, axis=0)" in best["old"]
    assert not repair["ran_out"]
    assert repair["told"].startswith("Your failed case")
    assert best["new"].strip() not in repair["told"]


def test_the_same_seed_gives_the_same_result(searching, hand_in, tmp_path):
    handed_in = hand_in(affine=wrong)
    results = [searching.grade(handed_in, tmp_path / name) | {"times": {}} for name in "ab"]
    assert results[0] == results[1]


def test_nothing_is_tried_where_nothing_failed_or_nothing_is_written(
    searching, hand_in, tmp_path, small, monkeypatch
):
    monkeypatch.setattr(Trials, "attempt", lambda *_: pytest.fail("tried"))
    monkeypatch.setattr(Trials, "trace", lambda *_: pytest.fail("traced"))
    holes = {
        name: student_tree(small.problem(name))[f"{name}.py"].decode()
        for name in small.problem_names()
    }
    skeleton = hand_in("skeleton", **{n: lambda _, text=t: text for n, t in holes.items()})
    for number, handed_in in enumerate((hand_in("right"), skeleton)):
        result = searching.grade(handed_in, tmp_path / str(number))
        assert all(question["repair"] is None for question in questions(result).values())


@pytest.mark.parametrize(
    "attack",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        "import os; os._exit(3)",
        "raise SystemExit",
        "x = 'y' * 10**9",
    ],
)
def test_hostile_code_wastes_no_more_than_its_budget(
    searching, grader, hand_in, tmp_path, monkeypatch, attack
):
    """It behaves while it is graded; from the second import on, in the trials, it attacks."""
    from autograder.diagnose.search import trials

    monkeypatch.setattr(trials, "WALL_SECONDS", 0.3)
    start = (
        "import sys\nsys.loads = getattr(sys, 'loads', 0) + 1\n"
        f"def attack():\n    if sys.loads > 4:\n        {attack}\n"
    )
    handed_in = hand_in(affine=lambda text: start + wrong(text).replace(
        "    x, w = cache", "    attack()\n    x, w = cache"
    ))  # fmt: skip
    found = searching.grade(handed_in, tmp_path / "with")
    plain = grader.grade(handed_in, tmp_path / "without")
    assert without_repairs(found)["score"] == plain["score"]
    assert [q["score"] for q in questions(found).values()] == [
        q["score"] for q in questions(plain).values()
    ]
    spent = sum(seconds for name, seconds in found["times"].items() if name.endswith(".search"))
    assert spent < 2 * 2 * 3.0


def test_an_assignment_says_how_much_students_are_told(tmp_path, hand_in):
    root = tmp_path / "course"
    shutil.copytree(SMALL, root)
    file = root / "autograder" / "assignments" / "small.toml"
    file.write_text(file.read_text() + '\n[feedback]\nrepair = "function"\n')
    made = open_grader(Settings(root, "small", seed=7, level="auto", search=True))
    with made.zygote:
        result = made.grade(hand_in(affine=wrong), tmp_path / "out")
    told = questions(result)["affine_backward"]["repair"]["told"]
    assert "`affine_backward`" in told
    assert "line" not in told


def test_students_see_the_sentence_once_and_no_corrected_text(searching, hand_in, tmp_path):
    result = searching.grade(hand_in(affine=wrong), tmp_path / "out")
    question = questions(result)["affine_backward"]
    shown = gradescope_results(result)
    outputs = [test["output"] for test in shown["tests"]]
    assert sum(question["repair"]["told"] in output for output in outputs) >= 1
    for candidate in question["repair"]["candidates"]:
        assert candidate["new"].strip() not in str(shown)


def test_a_search_that_ran_out_of_time_is_no_difference():
    old = {"repair": {"ran_out": True, "tried": 3}, "score": 1}
    new = {"repair": {"ran_out": False, "tried": 9}, "score": 1}
    assert _differences("q", old, new) == []
    old["repair"]["ran_out"] = False
    assert len(_differences("q", old, new)) == 1


def two_faults(text: str) -> str:
    return text.replace("out = x @ w + b", "out = 3 * x @ w\n    out = out - b")


def test_where_an_earlier_change_helps_nothing_else_is_tried(
    searching, hand_in, tmp_path, monkeypatch
):
    original, again = Searcher.search, []

    def twice(self, question, outcomes):
        first = original(self, question, outcomes)
        if first is not None:
            with monkeypatch.context() as patched:
                patched.setattr(Trials, "trace", lambda *_: pytest.fail("traced"))
                again.append((first, original(self, question, outcomes)))
        return first

    monkeypatch.setattr(Searcher, "search", twice)
    searching.grade(hand_in(affine=wrong), tmp_path / "out")
    ((first, second),) = again
    assert second.tried == len(first.candidates) > 0
    assert [each.edit for each in second.candidates] == [each.edit for each in first.candidates]
    assert not second.ran_out


def test_two_faults_are_found_together(searching, hand_in, tmp_path):
    found = searching.grade(hand_in(affine=two_faults), tmp_path / "out")
    repair = questions(found)["affine_forward"]["repair"]
    (best, *_) = repair["candidates"]
    assert best["lines"] == [9, 10]
    assert repair["told"].startswith(
        "Your failed case comes right when lines 9 and 10 of affine.py"
    )
    assert questions(found)["affine_forward"]["score"] < 3


def test_what_code_prints_in_a_trial_is_discarded(searching, hand_in, tmp_path):
    """It reads every text that is compiled in its worker, right formulas among them."""
    spy = (
        "import builtins\nreal = builtins.compile\n"
        "def seen(text, *rest, **more):\n    print('SEEN', text, flush=True)\n"
        "    return real(text, *rest, **more)\nbuiltins.compile = seen\n"
    )
    found = searching.grade(
        hand_in(affine=lambda text: spy + text.replace("x @ w + b", "x @ w * b")), tmp_path / "out"
    )
    repair = questions(found)["affine_forward"]["repair"]
    assert "x @ w + b" in repair["candidates"][0]["new"]
    assert "x @ w + b" not in str(without_repairs(found))
    assert "x @ w + b" not in str(gradescope_results(found))


def test_a_formula_of_a_right_answer_is_found_in_the_students_names(searching, hand_in, tmp_path):
    def changed(text: str) -> str:
        start = text.index("    out = x @ w + b")
        end = text.index("    # END", start)
        lines = "    y = np.maximum(x @ w, b)\n    return y, (x, w)\n"
        return text[:start] + lines + text[end:]

    found = searching.grade(hand_in(affine=changed), tmp_path / "out")
    repair = questions(found)["affine_forward"]["repair"]
    (best,) = repair["candidates"]
    assert (best["kind"], best["new"].strip()) == ("formula", "y = x @ w + b")
    assert "x @ w + b" not in repair["told"]


def test_code_with_endless_possibilities_ends_in_time(searching, hand_in, tmp_path):
    many = "".join(f"    a{i} = b\n" for i in range(700))
    handed_in = hand_in(
        affine=lambda text: text.replace("    out = x @ w + b\n", f"{many}    out = x @ w @ w.T\n")
    )
    found = searching.grade(handed_in, tmp_path / "out")
    spent = sum(seconds for name, seconds in found["times"].items() if name.endswith(".search"))
    assert spent < 2 * 2 * 3.0


def test_what_a_class_needs_is_drafted_for_the_bank(searching, hand_in, tmp_path):
    run = tmp_path / "run"
    for name in ("ada", "bob"):
        handed_in = hand_in(name, affine=lambda text: text.replace("x @ w + b", "x @ w * b"))
        searching.grade(handed_in, run / name)
    asked = ["--course", str(SMALL), "suggest", "affine", str(run)]
    found = CliRunner().invoke(main, asked)
    assert found.exit_code == 0, found.output
    assert "# 2 submissions; for mistakes/affine_forward.toml" in found.output
    (entry,) = tomllib.loads(found.output)["mistakes"]
    assert entry["edits"] == [{"old": "out = x @ w + b", "new": "out = x @ w * b"}]
    assert CliRunner().invoke(main, [*asked, "--least", "3"]).stdout.strip() == ""
