"""style_transfer: the provided files, bad inputs, and the losses of the reference in pictures."""

import sys

import numpy as np
import pytest
import torch
from PIL import Image

from autograder.course import default_course
from autograder.diagnose import bank
from data import style_images
from tests.problems.plain_otter import modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("style_transfer")
SETTINGS = {
    "image_size": 32,
    "style_size": 40,
    "content_layer": 3,
    "content_weight": 1e-5,
    "style_layers": (1, 4),
    "style_weights": (0.5, 0.05),
    "tv_weight": 5.0,
}


@pytest.fixture
def modules(tmp_path):
    """Return the reference, the provided backbone and the script that makes pictures."""
    with modules_of(COURSE, PROBLEM, bank.reference(PROBLEM), tmp_path):
        import make_pictures

        yield sys.modules["style_transfer"], sys.modules["backbone"], make_pictures


@pytest.fixture
def pictures():
    """Return a photograph and a painting."""
    images = style_images.load("all", "sample")
    return images["coffee"], images["starry_night"]


def test_a_picture_becomes_an_image_tensor_and_back(modules, pictures):
    image = modules[1].preprocess(pictures[0], 64)
    assert tuple(image.shape) == (1, 3, 64, 96)
    assert image.is_contiguous()  # L-BFGS and `view` need it
    assert -2.2 < float(image.min()) < float(image.max()) < 2.7
    again = modules[1].preprocess(modules[1].deprocess(image), 64)
    assert torch.allclose(again, image, atol=0.01)


def test_gradients_flow_after_a_first_call_in_inference_mode(modules, pictures):
    backbone = modules[1]
    backbone.network.cache_clear()
    image = backbone.preprocess(pictures[0], 32)
    with torch.inference_mode():  # as targets are often computed
        backbone.extract_features(image)
    image.requires_grad_(True)
    backbone.extract_features(image)[3].sum().backward()
    assert image.grad.abs().sum() > 0


def test_a_picture_is_an_array_a_file_or_an_image(modules, pictures, tmp_path):
    path = tmp_path / "coffee.png"
    Image.fromarray(pictures[0]).save(path)
    wanted = modules[1].preprocess(pictures[0], 40)
    for picture in (path, str(path), Image.fromarray(pictures[0])):
        assert torch.equal(modules[1].preprocess(picture, 40), wanted)


def test_thirteen_layers_pass_the_gradient_to_the_image(modules, pictures):
    image = modules[1].preprocess(pictures[0], 40).requires_grad_()
    features = modules[1].extract_features(image)
    assert len(features) == modules[1].LAYERS
    features[-1].sum().backward()
    assert image.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in modules[1].network().parameters())
    other = torch.nn.Module()
    other.features = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.ReLU())
    assert len(modules[1].extract_features(image, other)) == 2


def grey(picture):
    return picture.mean(axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (grey, r"A colour picture has the shape \(H, W, 3\), but this one has \(256, 384\)"),
        (lambda p: np.dstack([p, p[..., :1]]), r"this one has \(256, 384, 4\)"),
        (lambda p: p / 255, "numbers of type uint8, but this one has float64"),
        (lambda p: "no_such_picture.png", "There is no file no_such_picture.png"),
        (lambda p: str(PROBLEM.folder / "problem.toml"), "is not a picture that can be read"),
    ],
)
def test_a_bad_picture_is_one_sentence(modules, pictures, change, sentence):
    content, style = pictures
    with pytest.raises(ValueError, match=sentence):
        modules[0].style_transfer(change(content), style, **SETTINGS)
    with pytest.raises(ValueError, match=sentence):
        modules[0].style_transfer(content, change(content), **SETTINGS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"content_layer": 13}, "There is no layer 13; the layers are 0 to 12"),
        ({"content_layer": -1}, "There is no layer -1"),
        ({"style_layers": (1, 99)}, "There is no layer 99"),
        ({"style_weights": (1.0,)}, "There are 2 style layers but 1 weights"),
    ],
)
def test_an_unknown_layer_is_one_sentence(modules, pictures, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        modules[0].style_transfer(*pictures, **{**SETTINGS, **change})


def test_the_losses_agree_with_values_worked_by_hand(modules):
    reference = modules[0]
    current, target = torch.tensor([[[[1.0, 2.0]]]]), torch.tensor([[[[0.0, 5.0]]]])
    assert reference.content_loss(2.0, current, target).item() == 20
    assert reference.gram_matrix(current, normalize=False).tolist() == [[[5.0]]]
    assert reference.gram_matrix(current).tolist() == [[[2.5]]]
    feats, targets = [target, current], [torch.tensor([[[0.5]]])]
    assert reference.style_loss(feats, [1], targets, [3.0]).item() == 12
    image = torch.tensor([[1.0, 3.0], [0.0, 0.0]]).expand(1, 3, 2, 2)
    assert reference.total_variation_loss(image, 0.5).item() == 1.5 * (4 + 1 + 9)


@pytest.mark.parametrize("init_random", [False, True])
def test_the_loss_falls_and_the_first_picture_is_as_asked(modules, pictures, init_random):
    torch.manual_seed(0)
    transfer = modules[0].style_transfer
    first, none = transfer(*pictures, **SETTINGS, init_random=init_random, num_steps=0)
    assert none == []
    photograph = modules[1].preprocess(pictures[0], SETTINGS["image_size"])
    assert torch.equal(first, photograph) is not init_random
    image, losses = transfer(*pictures, **SETTINGS, init_random=init_random, num_steps=30)
    assert len(losses) == 30
    assert losses[-1] < 0.5 * losses[0]
    assert not image.requires_grad


def test_the_script_saves_pictures_and_curves(modules, monkeypatch, capsys, tmp_path):
    script = modules[2]
    small = {"image_size": 32, "style_size": 32, "num_steps": 2}
    settings = {name: {**values, **small} for name, values in script.PICTURES.items()}
    monkeypatch.setattr(script, "PICTURES", settings)
    monkeypatch.setattr(script, "__file__", str(tmp_path / "make_pictures.py"))
    script.main()
    saved = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert saved == sorted(f"{name}{end}.png" for name in settings for end in ("", "_losses"))
    assert "the loss falls from" in capsys.readouterr().out
    with Image.open(tmp_path / "pictures" / "chelsea_the_scream.png") as picture:
        assert min(picture.size) == 32
