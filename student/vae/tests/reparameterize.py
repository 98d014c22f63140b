"""Public checks of reparameterize; the grader has more."""

from checks import expect_shape, numbers, run_beside, test_case
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
