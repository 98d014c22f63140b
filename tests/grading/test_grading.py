"""Whole submissions to the small course, through confined workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.diagnose.replay import Diagnostician
from autograder.errors import KitError
from autograder.exchange.class_intake import collect
from autograder.grade.opening import open_grader
from autograder.grade.results import overall
from autograder.grade.settings import Settings
from autograder.regrade import replay_result
from autograder.release.student import student_tree
from autograder.remote.layers import LEVELS
from autograder.run import grade_run


def questions(result: dict) -> dict[str, dict]:
    return {q["name"]: q for problem in result["problems"] for q in problem["questions"]}


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert text.count(old) == 1
        return text.replace(old, new)

    return edit


def test_the_reference_gets_full_points(grader, hand_in, tmp_path):
    result = grader.grade(hand_in(), tmp_path / "out")
    assert result["score"] == result["max_score"] == 15
    assert {q["outcome"] for q in questions(result).values()} == {"passed"}
    assert json.loads((tmp_path / "out" / "result.json").read_text()) == result


def test_every_layer_of_this_machine_is_recorded(grader, hand_in, tmp_path):
    result = grader.grade(hand_in(), tmp_path / "out")
    faults = grader.zygote.probe()
    assert result["isolation"]["layers"] == [layer for layer, f in faults.items() if f is None]
    assert {"limits", "seccomp"} <= set(result["isolation"]["layers"])


def test_an_untouched_skeleton_is_not_attempted_everywhere(grader, hand_in, tmp_path, small):
    holes = {
        name: student_tree(small.problem(name))[f"{name}.py"].decode()
        for name in small.problem_names()
    }
    handed_in = hand_in(**{name: lambda _, text=text: text for name, text in holes.items()})
    result = grader.grade(handed_in, tmp_path / "out")
    assert result["score"] == 0
    assert {q["outcome"] for q in questions(result).values()} == {"not_attempted"}
    message = questions(result)["affine_forward"]["cases"][0]["message"]
    assert message.startswith("The part of affine_forward is not written yet (affine.py, line")


@pytest.mark.parametrize(
    ("problem", "old", "new", "question", "mistake"),
    [
        ("affine", "x @ w + b", "x @ w - b", "affine_forward", "bias_subtracted"),
        ("affine", "x @ w + b", "x @ w", "affine_forward", "bias_left_out"),
        ("attention", "dim=-1", "dim=-2", "attention", "softmax_over_queries"),
        (
            "attention",
            "torch.sigmoid(self.linear(x))",
            "torch.sigmoid(self.linear(x)).detach()",
            "Gate",
            "gate_detached",
        ),
    ],
)
def test_a_known_mistake_is_named(grader, hand_in, tmp_path, problem, old, new, question, mistake):
    result = grader.grade(hand_in(**{problem: replaced(old, new)}), tmp_path / "out")
    failed = [c for c in questions(result)[question]["cases"] if c["outcome"] != "passed"]
    assert failed
    assert {case["diagnosis"]["mistake"] for case in failed} == {mistake}
    others = [q for name, q in questions(result).items() if name != question]
    assert {q["outcome"] for q in others} == {"passed"}


def test_a_mistake_is_named_though_another_function_is_wrong_too(grader, hand_in, tmp_path):
    def edit(text: str) -> str:
        return text.replace("x @ w + b", "3 * x @ w").replace(
            "np.sum(dout, axis=0)", "np.mean(dout, axis=0)"
        )

    found = questions(grader.grade(hand_in(affine=edit), tmp_path / "out"))
    assert found["affine_forward"]["cases"][1]["diagnosis"] is None
    assert found["affine_backward"]["cases"][0]["diagnosis"]["mistake"] == "bias_gradient_averaged"


def test_an_unknown_mistake_is_not_given_a_name(grader, hand_in, tmp_path):
    edit = replaced("x @ w + b", "x @ w + 2.5 * b")
    case = questions(grader.grade(hand_in(affine=edit), tmp_path / "out"))["affine_forward"][
        "cases"
    ]
    assert case[1]["outcome"] == "failed"
    assert case[1]["diagnosis"] is None


def test_a_differently_written_right_solution_gets_full_points(grader, hand_in, tmp_path):
    def loops(text: str) -> str:
        return text.replace(
            "out = x @ w + b",
            "out = np.array([[sum(xi * w[:, m]) + b[m] for m in range(w.shape[1])] for xi in x])",
        )

    def by_einsum(text: str) -> str:
        return text.replace("weights @ v", 'torch.einsum("nts,nsd->ntd", weights, v)')

    result = grader.grade(hand_in(affine=loops, attention=by_einsum), tmp_path / "out")
    assert result["score"] == result["max_score"]


IMPORT = "import numpy as np\nfrom torch import nn as layers"


def test_what_is_forbidden_is_named_with_its_line(grader, hand_in, tmp_path):
    def edit(text: str) -> str:
        text = text.replace("import numpy as np", IMPORT)
        return text.replace("out = x @ w + b", "out = x @ w + b if layers.Linear else x")

    result = grader.grade(hand_in(affine=edit), tmp_path / "out")
    found = questions(result)
    assert found["affine_forward"]["outcome"] == "forbidden"
    assert "uses torch.nn.Linear, which" in found["affine_forward"]["message"]
    assert found["affine_backward"]["outcome"] == "forbidden"  # its case calls affine_forward
    assert found["attention"]["outcome"] == found["Gate"]["outcome"] == "passed"
    assert not any("costs nothing" in note for note in result["submission"]["notes"])


def test_a_forbidden_import_that_nothing_uses_is_noted_once(grader, hand_in, tmp_path):
    result = grader.grade(hand_in(affine=replaced("import numpy as np", IMPORT)), tmp_path / "out")
    assert result["score"] == result["max_score"]
    assert result["submission"]["notes"] == [
        "affine.py, line 4 imports torch.nn, which is not allowed here. Nothing that is graded "
        "uses it, so it costs nothing; remove the import."
    ]


def test_a_submission_may_be_one_file(grader, hand_in, tmp_path):
    result = grader.grade(hand_in() / "affine.py", tmp_path / "out")
    found = questions(result)
    assert found["affine_forward"]["outcome"] == "passed"
    assert found["Gate"]["outcome"] == "not_attempted"
    assert found["Gate"]["message"] == (
        "attention.py is not in the submission; it contains affine.py."
    )


def test_points_are_scaled_to_the_assignment(grader, hand_in, tmp_path):
    result = grader.grade(hand_in(), tmp_path / "out")
    assert [p["max_score"] for p in result["problems"]] == [5, 10]
    assert questions(result)["attention"]["cases"][1]["max_points"] == 2.5


def test_the_same_seed_gives_the_same_bytes(grader, hand_in, tmp_path):
    handed_in = hand_in(affine=replaced("x @ w + b", "x @ w"))
    texts = []
    for run in ("one", "two"):
        grader.grade(handed_in, tmp_path / run)
        result = json.loads((tmp_path / run / "result.json").read_text())
        result["times"] = {}
        texts.append(json.dumps(result))
    assert texts[0] == texts[1]


@pytest.mark.slow  # starts two processes that import torch
def test_several_processes_give_the_same_results(hand_in, tmp_path, small):
    handed_in = [hand_in("a", affine=replaced("x @ w + b", "x @ w")), hand_in("b")]
    results = []
    for run, processes in (("one", 1), ("two", 2)):
        results += grade_run(
            small, "affine", handed_in, tmp_path / run, processes=processes, seed=3, pdf=False
        )
    without_times = [{**result, "times": {}} for result in results]
    assert without_times[:2] == without_times[2:]


def test_another_seed_draws_other_inputs(hand_in, tmp_path, small):
    handed_in = hand_in(affine=replaced("x @ w + b", "x @ w"))
    details = set()
    for seed in (1, 2):
        (result,) = grade_run(
            small, "affine", [handed_in], tmp_path / str(seed), processes=1, seed=seed, pdf=False
        )
        details.add(questions(result)["affine_forward"]["cases"][1]["detail"])
    assert len(details) == 2


def test_a_result_can_be_replayed(hand_in, tmp_path, small):
    handed_in = hand_in()
    grade_run(small, "affine", [handed_in], tmp_path / "run", processes=1, pdf=False)
    assert replay_result(small, tmp_path / "run" / "alice", handed_in) == []
    path = tmp_path / "run" / "alice" / "result.json"
    path.write_text(path.read_text().replace('"score": 5.0', '"score": 4.0', 1))
    assert replay_result(small, tmp_path / "run" / "alice", handed_in) == ["score: 4.0 is now 5.0"]


def test_a_run_is_not_overwritten_but_resumed(hand_in, tmp_path, small):
    first, second = hand_in("first"), hand_in("second")
    run = tmp_path / "run"
    grade_run(small, "affine", [first], run, processes=1, pdf=False)
    before = (run / "first" / "result.json").stat().st_mtime_ns
    with pytest.raises(KitError, match="holds a run of affine, not of attention"):
        grade_run(small, "attention", [first], run, processes=1, pdf=False)
    results = grade_run(small, "affine", [first, second], run, processes=1, pdf=False)
    assert [result["score"] for result in results] == [5, 5]
    assert results[0]["seed"] == results[1]["seed"]
    assert (run / "first" / "result.json").stat().st_mtime_ns == before


def test_a_case_that_the_reference_fails_too_is_our_fault(hand_in, tmp_path, small):
    """A test file with a fault must not cost a student points."""
    import shutil

    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    path = root / "solutions" / "affine" / "questions" / "affine_forward.py"
    path.write_text(path.read_text().replace('"nd,dm->nm", x, w) + b', '"nd,dm->nm", x, w) + c'))
    made = open_grader(Settings(root, "affine", seed=1, level="auto"))
    with made.zygote:
        cases = questions(made.grade(hand_in(), tmp_path / "out"))["affine_forward"]["cases"]
    assert [case["outcome"] for case in cases] == ["passed", "grader_error"]
    assert "name 'c' is not defined" in cases[1]["detail"]


def names(paths, run, small):
    planned, _ = collect(paths, small.target("affine"), run, None, {})
    return [entry.handed.name for entry in planned]


def test_a_diagnosis_that_breaks_is_our_fault_in_its_question_alone(
    grader, hand_in, tmp_path, monkeypatch
):
    def broken(*_):
        raise ValueError("no diagnosis")

    monkeypatch.setattr(Diagnostician, "explain", broken)
    folder = hand_in(affine=replaced("x @ w + b", "x @ w - b"))
    found = questions(grader.grade(folder, tmp_path / "out"))
    assert found["affine_forward"]["outcome"] == "grader_error"
    assert found["attention"]["outcome"] == "passed"
    cases = found["affine_forward"]["cases"]
    assert "no diagnosis" in next(c["detail"] for c in cases if c["outcome"] == "grader_error")


def test_submissions_of_one_name_get_folders_of_their_own(tmp_path, small):
    paths = [tmp_path / "a" / "work.zip", tmp_path / "b" / "work.zip"]
    assert names(paths, tmp_path / "run", small) == ["work", "work-2"]


def test_no_submission_gets_the_name_of_a_file_of_the_run(tmp_path, small):
    for name in ("run.json", "grades.csv", "class.pdf", "Run.JSON"):
        (tmp_path / name).mkdir()
    paths = [tmp_path / name for name in ("run.json", "grades.csv", "class.pdf", "Run.JSON")]
    expected = ["run.json-2", "grades.csv-2", "class.pdf-2", "Run.JSON-3"]
    assert names(paths, tmp_path / "run", small) == expected


def test_resume_keeps_no_result_of_other_files(small, hand_in, tmp_path):
    right = hand_in("a/work")
    wrong = hand_in("b/work", affine=replaced("x @ w + b", "x @ w"))

    def grade(paths):
        results = grade_run(
            small, "affine", paths, tmp_path / "run", processes=1, pdf=False, progress=False
        )
        return [result["score"] for result in results]

    first = grade([right, wrong])
    assert first[0] > first[1]
    assert grade([wrong, right]) == first[::-1]  # equal names in another order
    (wrong / "affine.py").write_text((right / "affine.py").read_text())
    assert grade([wrong, right]) == [first[0]] * 2  # a file that was changed


def test_resume_grades_files_that_were_added_to_an_empty_submission(small, hand_in, tmp_path):
    right, empty = hand_in(), tmp_path / "empty"
    empty.mkdir()

    def grade():
        (result,) = grade_run(
            small, "affine", [empty], tmp_path / "run", processes=1, pdf=False, progress=False
        )
        return result["score"]

    assert grade() == 0
    (empty / "affine.py").write_text((right / "affine.py").read_text())
    assert grade() == 5


def test_a_symbolic_link_is_not_followed(small, hand_in, tmp_path):
    link = tmp_path / "mallory"
    link.symlink_to(hand_in())
    results = grade_run(
        small, "affine", [link], tmp_path / "run", processes=1, pdf=False, progress=False
    )
    assert results[0]["score"] == 0
    assert results[0]["submission"]["notes"][0].startswith("The submission is a symbolic link;")


@pytest.mark.parametrize(
    ("outcomes", "word"),
    [
        (["passed", "passed"], "passed"),
        (["not_attempted", "not_attempted"], "not_attempted"),
        (["passed", "not_attempted"], "failed"),
        (["passed", "failed", "timeout"], "timeout"),
        (["grader_error", "forbidden"], "grader_error"),
    ],
)
def test_a_question_is_called_after_its_gravest_case(outcomes, word):
    assert overall(outcomes) == word


def test_levels_are_what_the_command_offers():
    from autograder.cli import _LEVELS

    assert _LEVELS == LEVELS


def test_a_sixth_assignment_is_a_toml_file(small: Course, tmp_path: Path, hand_in):
    """An instructor composes a new assignment from the problems there are, without code."""
    import shutil

    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    (root / "autograder" / "assignments" / "sixth.toml").write_text(
        'title = "A sixth one"\n[[problems]]\nname = "attention"\npoints = 1\n'
    )
    (result,) = grade_run(
        Course(root), "sixth", [hand_in()], tmp_path / "run", processes=1, pdf=False
    )
    assert (result["title"], result["score"], result["max_score"]) == ("A sixth one", 1, 1)
