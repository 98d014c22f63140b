"""Public checks of class_weights; the grader has more."""

from checks import as_shaped, expect_close, expect_finite, expect_shape, test_case

OK_FORMAT = False
name = "class_weights"


def ratio(class_weights, counts):
    """Return the weight of normal X-rays over that of those with pneumonia."""
    found = as_shaped(class_weights(counts), (2,), "the weights").astype(float)
    assert (found > 0).all(), f"the weights {found.tolist()} are not positive"
    assert found.tolist() != counts, "the weights are the counts themselves"
    return found[0] / found[1]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="class_weights must return two positive numbers; equal counts have equal "
    "weights.",
)
def returns_a_weight_for_each_class(class_weights):
    found = class_weights([40, 40])
    expect_shape(found, (2,), "the weights", axes="(2,)")
    expect_finite(found, "the weights")
    expect_close(ratio(class_weights, [40, 40]), 1, rtol=1e-4, name="the ratio of the weights")
