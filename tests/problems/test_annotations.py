"""The shapes in the annotations of every reference are true: checked while its cases run."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

from autograder.course import default_course
from autograder.diagnose import bank

from .plain_otter import failures, is_long, modules_of

COURSE = default_course()
PROBLEMS = [COURSE.problem(name) for name in COURSE.problem_names()]


@contextlib.contextmanager
def checked(problem, texts, folder):
    """Yield the names of a reference with every annotation enforced."""
    enforced = {name: text.replace("if TYPE_CHECKING:", "if True:") for name, text in texts.items()}
    hook = install_import_hook([Path(name).stem for name in problem.modules], "beartype.beartype")
    with hook, modules_of(COURSE, problem, enforced, folder) as names:
        yield names


@pytest.mark.slow  # beartype checks every call
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_the_annotated_shapes_are_those_of_the_cases(problem, tmp_path):
    with checked(problem, bank.reference(problem), tmp_path) as names:
        for question in problem.questions:
            if not is_long(question):
                assert failures(question, names, seed=5) == {}


def test_a_wrong_annotation_is_found(tmp_path):
    problem = COURSE.problem("rnn_layers")
    text = bank.reference(problem)["rnn_layers.py"]
    right = 'Float[np.ndarray, "N D"]'
    assert right in text
    texts = {"rnn_layers.py": text.replace(right, 'Float[np.ndarray, "N D 1"]', 1)}
    with checked(problem, texts, tmp_path) as names:
        found = failures(problem.question("rnn_step_forward"), names)
    assert "TypeCheckError" in next(iter(found.values()))
