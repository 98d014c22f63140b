"""Public checks of evaluate; the grader has more."""

import numpy as np

from checks import numbers, test_case
from support import entry, judged

OK_FORMAT = False
name = "evaluate"


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
