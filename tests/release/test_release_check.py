"""What a student sees: check.py run on a built package as a student would run it."""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nbclient
import nbformat
import pytest

MEANS_HOLE = 'raise NotImplementedError("column_means")'
SCALES_HOLE = 'raise NotImplementedError("Scaler")'
TRANSFORM_HOLE = 'raise NotImplementedError("Scaler.transform")'


def check(package: Path, *arguments: str) -> tuple[int, str]:
    """Run check.py in another folder; return its exit status and what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(package / "check.py"), *arguments],
        capture_output=True, text=True, cwd=package.parent, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert "Traceback" not in done.stdout
    assert "\033" not in done.stdout
    return done.returncode, done.stdout


def solve(package: Path, hole: str, code: str) -> None:
    path = package / "columns" / "columns.py"
    text = path.read_text()
    assert text.count(hole) == 1
    path.write_text(text.replace(hole, code))


def test_the_skeleton_is_not_attempted(package: Path) -> None:
    assert check(package) == (1, textwrap.dedent("""\
        column_means: the mean of each column
          not attempted  all 2 checks
                         The hole in column_means (columns.py:21) is still open.

        Scaler: centre and scale
          not attempted  centres the columns
                         The hole in column_means (columns.py:21) is still open.

        ranks: ranks, if you like
          There are no checks for this question here; it is graded after you hand in.

        Summary
          column_means  not attempted
          Scaler        not attempted
          ranks         no checks here, it is graded after you hand in

        Next: fill the hole in column_means (columns.py:21), then run `python check.py column_means` again.
        """))  # fmt: skip # noqa: E501


def test_a_solved_hole_passes(package: Path) -> None:
    solve(package, MEANS_HOLE, "return x.mean(axis=0)")
    assert check(package, "column_means") == (0, textwrap.dedent("""\
        column_means: the mean of each column
          passed         has one mean for each column
          passed         is right for a small table

        Next: this passes. Run `python check.py` to check the other questions.
        """))  # fmt: skip


def test_everything_solved_leads_to_packing(package: Path) -> None:
    solve(package, MEANS_HOLE, "return x.mean(axis=0)")
    solve(package, SCALES_HOLE, "self.scales = x.std(axis=0)")
    solve(package, TRANSFORM_HOLE, "result = (x - self.means) / self.scales")
    status, text = check(package)
    assert status == 0
    assert text.endswith("Run `python check.py --pack` to pack your work for handing in.\n")


def test_a_wrong_hole_fails_with_the_hint_and_what_was_seen(package: Path) -> None:
    solve(package, MEANS_HOLE, "return x.mean(axis=1)")
    status, text = check(package, "column_means")
    assert status == 1
    assert text == textwrap.dedent("""\
        column_means: the mean of each column
          passed         has one mean for each column
          failed         is right for a small table
                         These means are wrong.
                         Found: the first mean is 1.5, but it should be 2.

        Next: look at column_means in columns/columns.py, then run `python check.py column_means` again.
        """)  # noqa: E501


WRONG = {
    "assert without words": (
        "return np.array([2.0, 5.0])",
        "This is not true: assert means[1] == 4.0",
    ),
    "no return": (
        "x.mean(axis=0)",
        "Found: the means should hold numbers, but it is None (is a return statement missing?).",
        "The check cannot use what your code returned: TypeError: 'NoneType' object is not",
    ),
    "exception": (
        "return x.meen(axis=0)",
        "AttributeError: 'numpy.ndarray' object has no attribute 'meen'",
        "at columns.py:21: return x.meen(axis=0)",
    ),
    "assertion of one's own": (
        "assert x.size > 9, 'too small'",
        "AssertionError: too small",
        "at columns.py:21: assert x.size > 9, 'too small'",
    ),
    "exit": ("exit()", "columns.py:21 ends the program: exit()", "Remove that call."),
    "module that is not there": (
        "import absent_module",
        "columns.py:21: import absent_module",
        "The module absent_module is not installed: run `python -m pip install -r ",
    ),
    "NotImplementedError of a library": (
        "import asyncio; return asyncio.AbstractEventLoop().close()",
        "error all 2 checks NotImplementedError at columns.py:21: import asyncio; return",
    ),
    "endless recursion": (
        "return column_means(x)",
        "RecursionError: maximum recursion depth exceeded",
        "at columns.py:",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_went_wrong_is_said_in_words(case: str, package: Path) -> None:
    code, *expected = WRONG[case]
    solve(package, MEANS_HOLE, code)
    status, text = check(package, "column_means")
    assert status == 1
    flat = " ".join(text.split())
    for sentence in expected:
        assert sentence in flat


def test_a_syntax_error_is_shown_with_its_place(package: Path) -> None:
    solve(package, MEANS_HOLE, "return x.mean(axis=0")
    status, text = check(package)
    assert status == 1
    assert "  error          nothing could be checked\n" in text
    assert "columns.py:21 is not valid Python: '(' was never closed.\n" in text
    assert f"{' ' * 21}return x.mean(axis=0\n{' ' * 21}             ^\n" in text
    assert text.count("return x.mean") == 1
    assert "  error          as above\n" in text
    assert "Next: look at columns.py:21, then run" in text


IMPORTING = {
    "exit": ("import sys\nsys.exit(3)\n", "columns.py:2 ends the program: sys.exit(3)"),
    "absent": ("import absent_module\n", "columns.py:1: import absent_module"),
    "error": ("x = 1\ny = x / 0\n", "ZeroDivisionError: division by zero"),
    "renamed": ("def column_mean(x):\n    return 1\n",
                "columns.py does not define column_means; the most similar name is "
                "column_mean."),
    "other case": ("Column_Means = 3\n", "the most similar name is Column_Means."),
    "empty": ("", "columns.py does not define column_means."),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPORTING)
def test_a_module_that_cannot_be_used(case: str, package: Path) -> None:
    code, expected = IMPORTING[case]
    (package / "columns" / "columns.py").write_text(code)
    status, text = check(package, "column_means")
    assert status == 1
    assert expected in " ".join(text.split())


def test_a_missing_module_and_a_damaged_package(package: Path) -> None:
    (package / "columns" / "columns.py").unlink()
    assert "columns/columns.py is missing: put it back." in check(package)[1]
    (package / "columns" / "columns.py").write_text("")
    (package / "columns" / "tests" / "column_means.py").unlink()
    assert "column_means.py is missing or damaged: unpack the assi" in check(package)[1]
    (package / "assignment.json").unlink()
    done = subprocess.run(
        [sys.executable, "check.py"], capture_output=True, text=True, cwd=package, check=False
    )
    assert done.stderr.startswith("assignment.json is missing or damaged; unpack")


def test_names_and_lists(package: Path) -> None:
    assert check(package, "colum_means") == (
        2,
        "There is no question 'colum_means'; did you mean column_means?\n",
    )
    assert check(package, "xyz")[1] == (
        "There is no question 'xyz'; see `python check.py --list`.\n"
    )
    assert check(package, "--list") == (0, textwrap.dedent("""\
        Columns of a table (columns/)
          column_means  the mean of each column
          Scaler        centre and scale
          ranks         ranks, if you like (optional) (graded after you hand in)
        """))  # fmt: skip
    status, text = check(package, "--help")
    assert status == 0
    assert "exit status: 0 if all checks pass" in text


def test_the_same_input_is_drawn_each_time(package: Path) -> None:
    solve(package, MEANS_HOLE, "return x.mean(axis=0)")
    solve(package, SCALES_HOLE, "self.scales = np.random.random(3)")
    solve(package, TRANSFORM_HOLE, "result = x * self.scales")
    assert check(package, "Scaler") == check(package, "Scaler")
    assert check(package, "column_means", "Scaler")[1].count("passed") >= 2


def limit(package: Path, **rules: object) -> None:
    """Change what the package says of all questions."""
    path = package / "assignment.json"
    description = json.loads(path.read_text())
    for question in description["problems"][0]["questions"]:
        for key, value in rules.items():
            question[key] |= value
    path.write_text(json.dumps(description))


ENDLESS = {
    "a loop": "while True: pass",
    "a loop that catches Exception": """while True:
        try:
            pass
        except Exception:
            pass""",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_an_endless_loop_is_stopped_and_its_line_shown(case: str, package: Path) -> None:
    limit(package, limits={"cpu_seconds": 0.2})
    solve(package, MEANS_HOLE, ENDLESS[case])
    status, text = check(package, "column_means")
    assert status == 1
    assert text.startswith("column_means: the mean of each column\n  out of time    all 2 checks")
    assert "This took longer than 0.2 seconds, the limit of one check." in text
    assert re.search(r"It was stopped at columns.py:2[1-6]: ", text)
    assert "Next: look at columns.py:2" in text


def test_an_endless_loop_on_import_is_stopped(package: Path) -> None:
    limit(package, limits={"import_seconds": 0.2})
    (package / "columns" / "columns.py").write_text("while True:\n    pass\n")
    status, text = check(package, "column_means")
    assert status == 1
    assert "out of time    nothing could be checked" in text
    assert "It was stopped at columns.py:" in text


def test_code_that_cannot_be_stopped_ends_the_program(package: Path) -> None:
    limit(package, limits={"cpu_seconds": 0.2})
    path = package / "checking" / "limits.py"
    path.write_text(path.read_text().replace("_AGAIN = 0.5", "_AGAIN = 0.01"))
    solve(package, MEANS_HOLE, "import time; time.sleep(60)")
    status, text = check(package, "column_means")
    assert status == 1
    assert "Your code cannot be stopped at columns.py:21: import time; time.sleep(60)" in text
    assert text.endswith("The checks end here.\n")


def test_os_exit_is_shown_with_its_line(package: Path) -> None:
    solve(package, MEANS_HOLE, "import os; os._exit(0)")
    status, text = check(package, "column_means")
    assert status == 1
    assert "columns.py:21 ends the program: import os; os._exit(0)" in text


def test_a_forbidden_use_is_said_here_too_and_an_unused_import_noted(package: Path) -> None:
    limit(package, forbidden={"imports": ["scipy"]})
    path = package / "columns" / "columns.py"
    path.write_text(path.read_text().replace("import numpy as np", "import scipy\nimport numpy"))
    solve(package, MEANS_HOLE, "return x.mean(axis=0)")
    status, text = check(package, "column_means")
    assert status == 0
    flat = " ".join(text.split())
    assert "Note: columns.py, line 6 imports scipy, which is not allowed here. Nothing" in flat
    path.write_text(path.read_text().replace("x.mean(axis=0)", "scipy.mean(x)"))
    status, text = check(package, "column_means")
    assert status == 1
    assert "  forbidden      nothing could be checked\n" in text
    assert "columns.py, line 22 uses scipy.mean, which is not" in " ".join(text.split())
    assert "Note:" not in text


@pytest.mark.slow  # starts a kernel, about 3 s
def test_a_fresh_notebook_runs_to_its_end_with_a_line_for_each_open_hole(package: Path) -> None:
    folder = package / "columns"
    notebook = nbformat.read(folder / "columns.ipynb", as_version=4)
    cell = nbformat.v4.new_code_cell
    notebook.cells += [
        cell("middle = column_means(np.ones((2, 2)))"),
        cell("print(middle)"),
        cell("print('the end')"),
    ]
    nbclient.NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(folder)}}
    ).execute()
    said = [
        "".join(item.get("text", "") for item in one.outputs)
        for one in notebook.cells if one.cell_type == "code"
    ]  # fmt: skip
    assert said[-3] == "This cell waits for the open hole in column_means (columns.py:21).\n"
    assert said[-2] == said[-3]
    assert said[-1] == "the end\n"
    notebook.cells = [*notebook.cells[:3], cell("nothing_of_ours")]
    client = nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="nothing_of_ours"):
        client.execute()
