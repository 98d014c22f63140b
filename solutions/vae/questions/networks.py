"""Cases for the encoder and the decoder: shapes, ranges, and whether every part is used."""

import numpy as np

from autograder.examine.parameters import that_matter
from checks import expect_close, expect_parts, expect_shape, numbers, run_beside, test_case
from oracle import pass_gradients
from support import decode_with, draw_images, draw_rows, encode_with, rows_of, stated

OK_FORMAT = False
name = "networks"

SLACK = 1e-5  # for rounding in float32


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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="mu and logvar must both depend on the whole image.",
)
def both_outputs_depend_on_the_whole_image(VAE):
    found = run_beside(
        pass_gradients, VAE, draw_images(12), draw_rows(2, stated(VAE)["latent_dim"])
    )
    for title in ("mu", "logvar"):
        used = (rows_of(found["images"][title], 12, "the gradient") != 0).any(axis=0)
        assert used.mean() > 0.9, f"{used.mean():.0%} of the pixels have an effect on {title}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="mu must be able to take both signs, and logvar negative values: variances "
    "below 1. An activation after the last layer of the encoder limits them.",
)
def means_and_log_variances_are_not_limited(VAE):
    images = draw_images(20)
    made = [run_beside(encode_with, VAE, [7], images, seed) for seed in (0, 1, 2)]
    mu, logvar = (
        np.concatenate([numbers(expect_parts(m, "mu", "logvar")[i]).reshape(-1) for m in made])
        for i in (0, 1)
    )
    assert mu.min() < 0 < mu.max(), f"mu goes from {mu.min():.3g} to {mu.max():.3g}"
    assert logvar.min() < 0, f"the smallest log-variance is {logvar.min():.3g}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The images of decode must have values from 0 to 1 for any z.",
)
def images_stay_between_0_and_1(VAE):
    z = draw_rows(50, stated(VAE)["latent_dim"], scale=30.0)  # drives the last layer to its limits
    found = rows_of(run_beside(decode_with, VAE, [], z), 50)
    low, high = float(found.min()), float(found.max())
    assert low >= -SLACK, f"the lowest value is {low:.3g}"
    assert high <= 1 + SLACK, f"the highest value is {high:.3g}"
    assert high - low > 0.2, f"the values only go from {low:.3g} to {high:.3g}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The image must depend on every latent variable, and on nothing else.",
)
def image_depends_on_every_latent_variable(VAE):
    z = draw_rows(6, stated(VAE)["latent_dim"])
    found = run_beside(pass_gradients, VAE, draw_images(2), z)
    used = (numbers(found["z"]) != 0).any(axis=0)
    assert used.all(), f"{int((~used).sum())} of the {used.size} latent variables have no effect"
    first, second = (rows_of(run_beside(decode_with, VAE, [], z), 6) for _ in range(2))
    expect_close(first, second, atol=1e-4, name="the images of a second call with the same z")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="VAE(latent_dim) must have latent_dim latent variables, also if this is not "
    "LATENT_DIM.",
)
def accepts_another_number_of_latent_variables(VAE):
    length = stated(VAE)["latent_dim"] + 3
    parts = expect_parts(run_beside(encode_with, VAE, [length], draw_images(2)), "mu", "logvar")
    for part, title in zip(parts, ("mu", "logvar"), strict=True):
        found = numbers(part, title).size
        assert found == 2 * length, f"{title} has {found} numbers for 2 images, not {2 * length}"
    rows_of(run_beside(decode_with, VAE, [length], draw_rows(2, length)), 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="mu and logvar must not be the same numbers, nor follow from each other: each "
    "of them needs a layer of its own.",
)
def mu_and_logvar_have_layers_of_their_own(VAE):
    images = draw_images(12)
    made = expect_parts(run_beside(encode_with, VAE, [], images), "mu", "logvar")
    mu, logvar = (part - part.mean(axis=0) for part in (numbers(m).reshape(12, -1) for m in made))
    size = np.sqrt((mu**2).sum(axis=0) * (logvar**2).sum(axis=0))
    alike = np.abs((mu * logvar).sum(axis=0)) > 0.9999 * size
    assert not alike.all(), "mu and logvar follow from each other"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A parameter of the model changes an output but gets no gradient, so it never "
    "learns.",
)
def every_parameter_learns(VAE):
    z, images = draw_rows(16, stated(VAE)["latent_dim"]), draw_images(16)
    unused = run_beside(pass_gradients, VAE, images, z)["unused"]
    found = that_matter(VAE, unused, [images])
    assert not found, f"{len(found)} parameters get no gradient"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, encode and decode must work for a single image.",
)
def works_for_a_single_image(VAE):
    length = stated(VAE)["latent_dim"]
    parts = expect_parts(run_beside(encode_with, VAE, [], draw_images(1)), "mu", "logvar")
    assert all(numbers(part).size == length for part in parts), "mu or logvar has another size"
    rows_of(run_beside(decode_with, VAE, [], draw_rows(1, length)), 1)
