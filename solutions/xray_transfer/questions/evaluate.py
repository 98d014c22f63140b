"""Cases for the evaluation: counts over images, and over all pairs of images."""

import numpy as np

from checks import CannotJudge, expect_close, numbers, test_case
from oracle import own_or_right
from support import entry, judged

OK_FORMAT = False
name = "evaluate"


def right_auc(labels, scores):
    """Return the fraction of pairs in which the X-ray with pneumonia has the higher score."""
    gaps = scores[labels == 1][:, None] - scores[labels == 0]
    if not gaps.size:
        raise CannotJudge("a class is missing")
    return float(((gaps > 0) + 0.5 * (gaps == 0)).mean())


def roc(found):
    """Return the points of the ROC (M, 2), sorted; fail where they are no points."""
    sizes = [numbers(found.get(key), f"the entry {key}").size for key in ("fpr", "tpr")]
    assert sizes[0] == sizes[1], f"fpr has {sizes[0]} numbers, tpr has {sizes[1]}"
    fpr, tpr = (entry(found, key, (sizes[0],)) for key in ("fpr", "tpr"))
    return np.array(sorted(zip(fpr.round(6), tpr.round(6), strict=True)))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="evaluate must return a dict with accuracy, confusion (2, 2), fpr, tpr and "
    "auc. Accuracy and auc are between 0 and 1, and confusion counts the images.",
)
def returns_all_entries(evaluate, build_model):
    found, labels, _ = judged(evaluate, build_model)
    for key in ("accuracy", "auc"):
        value = entry(found, key, (1,))[0]
        assert 0 <= value <= 1, f"{key} is {value:.3f}"
    total = entry(found, "confusion", (2, 2)).sum()
    assert total == len(labels), f"confusion counts {total:g} images, there are {len(labels)}"
    assert len(roc(found)) > 1, "the ROC has fewer than two points"


def _counts_right_predictions(evaluate, build_model):
    found, labels, scores = judged(evaluate, build_model)
    expected = float(((scores > 0.5) == (labels == 1)).mean())
    expect_close(entry(found, "accuracy", (1,)), [expected], atol=1e-4, name="the accuracy")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The accuracy is not the fraction of right predictions among all images. Each "
    "image has the same weight, also those of a short last batch.",
)
def counts_right_predictions(evaluate, build_model):
    own_or_right(_counts_right_predictions, evaluate, build_model)


def _counts_each_kind_of_error(evaluate, build_model):
    found, labels, scores = judged(evaluate, build_model)
    expected = np.zeros((2, 2))
    np.add.at(expected, (labels, (scores > 0.5).astype(int)), 1)
    expect_close(entry(found, "confusion", (2, 2)), expected, name="the confusion matrix")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The confusion matrix does not count the images by true class (row) and "
    "predicted class (column).",
)
def counts_each_kind_of_error(evaluate, build_model):
    own_or_right(_counts_each_kind_of_error, evaluate, build_model)


def _gives_the_points_of_the_roc(evaluate, build_model):
    found, labels, scores = judged(evaluate, build_model)
    points = roc(found)
    known = np.array([[0, 0]] + [
        [(scores[labels == k] >= threshold).mean() for k in (0, 1)] for threshold in set(scores)
    ])  # fmt: skip
    for point in points:
        gap = np.abs(known - point).max(axis=1).min()
        assert gap < 2e-3, f"({point[0]:.3f}, {point[1]:.3f}) is no point of the ROC"
    for end in ([0, 0], [1, 1]):
        assert np.abs(points - end).max(axis=1).min() < 2e-3, f"the point {tuple(end)} is missing"
    area = float(np.trapezoid(points[:, 1], points[:, 0]))
    expected = right_auc(labels, scores)
    assert abs(area - expected) < 0.01, (
        f"the area under the points is {area:.4f}, it should be {expected:.4f}"
    )


@test_case(
    points=1,
    hidden=True,
    failure_message="The points fpr and tpr are not those of the ROC: from (0, 0) to (1, 1), one "
    "for each threshold of the probability of pneumonia.",
)
def gives_the_points_of_the_roc(evaluate, build_model):
    own_or_right(_gives_the_points_of_the_roc, evaluate, build_model)


def _gives_the_area_under_the_roc(evaluate, build_model):
    found, labels, scores = judged(evaluate, build_model)
    value = entry(found, "auc", (1,))
    expect_close(value, [right_auc(labels, scores)], rtol=0, atol=0.01, name="the auc")


@test_case(
    points=1,
    hidden=True,
    failure_message="The auc is not the area under the ROC of the probabilities: the fraction of "
    "pairs of a normal X-ray and one with pneumonia in which the latter has the higher "
    "probability. Equal probabilities count half.",
)
def gives_the_area_under_the_roc(evaluate, build_model):
    own_or_right(_gives_the_area_under_the_roc, evaluate, build_model)
