"""Public checks of style_transfer; the grader has more."""

from checks import (
    as_shaped,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_shape,
    numbers,
    run_beside,
    test_case,
)
from support import draw_picture, transfer

OK_FORMAT = False
name = "style_transfer"

SHAPE = (3, 48, 40)  # of the small picture


def harmless(owner):
    """Return losses in place of wrong ones, for a check that students have: none is right."""

    def content_loss(content_weight, content_current, content_target):
        return 0 * content_current.sum()

    def gram_matrix(features, *_, **__):
        return 0 * features.mean((2, 3))[:, :, None] + features.mean((2, 3))[:, None]

    def style_loss(feats, style_layers, style_targets, style_weights):
        return sum(feats[i].sum() for i in style_layers)

    def total_variation_loss(img, tv_weight):
        return (img * tv_weight).sum()

    losses = content_loss, gram_matrix, style_loss, total_variation_loss
    return {f.__name__: f for f in losses} | {"tv_loss": total_variation_loss}


def pictures_of():
    """Return the photograph and the painting of the small style transfer."""
    return draw_picture("photograph", 60, 50), draw_picture("painting", 50, 72)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result must be a tuple: the picture, an image tensor (1, 3, H, W), and a "
    "list with one loss for each step.",
)
def gives_a_picture_and_a_list_of_losses(style_transfer):
    def check():
        ((picture, losses),) = transfer(style_transfer, (3,))
        expect_any(
            lambda: expect_shape(picture, (1, *SHAPE), "the picture", "(1, 3, H, W)"),
            lambda: expect_shape(picture, SHAPE, "the picture", "(3, H, W)"),
        )
        as_shaped(picture, SHAPE, "the picture")
        expect_shape(losses, (3,), "the list of losses")

    expect_own_or_replaced(check, style_transfer, harmless)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="With num_steps=0 and without init_random, the picture must be the photograph, "
    "as `preprocess` returns it.",
)
def starts_from_the_photograph(style_transfer):
    ((picture, _),) = transfer(style_transfer, (0,))
    found = as_shaped(picture, SHAPE, "the picture")
    content = run_beside(photograph_beside, style_transfer, pictures_of()[0])
    expect_close(found, numbers(content)[0], atol=1e-4, name="the picture")


def photograph_beside(style_transfer, picture):
    """Return the photograph as the provided file backbone.py preprocesses it."""
    import inspect

    names = inspect.unwrap(style_transfer).__globals__
    if "preprocess" in names:
        return names["preprocess"](picture, 40).cpu()
    import backbone

    return backbone.preprocess(picture, 40).cpu()
