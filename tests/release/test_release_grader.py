"""The grader in a notebook: it reads the student's module anew and leaves the notebook alone."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HOLE = 'raise NotImplementedError("column_means")'


def in_notebook(package: Path, code: str) -> str:
    """Run code as a notebook in the problem's folder would, without otter to be had."""
    head = "import sys\nsys.modules['otter'] = None\nsys.path.insert(0, '..')\n"
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(code)],
        capture_output=True, text=True, cwd=package / "columns", check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_a_notebook_checks_the_module_as_it_is_now(package: Path) -> None:
    text = in_notebook(package, """
        import pathlib, columns
        from check import grader
        module = pathlib.Path("columns.py")
        skeleton = module.read_text()
        grader.check("column_means")
        for code in ("return x.mean(axis=0)", "return x.mean(axis=1)"):
            module.write_text(skeleton.replace('raise NotImplementedError("column_means")', code))
            grader.check("column_means")
        grader.check_all()
        print(sys.modules["columns"] is columns)
        print(sys.modules["otter"], pathlib.Path("__pycache__/check.pyc").exists())
        """)  # fmt: skip
    outcomes = [line.split("  ")[1].strip() for line in text.splitlines() if line[:2] == "  "]
    assert outcomes[0] == "not attempted"
    assert outcomes[2:4] == ["passed", "passed"]
    assert outcomes[4:6] == ["passed", "failed"]
    assert "Summary" in text
    assert text.endswith("True\nNone False\n")


def executed(notebook: object, folder: Path) -> list[list]:
    """Run a notebook with Jupyter's own client; return the outputs of its code cells."""
    nbclient = pytest.importorskip("nbclient")
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, allow_errors=True, resources=resources).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def text_of(outputs: list) -> str:
    """Return what a cell printed; Jupyter may deliver it in parts."""
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


@pytest.mark.slow
def test_the_notebook_of_the_package_runs(package: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    module = package / "columns" / "columns.py"
    module.write_text(module.read_text().replace(HOLE, "return x.mean(axis=0)"))
    notebook = nbformat.read(package / "columns" / "columns.ipynb", as_version=4)
    outputs = executed(notebook, package / "columns")
    assert text_of(outputs[2]).startswith("This cell waits for the open hole in ")
    assert text_of(outputs[3]).count("passed") == 2


@pytest.mark.slow
def test_autoreload_still_sees_an_edit_after_a_check(package: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    cells = [
        "%load_ext autoreload\n%autoreload 2\nimport sys; sys.path.insert(0, '..')\n"
        "from check import grader\nfrom columns import column_means\nimport numpy, pathlib",
        "grader.check('column_means')",
        "path = pathlib.Path('columns.py'); text = path.read_text()\n"
        f"_ = path.write_text(text.replace({HOLE!r}, 'return x.mean(axis=0)'))",
        "grader.check('column_means')",
        "print(column_means(numpy.ones((3, 2))))",
    ]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    outputs = executed(notebook, package / "columns")
    assert "not attempted" in text_of(outputs[1])
    assert text_of(outputs[3]).count("passed") == 2
    assert outputs[4][0]["text"] == "[1. 1.]\n"
