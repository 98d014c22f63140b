"""Cases for the split: sizes, classes, patients and reproducibility."""

import numpy as np

from checks import test_case
from support import made_xrays, parts_of, split_twice

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


@test_case(
    points=1,
    hidden=True,
    failure_message="X-rays of one patient are in both parts.",
)
def keeps_patients_apart(split):
    labels, patients = made_xrays()
    train, val = parts_of(split(labels, patients, 0.3, 1), len(labels))
    shared = {patients[i] for i in train} & {patients[i] for i in val}
    assert not shared, f"{len(shared)} patients are in both parts"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The validation part does not have about val_fraction of the X-rays of each "
    "class.",
)
def takes_the_fraction_of_each_class(split):
    labels, patients = made_xrays(1000)  # so many that a random choice of patients is accepted
    for fraction in (0.2, 0.4):
        _, val = parts_of(split(labels, patients, fraction, 2), len(labels))
        for label in (0, 1):
            share = sum(labels[i] == label for i in val) / labels.count(label)
            assert abs(share - fraction) < 0.15, (
                f"for {fraction:.0%}, the part has {share:.0%} of the X-rays of class {label}"
            )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The same call must give the same parts again; another seed must give others.",
)
def depends_on_the_seed_alone(split):
    labels, patients = made_xrays()
    first, again, other = split_twice(split, labels, patients)
    one, two, three = (set(parts_of(found, len(labels))[1]) for found in (first, again, other))
    assert one == two, "two calls with one seed give different parts"
    assert one != three, "two seeds give the same parts"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Without patients, every X-ray counts as a patient of its own.",
)
def works_without_patients(split):
    labels, _ = made_xrays()
    train, val = parts_of(split(labels, [], 0.25, 3), len(labels))
    assert sorted([*train, *val]) == list(range(len(labels))), "not every X-ray is used once"
    share = len(val) / len(labels)
    assert abs(share - 0.25) < 0.1, f"for 25%, the validation part has {share:.0%} of the X-rays"
    assert len({labels[i] for i in val}) == 2, "a class is missing in the validation part"
    assert np.ptp(train) > len(val), "the training part is a run of neighbours"
