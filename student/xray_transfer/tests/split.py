"""Public checks of split; the grader has more."""

from checks import test_case
from support import made_xrays, parts_of

OK_FORMAT = False
name = "split"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="split must return two lists of positions. Together they have every position "
    "from 0 to N - 1 exactly once.",
)
def uses_every_xray_once(split):
    labels, patients = made_xrays()
    train, val = parts_of(split(labels, patients, 0.2, 0), len(labels))
    found = sorted([*train, *val])
    assert found == list(range(len(labels))), (
        f"{len(train)} and {len(val)} positions for {len(labels)} X-rays, {len(set(found))} of "
        "them different"
    )
    assert train, "the training part is empty"
    assert val, "the validation part is empty"
