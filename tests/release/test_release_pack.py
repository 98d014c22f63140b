"""The zip that a student hands in: what is in it, and what is said before it is sent."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

OPEN = "raise NotImplementedError"


@pytest.fixture
def finished(package: Path) -> Path:
    """Return a package in which everything has been done."""
    module = package / "columns" / "columns.py"
    module.write_text("\n".join(
        line.split(OPEN)[0] + "return 1" if OPEN in line else line
        for line in module.read_text().splitlines()
    ) + "\n")  # fmt: skip
    answers = package / "columns" / "answers.md"
    answers.write_text(answers.read_text() + "Because of the offset.\n")
    notebook = package / "columns" / "columns.ipynb"
    document = json.loads(notebook.read_text())
    for number, cell in enumerate(c for c in document["cells"] if c["cell_type"] == "code"):
        cell["execution_count"] = number + 1
    notebook.write_text(json.dumps(document))
    return package


def pack(package: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(package / "check.py"), *arguments],
        capture_output=True, text=True, cwd=package.parent, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_only_what_is_graded_goes_in(finished: Path) -> None:
    for name in ("notes.txt", "columns/model.pt", "columns/report.pdf", "plan.pdf"):
        (finished / name).write_bytes(b"%PDF-1.7\n%%EOF\n")
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 0
    assert text.splitlines()[0].startswith(f"Wrote {finished / 'hw1-ada.zip'} (")
    with zipfile.ZipFile(finished / "hw1-ada.zip") as archive:
        assert archive.namelist() == [
            "columns/answers.md",
            "columns/columns.ipynb",
            "columns/columns.py",
            "columns/report.pdf",
            "manifest.json",
            "plan.pdf",
        ]
        assert json.loads(archive.read("manifest.json")) == {"assignment": "hw1"}
    assert "Note:" not in text
    first = (finished / "hw1-ada.zip").read_bytes()
    pack(finished, "--pack", "hw1-ada.zip")
    assert (finished / "hw1-ada.zip").read_bytes() == first


def edit(package: Path, name: str, old: str, new: str) -> None:
    path = package / "columns" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def require(package: Path, **rules: object) -> None:
    path = package / "assignment.json"
    description = json.loads(path.read_text())
    description["hand_in"] |= rules
    path.write_text(json.dumps(description))


REFUSED = {
    "syntax error": (
        lambda p: edit(p, "columns.py", "return 1", "return (1"),
        "Problem: columns.py:21 is not valid Python ('(' was never closed), so it cannot be",
    ),
    "module missing": (
        lambda p: (p / "columns" / "columns.py").unlink(),
        "Problem: columns/columns.py is missing: put it back, or copy it from the package again.",
    ),
    "broken notebook": (
        lambda p: (p / "columns" / "columns.ipynb").write_text("{"),
        "Problem: columns.ipynb is not a valid notebook: save it again in Jupyter.",
    ),
    "report missing": (
        lambda p: require(p, required_files=["report.pdf"]),
        "Problem: report.pdf is missing, but the assignment asks for it: add it next to check.py "
        "and pack again.",
    ),
    "no PDF": (
        lambda p: (p / "report.pdf").write_bytes(b"PK a document"),
        "Problem: report.pdf is not a PDF; export it as one, a new name is not enough.",
    ),
    "empty PDF": (
        lambda p: (p / "report.pdf").write_bytes(b""),
        "Problem: report.pdf is empty; export it again.",
    ),
    "half a PDF": (
        lambda p: (p / "report.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 2000),
        "Problem: report.pdf is cut off, its end is missing; export it again.",
    ),
    "too large": (
        lambda p: require(p, max_size_mb=0.0001),
        "but the limit is 0.0001 MB; leave out data and models, clear outputs or shrink figures. "
        "The largest file is columns/columns.ipynb.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_zip_that_would_be_worth_nothing_is_refused(case: str, finished: Path) -> None:
    damage, expected = REFUSED[case]
    damage(finished)
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 1
    assert expected in text
    assert text.endswith("Nothing was packed; `--anyway` packs the files that exist.\n")
    assert not (finished / "hw1-ada.zip").exists()
    assert pack(finished, "--pack", "hw1-ada", "--anyway")[0] == 0
    assert zipfile.is_zipfile(finished / "hw1-ada.zip")


def test_the_name_is_filled_into_the_rule(finished: Path) -> None:
    assert pack(finished, "--pack", "ada")[0] == 0
    assert (finished / "hw1-ada.zip").is_file()


def test_the_name_must_follow_the_rule(finished: Path) -> None:
    status, text = pack(finished, "--pack", "ada b")
    assert status == 1
    assert "Problem: 'hw1-ada b.zip' cannot be the name of the zip." in text


def test_a_handout_of_the_package_is_no_report(finished: Path) -> None:
    rules = finished / "assignment.json"
    description = json.loads(rules.read_text())
    description["hand_in"]["required_files"] = ["*.pdf"]
    rules.write_text(json.dumps(description))
    (finished / "columns" / "handout.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 1
    assert "A file like *.pdf is missing, but the assignment asks for it" in text
    (finished / "report.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 0
    assert "report.pdf" in text
    assert "handout.pdf" not in text


def test_a_required_file_is_found_in_any_case(finished: Path) -> None:
    require(finished, required_files=["readme*"])
    (finished / "README.txt").write_text("Run columns.py.\n")
    assert pack(finished, "--pack", "hw1-ada")[0] == 0
    assert "README.txt" in zipfile.ZipFile(finished / "hw1-ada.zip").namelist()


def test_a_required_file_is_taken_along(finished: Path) -> None:
    require(finished, required_files=["data.csv"])
    (finished / "data.csv").write_text("1,2\n")
    assert pack(finished, "--pack", "hw1-ada")[0] == 0
    assert "data.csv" in zipfile.ZipFile(finished / "hw1-ada.zip").namelist()


NOTED = {
    "open hole": (
        lambda p: edit(p, "columns.py", "return 1", 'raise NotImplementedError("x")'),
        "Note: columns.py: 1 hole is still open, in line 21; what needs an open hole earns no "
        "points.\n",
    ),
    "own module": (
        lambda p: (
            (p / "columns" / "mine.py").write_text("x = 1\n")
            and edit(p, "columns.py", "import numpy", "from mine import x\nimport numpy")
        ),
        "Note: columns.py:6 imports mine.py, which is not packed: move what you need into",
    ),
    "no answer": (
        lambda p: edit(p, "answers.md", "Because of the offset.", " "),
        "Note: columns/answers.md: centring has no answer yet; write it below its heading.",
    ),
    "no answers": (
        lambda p: (p / "columns" / "answers.md").unlink(),
        "Note: columns/answers.md is not packed, because it does not exist.",
    ),
    "notebook not run": (
        lambda p: edit(p, "columns.ipynb", '"execution_count": 2', '"execution_count": null'),
        "Note: columns.ipynb: 1 of 4 code cells have not been run; run all cells and save it.",
    ),
}


@pytest.mark.parametrize("case", NOTED)
def test_what_is_unfinished_is_noted(case: str, finished: Path) -> None:
    change, expected = NOTED[case]
    change(finished)
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 0
    assert expected in text
    assert text.count("Note:") == 1


def test_files_that_the_code_writes_go_in(finished: Path) -> None:
    description = json.loads((finished / "assignment.json").read_text())
    problem = description["problems"][0]
    problem["outputs"], problem["may_hand_in"] = ["predictions.csv", "table.csv"], ["*.safetensors"]
    (finished / "assignment.json").write_text(json.dumps(description))
    for name in ("predictions.csv", "weights.safetensors", "other.csv"):
        (finished / "columns" / name).write_bytes(b"x")
    status, text = pack(finished, "--pack", "hw1-ada")
    assert status == 0
    assert "columns/table.csv is not packed, because it does not exist." in text
    with zipfile.ZipFile(finished / "hw1-ada.zip") as archive:
        names = set(archive.namelist())
    assert {"columns/predictions.csv", "columns/weights.safetensors"} <= names
    assert "columns/other.csv" not in names
