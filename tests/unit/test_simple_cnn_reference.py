"""simple_cnn under plain Otter: its messages, its evaluation and its training."""

import types

import numpy as np
import pytest

from autograder.course import default_course
from checks import evidence
from tests.problems.plain_otter import failures

COURSE = default_course()
PROBLEM = COURSE.problem("simple_cnn")
REFERENCE = PROBLEM.folder / "simple_cnn.py"

pytestmark = [
    pytest.mark.filterwarnings("ignore:'pin_memory' argument:UserWarning"),
    pytest.mark.usefixtures("one_thread"),
]


def load(text, name="simple_cnn"):
    """Run a module's text and return what it defines."""
    module = types.ModuleType(name)
    exec(compile(text, name, "exec"), vars(module))
    return vars(module)


def failed(question, names, hidden=None):
    """Run a question's cases on the objects ``names``; return {failed case: message}."""
    return failures(PROBLEM.question(question), names, hidden=hidden)


def edited(old, new):
    """Return what the reference defines after one change."""
    text = REFERENCE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    return load(text.replace(old, new))


def test_a_percentage_fails_only_the_case_about_it():
    names = edited("return correct / len(data)", "return 100 * correct / len(data)")
    assert list(failed("mnist_test", names)) == ["returns_a_number_between_zero_and_one"]


def test_a_missing_return_is_named():
    names = load("def layer_table(): pass")
    message = failed("layer_table", names)["has_one_row_for_each_component"]
    assert "return statement" in message


def test_public_cases_name_a_percentage_but_not_a_short_batch():
    names = edited("batch_size=batch_size):", "batch_size=batch_size, drop_last=True):")
    assert failed("mnist_test", names, hidden=False) == {}
    assert "counts_images_and_not_batches" in failed("mnist_test", names, hidden=True)


def test_evaluation_counts_by_hand():
    evaluation = load((PROBLEM.folder / "evaluation.py").read_text(encoding="utf-8"), "evaluation")
    labels, predictions = np.array([0, 0, 0, 2, 9]), np.array([0, 2, 0, 2, 0])
    matrix = evaluation["confusion_matrix"](labels, predictions)
    assert matrix.sum() == 5
    assert (matrix[0, 0], matrix[0, 2], matrix[9, 0]) == (2, 1, 1)
    accuracies = evaluation["class_accuracies"](labels, predictions)
    assert accuracies[[0, 2, 9]].tolist() == [2 / 3, 1, 0]
    assert np.isnan(accuracies[[1, 3]]).all()


@pytest.mark.slow
@pytest.mark.parametrize("question", ["training", "CustomCNN"])
def test_the_reference_trains_to_the_threshold(question):
    evidence.collect()
    assert failed(question, load(REFERENCE.read_text(encoding="utf-8"))) == {}
    left = evidence.collect()
    metric, figures = {"training": ("test_accuracy", 3), "CustomCNN": ("accuracy", 0)}[question]
    assert 0.4 < left.metrics[metric] < 1
    assert [png[:4] for _, png in left.figures] == [b"\x89PNG"] * figures
