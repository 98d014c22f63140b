"""Cases for affine_backward."""

from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "affine_backward"


@test_case(points=2, hidden=True, failure_message="A gradient differs from the numerical one.")
def bias_gradient_is_the_sum_over_the_batch(affine_forward, affine_backward):
    generator = rng()
    x, w, b = (generator.normal(size=size) for size in ((3, 4), (4, 2), (2,)))
    dout = generator.normal(size=(3, 2))
    _, cache = affine_forward(x, w, b)
    _, _, db = affine_backward(dout, cache)
    expect_close(db, dout.sum(0), rtol=1e-10, name="db")
