"""Public checks of networks; the grader has more."""

from checks import expect_parts, expect_shape, run_beside, test_case
from support import decode_with, draw_images, draw_rows, encode_with, stated

OK_FORMAT = False
name = "networks"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="encode must return (mu, logvar), with L numbers for each image in both.",
)
def encodes_to_means_and_log_variances(VAE):
    length = stated(VAE)["latent_dim"]
    found = run_beside(encode_with, VAE, [], draw_images(3))
    for part, title in zip(expect_parts(found, "mu", "logvar"), ("mu", "logvar"), strict=True):
        expect_shape(part, (3, length), title, "(N, L)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="decode must return one image of 28 by 28 pixels for each row of z.",
)
def decodes_to_images(VAE):
    found = run_beside(decode_with, VAE, [], draw_rows(3, stated(VAE)["latent_dim"]))
    expect_shape(found, (3, 1, 28, 28), "the output of decode", "(N, 1, 28, 28)")
