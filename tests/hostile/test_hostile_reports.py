"""What hostile submissions leave in results and reports of a whole run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from attacks import REFERENCE, in_call

from autograder.course import Course
from autograder.report.read import read_result
from autograder.run import grade_run

TYPST = '#panic("x") #import "/etc/passwd" #eval("1") $ x $ `raw` ``` // /* <a> @b \\ ] ) } *_='
NOISE = "\x00\x1b[2J\u202e\ud800" + TYPST
PRINTS = in_call(
    f"import os\nprint({NOISE.encode('utf-8', 'backslashreplace').decode()!r})\n"
    f"os.write(2, b'\\xff\\xfe' * 70000)\nraise ValueError({TYPST!r} + chr(0xd800) + chr(0))"
)


@pytest.mark.slow  # compiles three reports and the one of the class
def test_a_run_of_hostile_submissions_ends_with_every_report(short_course, tmp_path):
    work = {
        "typst": PRINTS + f"\n# {TYPST}\n",
        "controls": PRINTS.replace('"""Return (dx', f'"""{TYPST}\x0c\x7f\u2028\u202e\ufffe'),
        "mallory": REFERENCE["affine"],
    }
    paths = []
    for name, text in work.items():
        folder = tmp_path / f"{name} #panic()"
        folder.mkdir()
        (folder / "affine.py").write_text(text, encoding="utf-8")
        (folder / f"{TYPST.replace('/', '')}.py").write_text("")
        paths.append(folder)
    (tmp_path / "broken.zip").write_bytes(b"PK")
    run = tmp_path / "run"
    results = grade_run(
        Course(short_course), "affine", [*paths, tmp_path / "broken.zip"], run, processes=1
    )
    assert [result["score"] for result in results] == [3, 3, 5, 0]
    for folder, result in zip(sorted(run.glob("*/")), sorted(results, key=_name), strict=True):
        assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
        assert read_result(folder) == json.loads(json.dumps(result))
        json.loads((folder / "results.json").read_text())
    assert (run / "class.pdf").read_bytes().startswith(b"%PDF")
    assert len((run / "grades.csv").read_text().splitlines()) >= 5


def _name(result):
    return result["submission"]["name"]


@pytest.mark.slow  # starts the command
def test_the_command_shows_no_traceback(tmp_path):
    (tmp_path / "affine.py").write_text("import os; os._exit(0)")
    (tmp_path / "broken.zip").write_bytes(b"PK")
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "simple_cnn", str(tmp_path / "broken.zip"),
         str(tmp_path / "affine.py"), "--out", str(tmp_path / "run"), "--no-pdf", "--jobs", "1"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.slow  # starts two graders
def test_a_set_has_one_order_in_every_run(short_course, tmp_path):
    (tmp_path / "work").mkdir()
    code = in_call("print(hash('a'), set('abcdefgh'))")
    (tmp_path / "work" / "affine.py").write_text(code)
    outputs = set()
    for name in ("one", "two"):
        (result,) = grade_run(
            Course(short_course), "affine", [tmp_path / "work"], tmp_path / name,
            processes=1, seed=1, pdf=False,
        )  # fmt: skip
        outputs.add(result["problems"][0]["questions"][1]["output"])
    assert len(outputs) == 1
    assert "'a'" in outputs.pop()
