"""The page of a class: its numbers, nothing that a student wrote runs, sorting and filtering."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
from report_hostile import hostile
from test_report_class import scored
from test_similarity import GIVEN, RENAMED, UNUSUAL, handed_in

from autograder.report import write_class_reports
from autograder.report.class_numbers import correlation, not_attempted, question_numbers, slow
from autograder.report.class_page import PAGE
from autograder.similarity import similar_pairs, write_pairs
from autograder.submission.class_list import HandedIn, Student, write_class_list

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
EVIL = '<script>alert("name")</script>'


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A class of two, of a pair with the same code, of a hostile one and of one without result."""
    folder = tmp_path / "run"
    values = [results.all_passed("adam"), results.mixed(), hostile()]
    values += [handed_in("ann", UNUSUAL), handed_in("cat", RENAMED + "# <img src=x>\n")]
    values[0]["times"]["total_seconds"] = 40.0
    for number, value in enumerate(values):
        named = value["submission"]["name"] in ("adam", "ann", "cat")
        files.store(value, folder / (value["submission"]["name"] if named else str(number)))
    write_pairs(folder, similar_pairs(values[-2:], GIVEN))
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    people = (Student(login="a", name=f"Ada {EVIL}", section="B"),)
    listed = [HandedIn(name=n, source=n, students=people if n == "adam" else ()) for n in names]
    write_class_list(folder, [*listed, HandedIn(name="gone", source="gone.zip")])
    return folder


def test_discrimination_is_the_correlation_with_all_other_questions() -> None:
    values = []
    for number in range(12):
        value = scored(f"s{number}", float(number % 3))
        other = results.question("r", [results.case("e", points=float(number % 3))])
        value["problems"][0]["questions"].append(other)
        value["score"] += other["score"]
        values.append(value)
    numbers = question_numbers(values)
    assert numbers["simple_cnn.q"].discrimination == pytest.approx(1.0)
    assert numbers["simple_cnn.own"].discrimination is None  # all have the same points
    assert question_numbers(values[:9])["simple_cnn.q"].discrimination is None
    assert correlation([0, 1] * 5, [1, 0] * 5) == pytest.approx(-1.0)


def test_the_pass_rate_of_a_case_counts_all_settled_submissions() -> None:
    outcomes = ("passed", "failed", "not_attempted", "grader_error")
    values = [scored(str(n), 0.0, outcome) for n, outcome in enumerate(outcomes)]
    (case,) = question_numbers(values)["simple_cnn.q"].cases
    assert (case.name, case.passed, case.count) == ("c", 1, 3)
    assert not_attempted(values[2]) == ["q"]
    assert not_attempted(values[1]) == []


def test_slow_is_far_above_the_median() -> None:
    values = [scored(name, 1.0) for name in "abcde"]
    for value, seconds in zip(values, (1.0, 1.0, 1.2, 2.9, 3.1), strict=True):
        value["times"] = {"total_seconds": seconds}
    assert slow(values) == []
    values[3]["times"] = {"total_seconds": 9.0}
    assert slow(values) == [("d", 9.0)]
    assert slow([]) == []


def test_the_page_holds_everything_and_loads_nothing(run: Path) -> None:
    write_class_reports(run)
    text = (run / PAGE).read_text(encoding="utf-8")
    for words in ("Class report", "Discrimination", "Most frequent known mistakes", "Leaderboards",
                  "Similar submissions", "not a verdict", "Without a result:", "gone"):  # fmt: skip
        assert words in text, words
    assert EVIL not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(" in text
    for address in ("http:", "https:", "//", "@import", "url(h"):
        assert f'src="{address}' not in text
        assert f'href="{address}' not in text
    write_class_reports(run, pdf=False)
    assert (run / PAGE).read_text(encoding="utf-8") == text  # the same data, the same bytes


@pytest.fixture
def page(run: Path) -> Iterator[Any]:
    """The page in a headless Chromium without a network; ``faults`` holds what went wrong."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    write_class_reports(run)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_context(offline=True).new_page()
        made.faults = []
        made.on("pageerror", lambda error: made.faults.append(str(error)))
        made.on("console", lambda message: made.faults.append(message.text))
        made.on("dialog", lambda dialog: (made.faults.append(dialog.message), dialog.dismiss()))
        made.goto((run / PAGE).as_uri())
        yield made
        browser.close()


def column(page: Any, number: int) -> list[str]:
    cells = f"#list tbody tr:not([hidden]) td:nth-child({number})"
    return page.eval_on_selector_all(cells, "found => found.map(cell => cell.textContent)")


@pytest.mark.slow  # starts Chromium, about three seconds
def test_the_list_is_sorted_and_filtered(page: Any, tmp_path: Path) -> None:
    assert len(column(page, 1)) == 6
    page.click("#list thead button:text-is('Score')")
    scores = [float(text) for text in column(page, 5) if text != "–"]
    assert len(scores) >= 3
    assert scores == sorted(scores)
    page.click("#list thead button:text-is('Score')")
    assert [float(text) for text in column(page, 5) if text != "–"] == sorted(scores, reverse=True)
    page.fill("#find", "ADA b")
    assert column(page, 1) == ["adam"]
    assert page.inner_text("#count") == "1 of 6"
    page.fill("#find", "")
    page.select_option("#show", "similar")
    assert sorted(column(page, 1)) == ["ann", "cat"]
    page.select_option("#show", "lost")
    assert column(page, 1) == ["gone"]
    page.click(".pair summary")
    assert page.locator(".pair .both").count() >= 16
    assert page.faults == []
    page.screenshot(path=tmp_path / "class.png", full_page=True)
    assert (tmp_path / "class.png").stat().st_size > 20_000
