"""Cases for the style transfer: where it starts, what it minimises, how far the loss falls."""

import numpy as np
import torch

import figures
from autograder.examine.thresholds import data_size, expect_threshold
from checks import (
    Recognised,
    as_shaped,
    attach_figure,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_parts,
    expect_shape,
    numbers,
    record,
    rng,
    run_beside,
    test_case,
)
from data import squeezenet, style_images
from oracle import expect_with_right_losses, image_of, losses_of
from support import SETTINGS, draw_picture, transfer

OK_FORMAT = False
name = "style_transfer"

SHAPE = (3, 48, 40)  # of the small picture
REAL = {**SETTINGS, "image_size": 96, "style_size": 96, "style_layers": [1, 4, 6, 7]}
REAL |= {"style_weights": [0.5, 0.05, 0.02, 0.02]}
STEPS = 40


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


def image_from(picture):
    """Return a generated picture as an image tensor (1, 3, H, W)."""
    return torch.from_numpy(as_shaped(picture, SHAPE, "the picture")).float()[None]


def pictures_of():
    """Return the photograph and the painting of the small style transfer."""
    return draw_picture("photograph", 60, 50), draw_picture("painting", 50, 72)


def is_noise(pixels):
    """Tell whether the pixels (3, H, W) of an image vary and neighbours are not alike."""
    if pixels.std() < 0.01:
        return False
    return abs(np.corrcoef(pixels[:, :, 1:].ravel(), pixels[:, :, :-1].ravel())[0, 1]) < 0.3


def starts_like(image):
    """Return images with which a run may start that clamps its pixels before the first step."""
    mean, deviation = (
        torch.tensor(x).reshape(1, 3, 1, 1) for x in (squeezenet.MEAN, squeezenet.DEVIATION)
    )
    limits = ((0 - mean) / deviation, (1 - mean) / deviation)
    return [image, image.clamp(-1.5, 1.5), image.clamp(*limits)]


def expect_first_loss(style_transfer, **changes):
    """Fail unless the first loss is the sum of the three losses of the first picture."""
    settings = {**SETTINGS, **changes}
    settings.pop("init_random", None)

    def check():
        ((picture, found),) = transfer(style_transfer, None, **changes)

        def compare(image):
            wanted = sum(losses_of(image, *pictures_of(), settings).values())
            # sums of thousands of squares in float32
            expect_close(found, wanted, rtol=2e-3, atol=1e-6, name="the first loss")

        images = starts_like(image_from(picture))
        expect_any(*(lambda image=image: compare(image) for image in images))

    expect_with_right_losses(check, style_transfer)


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Without init_random, the picture must start from the photograph in the size "
    "that is asked: `image_size` pixels on its shorter side.",
)
def starts_from_the_photograph_in_any_size(style_transfer):
    size = int(rng("size").integers(34, 39))
    ((picture, _),) = transfer(style_transfer, (0,), image_size=size)
    content = image_of(pictures_of()[0], size)[0]
    found = as_shaped(picture, content.shape, "the picture")
    if not np.allclose(found, content, atol=1e-4) and is_noise(found):
        ((other, _),) = transfer(style_transfer, (0,), image_size=size, init_random=True)
        other = as_shaped(other, content.shape, "the picture")
        if is_noise(other):
            raise Recognised("always_random", "the picture starts from random pixels")
        if np.allclose(other, content, atol=1e-4):
            raise Recognised("start_inverted", "the two starts are exchanged")
    expect_close(found, content, atol=1e-4, name="the picture")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With init_random=True, the picture must start from random pixels that have "
    "nothing to do with the photograph.",
)
def starts_from_random_pixels_if_asked(style_transfer):
    ((picture, _),) = transfer(style_transfer, (0,), init_random=True)
    found = as_shaped(picture, SHAPE, "the picture")
    content = image_of(pictures_of()[0], SETTINGS["image_size"])[0].numpy()
    if found.std() < 1e-6:
        raise Recognised("starts_from_grey", "all pixels have the same value")
    assert found.std() > 0.01, "the pixels have almost the same value"
    seen = np.corrcoef(found.ravel(), content.ravel())[0, 1]
    if seen > 0.5 and is_noise(found - content):
        raise Recognised("noise_added_to_the_photograph", "noise is added to the photograph")
    assert abs(seen) < 0.3, "the first picture looks like the photograph"
    assert is_noise(found), "neighbouring pixels of the first picture are alike"


@test_case(
    points=1,
    hidden=True,
    failure_message="For a picture that starts from the photograph, the first loss is not the sum "
    "of the three losses. Check the targets of the painting, and which weights you pass on.",
)
def minimises_the_sum_from_the_photograph(style_transfer):
    expect_first_loss(style_transfer)


@test_case(
    points=1,
    hidden=True,
    failure_message="For a picture that starts from random pixels, the first loss is not the sum "
    "of the three losses. Check the target of the content, its layer and its weight.",
)
def minimises_the_sum_from_random_pixels(style_transfer):
    changes = {"content_weight": 0.05, "content_layer": 2, "init_random": True}
    expect_first_loss(style_transfer, **changes)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Only the generated picture may change: not the weights of the network, and "
    "not the pictures that the function gets.",
)
def changes_the_picture_only(style_transfer):
    def check():
        found = run_beside(what_changes, style_transfer, list(pictures_of()), SETTINGS)
        assert found["picture"], "the generated picture does not change in two steps"
        assert not found["network"], "the weights of the network change"
        assert not found["inputs"], "the photograph or the painting changes"

    expect_with_right_losses(check, style_transfer)


def what_changes(style_transfer, pictures, settings):
    """Make two steps; return whether the picture, the network and the inputs change."""
    import inspect

    import torch

    names = inspect.unwrap(style_transfer).__globals__
    extract = names.get("extract_features")
    if extract is None:
        import backbone as provided

        extract = provided.extract_features
    network = inspect.unwrap(extract).__globals__["network"]()
    weights = {key: value.clone() for key, value in network.state_dict().items()}
    before = [picture.copy() for picture in pictures]
    first = style_transfer(*pictures, **settings, num_steps=0)[0].clone()
    last = style_transfer(*pictures, **settings, num_steps=2)[0]
    now = network.state_dict()
    return {
        "picture": not torch.equal(first, last.detach()),
        "network": any(not torch.equal(weights[key], now[key]) for key in weights),
        "inputs": any((a != b).any() for a, b in zip(before, pictures)),  # noqa: B905
    }


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With one of the losses alone, the pixels do not move so that this loss falls. "
    "The gradient must reach the pixels from each loss, and each step must lower the sum.",
)
def lowers_each_loss_by_itself(style_transfer):
    alone = {"content_weight": 0.0, "style_weights": [0.0] * 3, "tv_weight": 0.0}
    kinds = {
        "style": {**alone, "style_weights": SETTINGS["style_weights"]},
        "variation": {**alone, "tv_weight": 5.0},
        "content": {**alone, "content_weight": 0.05, "init_random": True},
    }

    def check(kind, changes):
        settings = {**SETTINGS, **changes}
        settings.pop("init_random", None)
        runs = transfer(style_transfer, (0, 25), **changes)
        first, last = (losses_of(image_from(run[0]), *pictures_of(), settings) for run in runs)
        ratio = last[kind] / first[kind]
        assert ratio < 0.9, f"after 25 steps, the {kind} loss is {ratio:.3g} times the first one"

    for kind, changes in kinds.items():
        expect_with_right_losses(
            lambda kind=kind, changes=changes: check(kind, changes), style_transfer
        )


def draw_crop(name):
    """Return a picture of the data without a few rows and columns, drawn at random."""
    picture = style_images.load("all", "sample")[name]
    top, left = (int(rng(f"{axis} of {name}").integers(16)) for axis in ("top", "left"))
    return np.ascontiguousarray(picture[top : top + 240, left : left + picture.shape[1] - 16])


def expect_fall(style_transfer, metric, photograph, painting, **changes):
    """Fail unless the loss falls as far as calibrated; attach the pictures and the curve."""
    settings, content, style = {**REAL, **changes}, draw_crop(photograph), draw_crop(painting)
    random = settings.pop("init_random")
    losses_after = {}

    def check():
        options = {**settings, "init_random": random}
        result = run_beside(paint, style_transfer, content, style, options, STEPS)
        first, last, losses = expect_parts(result, "first picture", "last picture", "losses")
        shape = image_of(content, settings["image_size"])[0].shape
        images = [
            torch.from_numpy(as_shaped(picture, shape, "the picture")).float()[None]
            for picture in (first, last)
        ]
        before, after = (losses_of(image, content, style, settings) for image in images)
        losses_after.update(after, ratio=sum(after.values()) / sum(before.values()))
        losses_after.update(pictures=images, curve=numbers(losses, "the losses").reshape(-1))
        expect_threshold(metric, losses_after["ratio"], data_size("style_images"), "at_most", 3.0)

    try:
        expect_with_right_losses(check, style_transfer)
    finally:
        if losses_after:
            show(losses_after, metric, content, style, f"{photograph} as {painting}")


def paint(style_transfer, content, style, options, steps):
    """Return the picture before the first step, the picture after the last, and the losses."""
    import torch

    torch.manual_seed(1)
    first, _ = style_transfer(content.copy(), style.copy(), **options, num_steps=0)
    torch.manual_seed(1)
    last, losses = style_transfer(content.copy(), style.copy(), **options, num_steps=steps)
    return first, last, [float(loss) for loss in losses]


def show(found, metric, content, style, title):
    """Record the ratio; attach the pictures and the curve of the losses."""
    record(metric, found["ratio"])
    size = (96, 96)
    mean, deviation = (
        torch.tensor(x).reshape(1, 3, 1, 1) for x in (squeezenet.MEAN, squeezenet.DEVIATION)
    )
    photographs = [
        torch.from_numpy(p / 255).permute(2, 0, 1)[None].float() for p in (content, style)
    ]
    made = [image * deviation + mean for image in found["pictures"]]
    shown = [
        torch.nn.functional.interpolate(image, size, mode="area")[0].permute(1, 2, 0).numpy()
        for image in (*photographs, *made)
    ]
    captions = ["photograph", "painting", "first picture", "generated"]
    attach_figure(f"Style transfer: {title}", figures.image_grid(shown, captions, columns=4))
    curve = found["curve"]
    if 0 < curve.size <= 10_000:
        drawn = figures.curves({"sum": curve.tolist()}, x="step", y="sum of the losses", first=0)
        attach_figure(f"The sum of the losses: {title}", drawn)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On a real photograph and a real painting, the loss of the generated picture "
    "is not far enough below the loss of the photograph. Check the loop and the step size.",
)
def lowers_the_loss_from_the_photograph(style_transfer):
    changes = {"init_random": False, "content_weight": 1e-5}
    metric = "loss_ratio_from_photograph"
    expect_fall(style_transfer, metric, "coffee", "starry_night", **changes)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="On a real photograph and a real painting, the loss of the generated picture "
    "is not far enough below the loss of random pixels. Check the loop and the step size.",
)
def lowers_the_loss_from_random_pixels(style_transfer):
    changes = {"init_random": True, "content_weight": 1e-4}
    expect_fall(style_transfer, "loss_ratio_from_noise", "chelsea", "the_scream", **changes)
