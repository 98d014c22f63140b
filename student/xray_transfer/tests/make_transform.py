"""Public checks of make_transform; the grader has more."""

import numpy as np

from checks import expect_dtype, expect_shape, rng, test_case
from support import apply_transform

OK_FORMAT = False
name = "make_transform"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result must be a floating point tensor of shape (3, P, P), for grey and "
    "for RGB images of any size.",
)
def returns_three_channels(make_transform):
    grey = rng("grey").integers(0, 256, (41, 53)).astype(np.uint8)
    images = [grey, np.stack([grey] * 3, axis=2)]
    for training in (False, True):
        for value in apply_transform(make_transform, images, training, 32):
            expect_shape(value, (3, 32, 32), "the transformed image", axes="(3, P, P)")
            expect_dtype(value, "f", "the transformed image")
