"""Cases for affine_forward."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "affine_forward"


def draw():
    generator = rng("affine")
    return generator.normal(size=(3, 4)), generator.normal(size=(4, 2)), generator.normal(size=2)


@test_case(points=1, hidden=False, failure_message="The output must have shape (N, M).")
def output_has_one_row_per_sample(affine_forward):
    out, _ = affine_forward(*draw())
    expect_shape(out, (3, 2), "out", "(N, M)")


@test_case(points=2, hidden=True, failure_message="The output differs from the definition.")
def output_matches_the_definition(affine_forward):
    x, w, b = draw()
    out, _ = affine_forward(x, w, b)
    expect_close(out, np.einsum("nd,dm->nm", x, w) + b, rtol=1e-10, name="out")
