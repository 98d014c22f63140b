"""Cases for the reparametrisation trick, by many draws, and for the forward pass."""

import numpy as np

from checks import (
    expect_any,
    expect_close,
    expect_finite,
    expect_shape,
    numbers,
    run_beside,
    test_case,
)
from oracle import (
    correlation,
    draw_posteriors,
    draws_of,
    expect_normal_tails,
    expect_zero,
    forward_twice,
    right_power,
    sampling_gradients,
)
from support import (
    call_forward,
    draw_from,
    draw_images,
    draw_rows,
    expect_forward_parts,
    rows_of,
    stated,
)

OK_FORMAT = False
name = "reparameterize"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="reparameterize must return one z for each row, with the shape of mu.",
)
def returns_a_z_for_each_row(VAE):
    calls = [[draw_rows(3, 5, "mu"), draw_rows(3, 5, "logvar")]]
    found = run_beside(draw_from, VAE, calls)["z"][0]
    expect_shape(found, (3, 5), "z", "(N, L)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The forward pass must return (reconstruction, mu, logvar).",
)
def forward_returns_its_parts(VAE):
    known = stated(VAE)
    found = run_beside(call_forward, VAE, draw_images(3))
    reconstruction, mu, logvar = expect_forward_parts(found, known)
    rows_of(reconstruction, 3, "the reconstruction")
    for part, title in ((mu, "mu"), (logvar, "logvar")):
        size = numbers(part, title).size
        assert size == 3 * known["latent_dim"], f"{title} has {size} numbers for 3 images"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The mean of many draws of z must be mu.",
)
def mean_is_mu(VAE):
    draws = draws_of(VAE)
    noise = (draws.z - draws.mu) / np.exp(0.5 * draws.logvar)
    assert noise.any(), "z is mu in every draw"
    scale = max(1.0, float(noise.std()))
    expect_zero(noise.mean(axis=(1, 2)) / scale, 0.18, "in standard deviations, z - mu is")
    slopes = (noise * draws.mu).mean(axis=(1, 2)) / (draws.mu**2).mean()
    expect_zero(slopes / scale, 0.1, "z - mu follows mu with the factor")


@test_case(
    points=1,
    hidden=True,
    failure_message="The standard deviation of z must follow from logvar, the logarithm of the "
    "variance.",
)
def deviation_follows_from_logvar(VAE, loss):
    draws, power = draws_of(VAE), right_power(VAE, loss)
    squares = (draws.shift / np.exp(power * draws.logvar)) ** 2
    low, high = np.quantile(draws.logvar, [1 / 3, 2 / 3])
    for what, part in (("small", draws.logvar < low), ("large", draws.logvar > high)):
        text = f"where logvar is {what}, the variance over the right one, minus 1, is"
        expect_zero(squares[:, part].mean(axis=1) - 1, 0.42, text)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The noise is not normal: it lacks large values or has too many.",
)
def noise_is_normal(VAE):
    noise = draws_of(VAE).noise()
    one_call, one_row = noise[0], noise[:, 0]  # noise may be shared within or between calls
    expect_any(lambda: expect_normal_tails(one_row), lambda: expect_normal_tails(one_call))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Every image and every latent variable must get its own noise.",
)
def noise_is_new_for_each_number(VAE):
    noise = draws_of(VAE).noise()
    for what, first, second in (
        ("images", noise[:, 1:], noise[:, :-1]),
        ("latent variables", noise[..., 1:], noise[..., :-1]),
    ):
        found = correlation(first, second)
        assert abs(found) < 0.2, f"the noise of adjacent {what} has the correlation {found:.2f}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each call in training mode must draw new noise.",
)
def noise_is_new_in_each_call(VAE):
    noise = draws_of(VAE).noise()
    found = correlation(noise[1:], noise[:-1])
    assert abs(found) < 0.2, f"the noise of adjacent calls has the correlation {found:.2f}"


@test_case(
    points=1,
    hidden=True,
    failure_message="Gradients must flow through z to mu and logvar: the derivative with respect "
    "to mu is 1, and with respect to logvar it follows from the noise of this draw.",
)
def gradients_flow_to_mu_and_logvar(VAE):
    mu, logvar = draw_posteriors(6, 4)
    weights = draw_rows(6, 4, "weights")
    found = run_beside(sampling_gradients, VAE, mu, logvar, weights)
    assert numbers(found["difference"]).any(), "z does not depend on logvar"
    expect_close(found["mu"], weights, rtol=1e-4, name="the gradient with respect to mu")
    expect_close(
        found["logvar"], numbers(found["difference"]) * weights.numpy(), rtol=1e-3, atol=1e-5,
        name="the gradient with respect to logvar",
    )  # fmt: skip


@test_case(
    points=0.25,
    hidden=True,
    failure_message="reparameterize must not change mu or logvar in place.",
)
def arguments_stay_the_same(VAE):
    mu, logvar = draw_posteriors(6, 4)
    found = run_beside(draw_from, VAE, [[mu, logvar]])
    expect_finite(found["z"][0], "z")
    for now, before, title in zip(
        found["after"][0],
        (mu, logvar),
        ("mu", "logvar"),
        strict=True,
    ):
        expect_close(now, before, name=f"{title} after the call")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In training mode, the forward pass must decode a z with new noise.",
)
def forward_decodes_noisy_z(VAE):
    found = run_beside(forward_twice, VAE, draw_images(8))
    first, second = (rows_of(part, 8, "the reconstruction") for part in found["reconstructions"])
    moved = float(np.abs(first - second).max(axis=1).min())
    assert moved > 1e-6, "a second forward pass gives the same reconstruction"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The forward pass must decode what encode gives, and return mu and logvar as "
    "encode does.",
)
def forward_uses_the_encoding(VAE):
    found = run_beside(forward_twice, VAE, draw_images(8))
    for title in ("mu", "logvar"):
        part, wanted = found[title]
        expect_close(
            part, numbers(wanted), rtol=1e-4, atol=1e-5, name=f"{title} of the forward pass"
        )
    used = (rows_of(found["gradient"], 8, "the gradient") != 0).any(axis=1)
    assert used.all(), "the reconstruction does not depend on the image"
