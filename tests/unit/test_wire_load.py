"""Loading a submission again and again: everything runs anew, nothing is read or compiled twice."""

from __future__ import annotations

import builtins
import sys
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


def write_package(folder: Path, body: str) -> None:
    (folder / "given").mkdir()
    (folder / "given" / "__init__.py").write_text("from .values import VALUE\nmade = object()\n")
    (folder / "given" / "values.py").write_text("VALUE = 1\n")
    (folder / "work.py").write_text(f"import cmath\nimport given\n\ndef f():\n    {body}\n")


def result_of(objects: Objects, folder: Path, *revised: tuple[str, int, str]) -> object:
    """Load with a revision, and return what ``f`` returns."""
    objects.handle("load", [str(folder), ["work.py"], *revised])
    return objects.handle("call", [objects.resolve(objects.handle("get", ["f"])), (), {}])


def test_a_package_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_package(tmp_path, "return given.VALUE")
    objects = Objects()
    assert result_of(objects, tmp_path) == 1
    monkeypatch.setattr(builtins, "compile", lambda *_, **__: pytest.fail("compiled again"))
    assert result_of(objects, tmp_path) == 1


def test_a_package_runs_anew_in_a_grading_and_stays_in_a_search(tmp_path: Path) -> None:
    write_package(tmp_path, "return id(given.made)")
    objects = Objects()
    revision = ("work.py", 4, "def f():\n    return id(given.made)\n")
    first = result_of(objects, tmp_path)
    keep = sys.modules["given"]  # so that its number is not given to another object
    assert first != (second := result_of(objects, tmp_path))
    for _ in range(2):
        assert second == result_of(objects, tmp_path, revision)
    assert keep is not sys.modules["given"]


def test_what_changed_code_puts_into_a_library_is_undone(tmp_path: Path) -> None:
    """One candidate wrote ``torch.embedding = ...``, and all that came after it failed."""
    write_package(tmp_path, "return cmath.pi")
    objects = Objects()
    pi = result_of(objects, tmp_path)
    spoiling = "def f():\n    cmath.pi = 3\n    return cmath.pi\n"
    assert result_of(objects, tmp_path, ("work.py", 4, spoiling)) == 3
    assert result_of(objects, tmp_path, ("work.py", 4, "def f():\n    return cmath.pi\n")) == pi
