"""Public checks of images; the grader has more."""

from checks import expect_shape, test_case
from support import draw_images, with_known_model

OK_FORMAT = False
name = "images"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="generate, reconstruct and interpolate must return images (N, 1, 28, 28).",
)
def all_three_return_images(generate, reconstruct, interpolate, VAE):
    first, second = draw_images(2)
    for function, call, count in (
        (generate, [7], 7),
        (reconstruct, [draw_images(3)], 3),
        (interpolate, [first, second, 5], 5),
    ):
        found = with_known_model(VAE, function, call)["images"][0]
        expect_shape(found, (count, 1, 28, 28), "the images", "(N, 1, 28, 28)")
