"""Cases for the loss: how it changes with its arguments, whatever its constants are."""

import numpy as np
import torch

from checks import (
    Recognised,
    as_shaped,
    expect_close,
    expect_unchanged,
    numbers,
    rng,
    run_beside,
    test_case,
)
from oracle import (
    RTOL,
    draw_batch,
    kl_factor,
    kl_slopes,
    loss_gradients,
    noisy,
    reconstruction_slope,
    sampling_power,
    total_losses,
)
from support import draw_images, draw_rows, log_variance_for, stated, totals

OK_FORMAT = False
name = "loss"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The loss, or the first value that it returns, must be one finite number.",
)
def total_is_one_number(loss, VAE):
    images, length = draw_images(4), 3
    mu, logvar = draw_rows(4, length, "mu"), draw_rows(4, length, "logvar")
    learned = log_variance_for(VAE, stated(VAE), images)
    batch = [0.5 * images + 0.2, images, mu, logvar, *learned]
    as_shaped(run_beside(totals, loss, [batch])[0], (), "the total")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For a perfect reconstruction and a standard normal q(z|x), the loss must be "
    "smaller than if one of them is worse.",
)
def loss_grows_with_both_terms(loss, VAE):
    images = 0.1 + 0.8 * draw_images(4)
    zeros, ones = torch.zeros(4, 3), torch.ones(4, 3)
    learned = log_variance_for(VAE, stated(VAE), images)
    best, *worse = (
        float(numbers(total, "the total").sum())
        for total in run_beside(
            totals,
            loss,
            [
                [images, images, zeros, zeros, *learned],
                [0.6 * images + 0.1, images, zeros, zeros, *learned],
                [images, images, 2 * ones, zeros, *learned],
                [images, images, zeros, ones, *learned],
                [images, images, zeros, -ones, *learned],
            ],
        )
    )
    for what, total in zip(
        ("a worse reconstruction", "mu = 2", "logvar = 1", "logvar = -1"), worse, strict=True
    ):
        assert total > best, f"{what} changes the loss from {best:.6g} to {total:.6g}"


@test_case(
    points=1,
    hidden=True,
    failure_message="The reconstruction term must be minus the log-likelihood of a Gaussian: the "
    "sum of the squared differences of all pixels, times a factor.",
)
def reconstruction_term_is_gaussian(loss, VAE):
    title, factor, error = reconstruction_slope(loss, VAE)
    if title == "bernoulli":
        raise Recognised(
            "bernoulli_likelihood",
            "it is a cross-entropy: the likelihood is Bernoulli",
        )
    if factor < 0 and error < RTOL:  # the squared differences are there, with the wrong sign
        is_negated = (kl_slopes(loss, VAE)[0] or 0) < 0
        raise Recognised(
            "elbo_in_place_of_the_loss" if is_negated else "reconstruction_subtracted",
            "the loss falls while the squared differences grow",
        )
    assert factor > 0, "the loss does not grow with the squared differences"
    assert title is not None, f"it is not proportional to them: the error is {error:.1%}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The KL term must be the divergence of q(z|x) from the standard normal "
    "distribution, times a positive factor.",
)
def kl_term_is_the_divergence(loss, VAE):
    factor, by_deviation = kl_slopes(loss, VAE)
    if factor is None and sampling_power(VAE) == 1.0:
        factor = by_deviation  # log sigma in place of log sigma², in both places
    assert factor is not None, "it is not proportional to the divergence for random mu and logvar"
    if factor < 0 and reconstruction_slope(loss, VAE)[1] > 0:
        raise Recognised("kl_subtracted", "it falls while the divergence grows")
    assert factor > 0, "it falls while the divergence grows, or it is missing"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Both terms must have the same factor, with the VARIANCE that the module "
    "states: sum over pixels and over latent variables, and treat the images alike in both.",
)
def both_terms_have_the_same_factor(loss, VAE):
    _, factor, _ = reconstruction_slope(loss, VAE)
    own = kl_factor(loss, VAE)
    assert own is not None, "no part of the KL term has the right form"
    assert factor != 0, "there is no reconstruction term"
    ratio = abs(own / factor)
    assert abs(ratio - 1) < 0.01, f"the KL term has {ratio:.4g} times the right weight"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Every image of a batch must have the same weight in both terms.",
)
def every_image_has_the_same_weight(loss, VAE):
    for count in (3, 5):
        base, _ = draw_batch(VAE, count)
        for part in (1, 4):  # all images alike
            if part < len(base) and base[part].shape[:1] == (count,):
                base[part] = base[part][:1].repeat(count, *[1] * (base[part].ndim - 1))
        base[0] = base[1].clone()
        other, mu = noisy(base[1], 1)[0], draw_rows(1, 3, "mu")[0]
        batches = [base]
        for i in range(count):
            for part, value in ((0, other), (2, mu)):
                changed = [entry.clone() for entry in base]
                changed[part][i] = value
                batches.append(changed)
        found = total_losses(loss, batches)
        growth = (found[1:] - found[0]).reshape(count, 2)
        assert growth.any(), "the loss is the same for other images and posteriors"
        for column, title in zip(growth.T, ("reconstruction", "KL"), strict=True):
            expect_close(
                column, np.full(count, column.mean()), rtol=5e-3, atol=1e-5,
                name=f"the growth of the loss with the {title} term of each image",
            )  # fmt: skip


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A gradient of the loss disagrees with finite differences of the loss. Do not "
    "detach anything in it.",
)
def gradients_are_those_of_the_loss(loss, VAE):
    base, _ = draw_batch(VAE)
    base[0], base[2], base[3] = noisy(base[1], 2), draw_rows(4, 3, "mu"), draw_rows(4, 3, "logvar")
    total_losses(loss, [base])  # fails where the total is no number
    directions = []
    for title, number in (("reconstruction", 0), ("mu", 2), ("logvar", 3)):
        direction = rng(title).standard_normal(tuple(base[number].shape))
        directions.append((title, number, torch.from_numpy(direction)))
    found = run_beside(loss_gradients, loss, base, directions, 1e-4)
    slopes = numbers([difference for _, difference in found.values()])
    assert slopes.any(), "the loss does not depend on any argument"
    for title, (along, difference) in found.items():
        expect_close(
            along, difference, rtol=5e-3, atol=1e-4, name=f"the slope of the loss along {title}"
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="loss must not change its arguments in place.",
)
def arguments_stay_the_same(loss, VAE):
    base, _ = draw_batch(VAE)
    base[2], base[3] = draw_rows(4, 3, "mu"), draw_rows(4, 3, "logvar")
    names = ("reconstruction", "images", "mu", "logvar", "the log-variance of the pixels")
    expect_unchanged(loss, *base, names=names)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss must be one finite number for a single image, too.",
)
def works_for_a_single_image(loss, VAE):
    base, _ = draw_batch(VAE, count=1)
    found = total_losses(loss, [base, [noisy(base[1], 3), *base[1:]]])
    assert found[1] != found[0], "the loss does not depend on the reconstruction"
