"""Texts of the course as HTML pages: one run of pandoc, pictures inside, faults with their page."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from autograder.report import page as pages
from autograder.report.page import Page, htmls
from autograder.report.read import ReportError

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="{}"/></svg>'


def page(folder: Path, name: str, text: str) -> Page:
    (folder / name).mkdir(parents=True)
    return Page(f"About {name}", "Homework 1", text, folder / name)


def test_all_pages_are_set_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"cats": "# Cats\n\n$x^2$", "a < b": "# Less\n\n<!-- a remark -->\n\ntext"}
    given = [page(tmp_path, name, text) for name, text in texts.items()]
    alone = [htmls([each])[0] for each in given]
    runs, run = [], subprocess.run
    monkeypatch.setattr(pages.subprocess, "run", lambda *a, **k: (runs.append(a), run(*a, **k))[1])
    assert htmls(given) == alone
    assert len(runs) == 1
    cats, less = (content.decode() for content in alone)
    assert "<title>About cats</title>" in cats
    assert "<math" in cats
    assert "<title>About a &lt; b</title>" in less
    assert cats.rstrip().endswith("</html>")
    assert htmls([]) == []


def test_each_page_shows_the_picture_of_its_own_folder(tmp_path: Path) -> None:
    given = [page(tmp_path, name, "![](net.svg)\n") for name in ("cats", "dogs, 100% #1")]
    for radius, each in enumerate(given, 3):
        (each.folder / "net.svg").write_text(PICTURE.format(radius))
    for radius, content in enumerate(htmls(given), 3):
        assert b64encode(PICTURE.format(radius).encode()) in content


def test_a_page_that_cannot_be_set_is_named(tmp_path: Path) -> None:
    given = [page(tmp_path, "cats", "text"), page(tmp_path, "dogs", "![](missing.svg)")]
    with pytest.raises(ReportError, match=r"^About dogs: the page cannot be set as HTML \(.*miss"):
        htmls(given)
