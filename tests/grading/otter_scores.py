"""Score a submission by Otter's own runner, in this process and on the real objects."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Problem, default_course
from autograder.examine import testfiles
from autograder.examine.fixed_files import fixed_files


def otter_scores(
    problem: Problem, texts: dict[str, str], folder: Path, questions: Sequence[str]
) -> dict[str, float]:
    """Return the points of each of ``questions``; the submission is written into ``folder``."""
    environment = loaded(problem, texts, folder)
    scores = {}
    for name in questions:
        test_file = testfiles.parse(problem.question(name).test_file)
        test_file.run(environment)
        scores[name] = test_file.score
    return scores


def loaded(problem: Problem, texts: dict[str, str], folder: Path) -> dict[str, object]:
    """Import the modules of a submission from ``folder`` and return all their names."""
    folder.mkdir()
    before = set(sys.modules)
    for name, content in fixed_files(default_course(), problem).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    environment: dict[str, object] = {}
    sys.path.insert(0, str(folder))
    try:
        for name, text in texts.items():
            (folder / name).write_text(text)
            spec = importlib.util.spec_from_file_location(f"handed_in_{folder.name}", folder / name)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            environment.update(vars(module))
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{folder}/"):
                del sys.modules[name]
    return environment
