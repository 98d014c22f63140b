"""Problems that have a speed to keep: their grading, and the trainings that they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.grade.opening import open_grader, open_judge
from autograder.grade.settings import Settings

from .series import BenchError, Series, repeat

CAPTIONS_SECONDS, TRANSLATION_SECONDS = 60.0, 120.0


def measure(folder: Path, times: int, *, everything: bool) -> Iterator[Series]:
    """Yield the grading of rnn_layers, the training of captions, and that of translation.

    The last takes more than a minute; it is left out unless ``everything`` is asked for.
    """
    yield from _graded("rnn_layers", folder, times, target=0.15)
    what = "image_captioning: 50 captions learned by both cells, with the grader's part"
    yield _training(folder, "image_captioning", what, CAPTIONS_SECONDS)
    if not everything:
        return
    what = "translation: five epochs on 8,000 pairs, with the other trainings and their BLEU"
    yield _training(folder, "translation", what, TRANSLATION_SECONDS)


def write_submission(folder: Path, *problems: str) -> Path:
    """Write the references of ``problems`` below ``folder`` as one submission."""
    path = folder / "-".join(problems)
    path.mkdir(parents=True)
    for name in problems:
        for module, text in bank.reference(default_course().problem(name)).items():
            (path / module).write_text(text, encoding="utf-8")
    return path


def _graded(name: str, folder: Path, times: int, target: float) -> Iterator[Series]:
    submission = write_submission(folder / "handed_in", name)
    judge = open_judge(Settings(default_course().root, name, seed=1, level="auto"))

    def grade() -> None:
        result = judge.grade(submission, folder / "results", name)
        if result["score"] != result["max_score"]:
            raise BenchError(f"the reference of {name} did not get its points")

    with closing(judge):
        values = repeat(grade, times)
    what = f"{name}: one submission with all its questions, from its files to result.json"
    yield Series(f"{name}.graded", what, "ms", values, target)


def _training(folder: Path, name: str, what: str, target: float) -> Series:
    """Train in confinement what the question ``training`` asks for, on the student's own parts."""
    bases = [base.name for base in default_course().problem(name).builds_on]
    submission = write_submission(folder / "handed_in", name, *bases)
    grader = open_grader(Settings(default_course().root, name, seed=1, level="auto"))
    with grader.zygote:
        result = grader.grade(submission, folder / "results")
    training = next(q for q in result["problems"][0]["questions"] if q["name"] == "training")
    if training["score"] != training["max_score"]:
        raise BenchError(f"the reference of {name} did not get its points")
    return Series(f"{name}.training", what, "s", (result["times"][f"{name}.training"],), target)
