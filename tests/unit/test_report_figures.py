"""Figures and fonts of a report: their places, and what is said when one cannot be shown."""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results

from autograder.report import write_pdf
from autograder.report.figures import figure_files, figure_rows


def test_two_figures_stand_abreast_and_a_wide_one_alone(tmp_path: Path) -> None:
    pictures = {
        "figures/confusion.png": files.png(90, 70),
        "figures/per_class.png": files.png(70, 70),
        "figures/wrong.png": files.png(300, 70),
    }
    value = results.all_passed()
    for name, figure in zip(
        ("Left", "Right", "Below"), value["problems"][0]["questions"][1]["figures"], strict=True
    ):
        figure["caption"] = name
    folder = files.store(value, tmp_path / "a", pictures)
    page = files.poppler("pdftotext", write_pdf(folder), "-bbox")
    at = {
        word: (float(x), float(y))
        for x, y, word in re.findall(
            r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">(\w+)</word>', page
        )
    }
    assert at["Left"][1] == at["Right"][1]
    assert at["Left"][0] + 150 < at["Right"][0]
    assert at["Below"][1] > at["Left"][1]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.unlink(), "This figure is missing."),
        (lambda path: path.write_bytes(b"GIF89a"), "is not a PNG image of a supported size."),
        (lambda path: path.write_bytes(files.png(5)), "has changed since grading."),
    ],
)
def test_a_figure_that_cannot_be_shown_says_why(spoil: Any, sentence: str, tmp_path: Path) -> None:
    folder = files.store(results.all_passed(), tmp_path / "a")
    spoil(folder / "figures" / "wrong.png")
    text = files.text_of(write_pdf(folder))
    assert sentence in text
    assert "Twelve images that were classified wrongly" in text


def test_a_damaged_png_costs_the_figures_and_not_the_report(tmp_path: Path) -> None:
    broken = {"figures/wrong.png": files.png()[:50] + b"\0" * 40}
    folder = files.store(results.all_passed(), tmp_path / "a", broken)
    assert "This figure cannot be shown." in files.text_of(write_pdf(folder))


def entry(name: str, content: bytes, folder: Path) -> dict[str, str]:
    """Write a figure and return its entry in a result."""
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / name).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return {"file": f"figures/{name}", "sha256": sha256, "caption": name}


def test_rows_pair_narrow_figures_in_their_order(tmp_path: Path) -> None:
    shapes = ((90, 90), (300, 90), (90, 90), (90, 60), (90, 90))
    entries = [
        entry(f"{i}.png", files.png(width, height), tmp_path)
        for i, (width, height) in enumerate(shapes)
    ]
    rows = figure_rows(entries, tmp_path)
    assert [[item["caption"] for item in row] for row in rows] == [
        ["0.png"],
        ["1.png"],
        ["2.png", "3.png"],
        ["4.png"],
    ]
    assert set(figure_files(rows, tmp_path)) == {item["file"] for item in entries}
    assert len({item["height"] for item in rows[2]}) == 1


@pytest.mark.parametrize("name", ["../x.png", "/etc/passwd", "figures/../x.png", "figures/.x.png"])
def test_a_figure_outside_its_folder_is_missing(name: str, tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "x.png").write_bytes(files.png())
    (tmp_path / "figures" / ".x.png").write_bytes(files.png())
    figure = {"file": name, "sha256": hashlib.sha256(files.png()).hexdigest(), "caption": "c"}
    rows = figure_rows([figure], tmp_path)
    assert rows[0][0]["problem"] == "This figure is missing."
    assert figure_files(rows, tmp_path) == {}


def test_a_link_and_a_huge_picture_are_refused(tmp_path: Path) -> None:
    target = entry("real.png", files.png(), tmp_path)
    (tmp_path / "figures" / "link.png").symlink_to(tmp_path / "figures" / "real.png")
    link = {**target, "file": "figures/link.png"}
    head = files.png()
    huge = entry("huge.png", head[:16] + struct.pack(">II", 10_000, 10_000) + head[24:], tmp_path)
    found = [item["problem"] for row in figure_rows([link, huge], tmp_path) for item in row]
    assert found == [
        "This figure is missing.",
        "This figure is not a PNG image of a supported size.",
    ]


def test_fonts_for_other_scripts_can_be_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib

    sans = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    shutil.copy(sans, tmp_path / "sans.ttf")
    value = results.corrupt("ⵜⵉⴼ")  # Tifinagh, which no embedded font has
    folder = files.store(value, tmp_path / "a")
    without = files.poppler("pdffonts", write_pdf(folder))
    monkeypatch.setenv("DL_REPORT_FONTS", str(tmp_path))
    assert "DejaVuSans " not in without
    assert "DejaVuSans " in files.poppler("pdffonts", write_pdf(folder))
