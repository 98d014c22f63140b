"""Every command of the README is run as it stands, and what it needs is what the Makefile does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT, commands, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKE_RUN = ("make demo", "make test")  # `make test` runs this file, `make demo` the next one


def without_make() -> list[str]:
    """Return the commands for machines without make."""
    (block,) = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    return block.splitlines()


@pytest.mark.slow  # grades, checks and trains for real
def test_every_command_runs(clone: Path) -> None:
    found = [command for command in commands(README) if command not in MAKE_RUN]
    assert len(found) > 5
    for command in found:
        run(command, clone, clone)


def test_the_two_commands_stand_first() -> None:
    assert commands(README)[:2] == list(MAKE_RUN)


def test_the_commands_without_make_are_those_of_the_makefile() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--always-make", "demo", "test"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},
    )  # fmt: skip
    made = [line for line in done.stdout.splitlines() if not line.startswith("touch")]
    assert made == without_make()


def test_every_file_that_the_readme_names_exists() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    missing = [name for name in targets if "://" not in name and not (ROOT / name).exists()]
    assert not missing


def test_the_page_on_a_new_problem_is_true(clone: Path) -> None:
    """Follow "Add a problem" word by word: only its own folders change, and its files exist."""
    page = README.partition("## Add a problem")[2].partition("\n## ")[0]
    lines = re.findall(r"^\$ python (.*)$", page, flags=re.MULTILINE)
    assert [line.split()[1] for line in lines] == ["new", "build", "check"]
    before = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()}
    for line in lines[:2]:  # `check` runs with all other commands
        done = subprocess.run(
            [sys.executable, "-B", *line.split()], cwd=clone, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    after = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()}
    changed = {path.relative_to(clone) for path in after if before.get(path) != after[path]}
    assert before.keys() <= after.keys()
    homes = {Path("solutions/word_vectors"), Path("student/word_vectors"), Path("dist")}
    assert all(homes & set(path.parents) for path in changed)
    folder = clone / "solutions" / "word_vectors"
    for named in re.findall(r"^\d\. `([^`]+)`", page, flags=re.MULTILINE):
        assert list(folder.glob(re.sub(r"<\w+>", "*", named))), named
    (points,) = re.findall(r"^```toml\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    text = f'title = "Homework"\n\n{points}'
    (clone / "autograder/assignments/homework.toml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-B", "build_assignment.py", "build", "homework"],
        cwd=clone, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
