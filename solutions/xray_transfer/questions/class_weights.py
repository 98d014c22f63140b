"""Cases for the weights of the classes: only their ratio counts."""

from checks import as_shaped, expect_close, expect_finite, expect_shape, rng, test_case

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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The rare class must have the larger weight.",
)
def gives_the_rare_class_more_weight(class_weights):
    found = ratio(class_weights, [30, 90])
    assert found > 1, f"for 30 normal X-rays and 90 others, the ratio of the weights is {found:.3f}"
    found = ratio(class_weights, [70, 20])
    assert found < 1, f"for 70 normal X-rays and 20 others, the ratio of the weights is {found:.3f}"


@test_case(
    points=1,
    hidden=True,
    failure_message="The weights are not inversely proportional to the counts.",
)
def is_inversely_proportional_to_the_counts(class_weights):
    counts = rng("counts").choice(range(50, 3000), (4, 2), replace=False).tolist()
    for normal, pneumonia in counts:
        found, right = ratio(class_weights, [normal, pneumonia]), pneumonia / normal
        # an inverted ratio has a case of its own
        nearest = min((right, 1 / right), key=lambda value: abs(value - found))
        expect_close(found, nearest, rtol=1e-3, name="the ratio of the weights")
