"""Loading a submission again and again: everything runs anew, nothing is read or compiled twice."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from autograder.remote.local_session import modules_restored
from autograder.wire import Objects


@pytest.fixture(autouse=True)
def _restored():
    with modules_restored():
        yield


def loaded(objects: Objects, folder: Path) -> int:
    """Load the two modules and return what the first has computed with the others."""
    objects.handle("load", [str(folder), ["first.py", "second.py"]])
    return objects.resolve(objects.handle("get", ["VALUE"]))


def write(folder: Path, second: int, given: int = 10) -> None:
    (folder / "first.py").write_text("import second, given\nVALUE = second.VALUE + given.take()\n")
    (folder / "second.py").write_text(f"VALUE = {second}\n")
    (folder / "given.py").write_text(
        f"left = [{given}]\n\ndef take():\n    return left.pop() if left else 0\n"
    )


def test_a_provided_module_runs_anew_each_time(tmp_path: Path) -> None:
    write(tmp_path, 1)
    objects = Objects()
    assert [loaded(objects, tmp_path) for _ in range(3)] == [11, 11, 11]


def test_nothing_is_compiled_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)
    objects = Objects()
    loaded(objects, tmp_path)
    monkeypatch.setattr(builtins, "compile", lambda *_, **__: pytest.fail("compiled again"))
    assert loaded(objects, tmp_path) == 11


def test_another_submission_in_the_same_folder_is_read_for_itself(tmp_path: Path) -> None:
    """Replays write one variant after another into one folder."""
    write(tmp_path, 1)
    first = Objects()
    with modules_restored():
        assert loaded(first, tmp_path) == 11
    write(tmp_path, 2, given=20)
    with modules_restored():
        assert loaded(Objects(), tmp_path) == 22
    assert loaded(first, tmp_path) == 11
