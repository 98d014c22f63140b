"""Public checks of loss; the grader has more."""

import torch

from checks import as_shaped, numbers, run_beside, test_case
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
