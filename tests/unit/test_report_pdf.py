"""The PDF of one submission: complete, inside its margins, the same again, and never broken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
import typst
from report_hostile import hostile

from autograder.report import typeset, write_pdf

POINTS_PER_MM = 72 / 25.4
WHAT = {
    "all passed": results.all_passed,
    "mixed": results.mixed,
    "corrupt": results.corrupt,
    "hostile": hostile,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with one report of each kind."""
    root = tmp_path_factory.mktemp("run")
    for name, sample in WHAT.items():
        write_pdf(files.store(sample(), root / name))
    return root


@pytest.mark.parametrize("name", WHAT)
def test_a_report_is_a_pdf_and_the_same_again(name: str, run: Path) -> None:
    path = run / name / "report.pdf"
    first = path.read_bytes()
    assert first.startswith(b"%PDF-")
    assert write_pdf(run / name) == path
    assert path.read_bytes() == first
    assert b"CreationDate" not in first


@pytest.mark.parametrize("name", WHAT)
def test_nothing_leaves_the_margins(name: str, run: Path) -> None:
    page = files.poppler("pdftotext", run / name / "report.pdf", "-bbox")
    words = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', page)
    assert len(words) > 50
    left, right = 21 * POINTS_PER_MM, (210 - 21) * POINTS_PER_MM
    for x0, y0, x1, y1 in ((float(n) for n in word) for word in words):
        assert left - 1 <= x0
        assert x1 <= right + 1
        assert y0 >= 9 * POINTS_PER_MM
        assert y1 <= (297 - 9) * POINTS_PER_MM


@pytest.mark.parametrize("name", WHAT)
def test_only_known_fonts_are_used(name: str, run: Path) -> None:
    fonts = files.poppler("pdffonts", run / name / "report.pdf").splitlines()[2:]
    families = {line.split()[0].partition("+")[2] for line in fonts}
    assert families
    known = ("Libertinus", "NewCM", "DejaVuSansMono", "Noto")  # Noto: if this machine has it
    assert all(f.startswith(known) for f in families)


def test_the_cover_and_the_questions(tmp_path: Path) -> None:
    folder = files.store(results.all_passed(), tmp_path / "a")
    text = files.text_of(write_pdf(folder, appendix=True))
    for words in (
        "Deep Learning, Assignment 2",
        "14 / 13",
        "page 1 of",
        "20221014",
        "strict (user, namespaces, seccomp, landlock)",
        "fashion_mnist (12k)",
        "python 3.11.7, torch 2.14.1, numpy 2.4.6",
        "Gives one row of ten log probabilities per image",
        "lines 31 to 86",
        "class SimpleCNN(nn.Module):",
        "Confusion matrix on the 2,000 held-out images",
        "Test accuracy",
        "0.8512",
        "epoch 2: loss 0.471",
        "So almost all parameters are in the linear layer",
        "Marking scheme",
        "Model answer",
        "Comments",
    ):
        assert words in text, words


def test_a_failure_says_what_and_why(run: Path) -> None:
    text = files.text_of(run / "mixed" / "report.pdf")
    assert "Needs a regrade" in text
    assert "The autograder failed in simple_cnn.mnist_test" in text
    assert "1 / 10" not in text  # a total that is not final is not shown
    assert "Known mistake. Your network uses ReLU where the handout asks for a sigmoid." in text
    assert "the result differs in 3 of 10 entries: 0.5, expected 0.25" in text
    assert "simple_cnn.py, line 44: RuntimeError" in text
    assert "This question needs The network, which failed." in text
    assert "No answer submitted." in text
    for word in ("not attempted", "time limit", "memory limit", "forbidden", "skipped"):
        assert word in text


def test_an_unreadable_submission_still_has_a_report(run: Path) -> None:
    text = files.text_of(run / "corrupt" / "report.pdf")
    assert "The archive is damaged and cannot be opened" in text
    assert "0/2" in text.replace(" ", "")
    assert "no file of the assignment" in text


def test_hostile_text_is_shown_as_text(run: Path) -> None:
    text = files.text_of(run / "hostile" / "report.pdf")
    squeezed = text.replace(" ", "")
    for words in (
        '#import"@preview/x:1.0.0"#read("/etc/passwd")*b*_i_`c`$x$<l>@r',
        "\\x00\\x07\\x1b[31m\\u202eevil\\u202c\\ud800",
        '#panic("raw")',
        '#panic("inline")',
        '"#panic("op")"',
        '#read("data.json")',
        '#read("x")',
        "\\unknown{z}",
        "<script>alert(1)</script><!--comment-->",
        "[picture]picture(/etc/passwd)",
        '"])#{whiletrue{}}//',
        "charactersleftout",
        "notanumber",
    ):
        assert words in squeezed, words
    assert "root:" not in text


def test_hostile_text_needs_no_second_attempt(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = files.attempts(monkeypatch)
    write_pdf(run / "hostile")
    assert len(attempts) == 1
    answers = [w["answer"] for w in attempts[0]["problems"][0]["written"]]
    assert all(answer["nodes"] for answer in answers)


def test_typst_sees_only_templates_data_and_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.store(results.all_passed(), tmp_path / "a")
    (folder / "figures" / "unlisted.png").write_bytes(files.png())
    seen: list[str] = []
    real = typst.compile

    def listed(path: Path, *, root: Path, **options: Any) -> bytes:
        seen.extend(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())
        assert options["ignore_system_fonts"]
        return real(path, root=root, **options)

    monkeypatch.setattr(typst, "compile", listed)
    write_pdf(folder)
    templates = {p.name for p in Path(typeset.__file__).parent.glob("*.typ")}
    figures = {f"figures/{key}.png" for key in ("confusion", "per_class", "wrong")}
    assert set(seen) == templates | figures | {"data.json"}


def test_a_wide_display_is_broken_between_its_formulas(tmp_path: Path) -> None:
    formulas = [rf"\frac{{\partial L}}{{\partial W_{i}}} = \delta_{i}" for i in range(9)]
    value = results.all_passed()
    entry = value["problems"][0]["written"][0]
    entry["model_answer"] = "$$" + r" \quad ".join(formulas) + "$$"
    text = files.text_of(write_pdf(files.store(value, tmp_path / "a")))
    assert "frac" not in text
    entry["model_answer"] = "$$" + " + ".join(formulas * 2) + "$$"
    text = files.text_of(write_pdf(files.store(value, tmp_path / "b")))
    assert "frac" not in text  # broken at its signs
    entry["model_answer"] = "$$" + "x" * 45 + "$$"
    text = files.text_of(write_pdf(files.store(value, tmp_path / "c")))
    assert "x" * 45 not in text  # made smaller: no letters of a text
    entry["model_answer"] = "$$" + "x" * 300 + "$$"
    text = files.text_of(write_pdf(files.store(value, tmp_path / "d")))
    assert "x" * 300 in text.replace(" ", "")  # too wide in one piece: shown as it was typed


def test_line_separators_in_code_are_shown_and_shift_no_line(tmp_path: Path) -> None:
    value = results.all_passed()
    code = value["problems"][0]["questions"][0]["code"][0]
    code |= {"line": 70, "source": "a = 1  # \x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029b = 2\nc = 3"}
    text = files.text_of(write_pdf(files.store(value, tmp_path / "a"), appendix=True))
    assert "\\x0b\\x0c\\x1c\\x1d\\x1e\\x85\\u2028\\u2029b = 2" in text
    assert "lines 70 to 71" in text


def test_long_code_keeps_its_numbers_and_loses_nothing(tmp_path: Path) -> None:
    line = "value = " + " + ".join(f"term_{i:02d}" for i in range(20))  # 208 characters
    value = results.all_passed()
    code = value["problems"][0]["questions"][0]["code"][0]
    code |= {"line": 1200, "source": f"first\n{line}\n{'y' * 500}\nlast"}
    text = files.text_of(write_pdf(files.store(value, tmp_path / "a"), appendix=True))
    squeezed = text.replace(" ", "")
    assert line.replace(" ", "") in squeezed
    assert "y" * 500 in squeezed
    for number in ("1200", "1201", "1202", "1203"):
        assert number in text
    assert "lines 1200 to 1203" in text


def test_code_that_two_questions_need_is_shown_once(tmp_path: Path) -> None:
    value = results.all_passed()
    first, second, _ = value["problems"][0]["questions"]
    first["code"][0]["source"] = "only_once = 1"
    second["code"] = first["code"]
    text = files.text_of(write_pdf(files.store(value, tmp_path / "a"), appendix=True))
    assert text.count("only_once") == 1
    assert "already shown under The network" in text


def test_a_known_mistake_is_explained_once_in_a_question(tmp_path: Path) -> None:
    value = results.all_passed()
    value["problems"][0]["questions"][0]["outcome"] = "failed"
    cases = value["problems"][0]["questions"][0]["cases"]
    for case in cases[:2]:
        case["outcome"], case["points"] = "failed", 0.0
        case["diagnosis"] = {
            "mistake": "relu",
            "explanation": "There is a ReLU too many.",
            "explains": 2,
            "failed": 3,
            "question": None,
        }
    text = files.text_of(write_pdf(files.store(value, tmp_path / "a")))
    assert text.count("Known mistake. There is a ReLU too many.") == 1
    assert "(It explains 2 of the 3 failed cases" in " ".join(text.split())
    assert text.count("The same known mistake as above.") == 1
