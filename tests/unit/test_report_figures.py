"""Figures and fonts of a report: their places, and what is said when one cannot be shown."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results

from autograder.report import write_pdf


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
