"""The two checks that every grader runs: one question in torch, one in numpy."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.examine import KIT

SMALL = Path(__file__).parents[1] / "courses" / "small"


@dataclass(frozen=True)
class Check:
    """One question of the small course, alone in a course of its own."""

    name: str
    problem: str
    question: str

    @property
    def test_file(self) -> Path:
        """Return the test file, which all graders share."""
        return SMALL / "solutions" / self.problem / "questions" / f"{self.question}.py"

    @property
    def module(self) -> Path:
        """Return the reference module, which stands for a submission."""
        return SMALL / "solutions" / self.problem / f"{self.problem}.py"

    def course(self, folder: Path) -> Course:
        """Write a course with this question only into ``folder``."""
        source, target = SMALL / "solutions" / self.problem, folder / "solutions" / self.problem
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("mistakes", "questions", "__pycache__")
        )
        settings = target / "problem.toml"
        head, *questions = settings.read_text(encoding="utf-8").split("[[questions]]")
        (kept,) = (text for text in questions if f'name = "{self.question}"' in text)
        settings.write_text(f"{head}[[questions]]{kept}", encoding="utf-8")
        tests = target / "questions"
        tests.mkdir(parents=True)
        shutil.copy(self.test_file, tests)
        return Course(folder)

    def submissions(self, folder: Path, count: int) -> list[Path]:
        """Write ``count`` submissions below ``folder``, each a folder with the module."""
        paths = [folder / f"student{number:02d}" for number in range(1, count + 1)]
        for path in paths:
            path.mkdir(parents=True)
            shutil.copy(self.module, path)
        return paths


def write_kit(folder: Path) -> Path:
    """Copy the package ``checks``, which test files import, into ``folder`` and return that."""
    shutil.copytree(KIT / "checks", folder / "checks", dirs_exist_ok=True)
    return folder


CHECKS = (Check("torch", "attention", "attention"), Check("numpy", "affine", "affine_forward"))
