"""A notebook becomes a PDF: everything in it is shown, and nothing in it breaks the page."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import report_files as files
from click.testing import CliRunner
from report_hostile import HOSTILE_ANSWER

from autograder.cli import main
from autograder.course import default_course
from autograder.report import ReportError
from autograder.report.notebook import NotebookView, write_notebook_pdf

PNG = base64.b64encode(files.png()).decode()
STUDENT = default_course().root / "student"


def markdown(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source: Any, *outputs: Any, count: int | None = 1) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": count, "source": source, "outputs": outputs}


def stream(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(kind: str, value: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {kind: value}}


def stored(folder: Path, *cells: Any) -> Path:
    path = folder / "homework.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    return path


def text(folder: Path, *cells: Any, **options: int) -> str:
    return files.text_of(write_notebook_pdf(stored(folder, *cells), folder / "a.pdf", **options))


def parts(*cells: Any, lines: int = 30) -> list[Any]:
    view = NotebookView({"cells": cells}, Path("homework.ipynb"), 2, lines)
    found: list[Any] = view.data["cells"]
    return found


def test_texts_code_and_outputs_are_shown(tmp_path: Path) -> None:
    found = text(
        tmp_path,
        markdown(["# Title\n", "With \\(a_1\\) and **bold**"]),
        code(["x = 1\n", "print(x)"], stream(["one\n", "two"]), count=7),
        code("n", shown("text/html", "<table><tr><th>n</th></tr><tr><td>0.5</td></tr></table>")),
        code("formula", shown("text/latex", "$$x + y$$")),
        code("1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by zero",
                     "traceback": ["\x1b[31mTraceback\x1b[0m", "ZeroDivisionError: by zero"]}),
    )  # fmt: skip
    for words in ("Title", "bold", "[7]", "print(x)", "one two", "n 0.5", "𝑥+𝑦", "Traceback",
                  "ZeroDivisionError: by zero"):  # fmt: skip
        assert words in found, words
    assert "[31m" not in found


def test_every_question_begins_a_page(tmp_path: Path) -> None:
    cells = [markdown(f"## {name}) Question\n\n```\n## no heading\n```") for name in "abc"]
    path = stored(tmp_path, markdown("# Title"), *cells)
    write_notebook_pdf(path, tmp_path / "a.pdf")
    assert "Pages: 4" in " ".join(files.poppler("pdfinfo", tmp_path / "a.pdf").split())
    write_notebook_pdf(path, tmp_path / "a.pdf", break_at=0)
    assert "Pages: 1" in " ".join(files.poppler("pdfinfo", tmp_path / "a.pdf").split())


def test_long_outputs_are_folded_and_progress_bars_show_their_end() -> None:
    long = code("", stream("".join(f"{i}\n" for i in range(100))))
    (folded,) = parts(long)
    assert folded["text"].split("\n")[19:22] == ["19", "[… 70 lines left out …]", "90"]
    (whole,) = parts(long, lines=0)
    assert whole["text"].endswith("98\n99")
    (bar,) = parts(code("", stream("  0%|  |\r 50%|# |\r100%|##|\n", "stderr")))
    assert (bar["text"], bar["of"]) == ("100%|##|", "error")


def test_pictures_come_from_outputs_attachments_and_the_folder(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "plot.png").write_bytes(files.png(50))
    (tmp_path / "secret.png").write_bytes(files.png())
    inside = tmp_path / "own"
    cell = markdown(
        "![a](attachment:p.png) ![b](plot.png) ![c](../secret.png) ![d](https://e.org/f.png)",
        attachments={"p.png": {"image/png": PNG}},
    )
    path = stored(inside, cell, code("", shown("image/png", [PNG]), shown("image/png", "AAAA")))
    view = NotebookView(json.loads(path.read_text()), path, 2, 30)
    figures = [part for part in view.data["cells"] if part["kind"] == "figure"]
    assert [part["file"] is not None for part in figures] == [True, True, False, False, True, False]
    assert figures[2]["fault"] == "The picture ../secret.png is not in the folder."
    assert figures[5]["fault"] == "The picture of this output is no PNG, JPEG, GIF, WEBP or BMP."
    write_notebook_pdf(path, inside / "a.pdf")
    assert files.poppler("pdftotext", inside / "a.pdf").count("is not in the folder.") == 2


@pytest.mark.parametrize(
    "cells",
    [
        [markdown(HOSTILE_ANSWER), code(HOSTILE_ANSWER, stream(HOSTILE_ANSWER))],
        ["no cell", None, 3, [], {}, {"cell_type": "code", "source": None, "outputs": None}],
        [code("x", "no output", None, {}, shown("image/png", 3), shown("text/html", None))],
        [code("x", shown("text/html", "<table>" * 3000), shown("text/latex", "$\\frac{$"))],
        [code("x", shown("text/html", "<div>only <b>this</b></div>"))],
        [markdown("$$" + "{" * 3000 + "}" * 3000 + "$$"), markdown("> " * 2000 + "deep")],
        [markdown("![x](\x00.png) ![x](" + "a" * 299 + ")", attachments=[1])],
        [],
    ],
)  # fmt: skip
def test_nothing_breaks_it(cells: list[Any], tmp_path: Path) -> None:
    path = write_notebook_pdf(stored(tmp_path, *cells), tmp_path / "a.pdf")
    assert path.read_bytes().startswith(b"%PDF")


def test_hostile_text_is_text(tmp_path: Path) -> None:
    found = text(tmp_path, markdown('#panic("x") #read("/etc/passwd") <script>'), code("#eval(1)"))
    assert '#panic("x") #read("/etc/passwd") <script>' in found
    assert "#eval(1)" in found
    assert "root:" not in found


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not a notebook; save it in Jupyter again"),
        ("[]", "is not a notebook of format 4; open it in Jupyter and save it again"),
        ('{"worksheets": []}', "is not a notebook of format 4"),
        ("\udcff", "is not a notebook; save it"),
    ],
)
def test_what_is_no_notebook_is_refused(content: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ReportError, match=sentence):
        write_notebook_pdf(path, tmp_path / "a.pdf")


def test_the_command_writes_the_pdf_beside_the_notebook(tmp_path: Path) -> None:
    notebook = tmp_path / "simple_cnn.ipynb"
    notebook.write_bytes((STUDENT / "simple_cnn" / "simple_cnn.ipynb").read_bytes())
    done = CliRunner().invoke(main, ["pdf", str(notebook)])
    assert (done.exit_code, done.output) == (0, f"{tmp_path / 'simple_cnn.pdf'}\n")
    assert "d) The training loop" in files.text_of(tmp_path / "simple_cnn.pdf")
    notebook.write_text("{")
    done = CliRunner().invoke(main, ["pdf", str(notebook)])
    assert done.exit_code == 2
    assert done.output == f"Error: {notebook} is not a notebook; save it in Jupyter again.\n"
