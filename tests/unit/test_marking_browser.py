"""The marking page in a real browser: marking by keyboard, two markers, hostile answers."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
import uvicorn
from test_marking_app import ATTACKS, COURSE, LAYERS

from autograder.marking.app import make_app
from autograder.marking.board import Board
from autograder.marking.desk import Desk
from autograder.marks import Entry, Key
from autograder.report import read_results

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A run of two submissions, the second one hostile."""
    for name, answer in (("adam", "An answer."), ("mallory", ATTACKS)):
        value = results.all_passed(name)
        value["problems"][0]["written"][0]["answer"] = answer
        files.store(value, tmp_path / name)
    made = Desk(tmp_path, Board(tmp_path, read_results(tmp_path), anonymous=False), "ann", COURSE)
    yield made
    made.store.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The address of a running marking page."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(make_app(desk, "token"), log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/token/"
        server.should_exit = True
        thread.join()


@pytest.fixture
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def opened(browser: Any, address: str, faults: list[str]) -> Any:
    """Open the page; errors of scripts and dialogs go into ``faults``."""
    page = browser.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    page.wait_for_selector(".criterion")
    return page


@pytest.mark.slow  # starts Chromium, about six seconds
def test_marking_by_keyboard_with_two_markers(browser: Any, address: str, desk: Desk) -> None:
    faults: list[str] = []
    ann = opened(browser, address, faults)
    ben = opened(browser, address, faults)
    ben.route("**/changes*", lambda route: route.abort())  # ben does not see what ann does
    ben.fill("#marker", "ben")
    ben.keyboard.press("Escape")
    names = []
    for _ in range(2):
        names.append(ann.inner_text("#name"))
        for key in ("1", "2", "2", "c"):
            ann.keyboard.press(key)
        ann.keyboard.type("Which class?")
        ann.keyboard.press("Escape")
        ann.keyboard.press("j")
        ann.wait_for_timeout(300)
    assert sorted(names) == ["adam", "mallory"]
    ann.wait_for_selector("#saved:text-is('saved')")
    assert ann.inner_text("#counts") == "2 of 2"
    entries = desk.store.entries()
    for name in names:
        assert entries[Key(name, LAYERS, "1")] == Entry(1.0)
        assert entries[Key(name, LAYERS, "2")] == Entry(0.5)
        assert entries[Key(name, LAYERS, "comment")] == Entry(None, "Which class?")

    ben.keyboard.press("0")  # both criteria, whose marks ben has not seen
    ben.wait_for_selector("#conflicts p >> nth=1")
    assert "ann has changed this in the meantime (" in ben.inner_text("#conflicts")
    first = Key(ben.inner_text("#name"), LAYERS, "1")
    assert desk.store.entries()[first] == Entry(1.0)
    ben.click("#conflicts button:has-text('Use mine') >> nth=0")
    ben.wait_for_selector("#saved:text-is('saved')")
    ben.wait_for_timeout(300)
    assert desk.store.entries()[first] == Entry(0.0)
    ben.keyboard.press("u")
    ben.wait_for_timeout(300)
    assert desk.store.entries()[first] == Entry(1.0)
    assert faults == []


@pytest.mark.slow  # starts Chromium, about two seconds
def test_nothing_that_a_student_wrote_runs(browser: Any, address: str, desk: Desk) -> None:
    faults: list[str] = []
    page = opened(browser, address, faults)
    while page.inner_text("#name") != "mallory":
        page.keyboard.press("j")
        page.wait_for_timeout(300)
    assert "alert(1)" in page.inner_text("#answer")
    inside = page.eval_on_selector_all("#answer *", "found => found.map(e => e.localName)")
    assert not {"script", "img", "a", "svg", "iframe", "style"} & set(inside)
    assert faults == []
