"""Cases for the pictures: which images they show, and which classes their titles name."""

import re

import numpy as np
import torch

from checks import rng, run_beside, test_case

OK_FORMAT = False
name = "visualize_model"

NAMES = ["ants", "bees", "wasps"]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # as in data.squeezenet


def watch(visualize_model, train, val, class_names, options):
    """Draw images with a model that predicts the brightest colour; return pictures and titles."""
    import matplotlib.pyplot as plt
    import torch
    from matplotlib.figure import Figure
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Brightest(nn.Module):
        def __init__(self):
            super().__init__()
            self.sharpness = nn.Parameter(torch.ones(()))

        def forward(self, images):
            seen.append([self.training, torch.is_grad_enabled()])
            means = self.sharpness * images.mean(dim=(2, 3))
            return means.roll(1, dims=1) if self.training else means

    plt.close("all")
    seen, model = [], Brightest()
    data = {"train": TensorDataset(*train), "val": TensorDataset(*val)}
    loaders = {phase: DataLoader(part, 4) for phase, part in data.items()}
    figure = visualize_model(torch.device("cpu"), loaders, model, class_names, **options)
    drawn = [figure] if isinstance(figure, Figure) else list(map(plt.figure, plt.get_fignums()))
    pictures, titles = [], []
    for axes in (axes for figure in drawn for axes in figure.axes):
        if axes.images:
            pictures.append(torch.tensor(axes.images[-1].get_array().tolist()))
            places = axes.get_title(), axes.get_title("left"), axes.get_title("right")
            titles.append(
                " ".join([*places, axes.get_xlabel(), *(t.get_text() for t in axes.texts)])
            )
    plt.close("all")
    return {"pictures": pictures, "titles": titles, "seen": seen}


def draw_images(count, label):
    """Return normalised images (N, 3, 4, 4) of one colour each, and their brightest channel."""
    generator = rng(label)
    brightest = generator.integers(0, 3, count)
    colours = generator.uniform(0.1, 0.4, (count, 3))  # dark, so that normalising keeps the order
    colours[np.arange(count), brightest] = generator.uniform(0.75, 0.95, count)
    normalised = (colours - MEAN) / DEVIATION
    images = torch.from_numpy(normalised).float()[:, :, None, None].expand(-1, -1, 4, 4)
    return (images.clone(), torch.from_numpy((brightest + 1) % 3)), colours, brightest


def study(visualize_model, count=10, **options):
    """Return what ``watch`` finds, with the colours and the brightest channels of the images."""
    train, _, brightest_train = draw_images(count, "train")
    val, colours, brightest = draw_images(count, "val")
    found = run_beside(watch, visualize_model, train, val, NAMES, options)
    assert found["pictures"], "there is no picture in the figure that is returned or open"
    return found, colours, (brightest, brightest_train)


def expect_number(visualize_model, wanted, **options):
    """Fail unless there are as many pictures as wanted."""
    drawn = len(study(visualize_model, **options)[0]["pictures"])
    assert drawn == wanted, f"with {options}, there are {drawn} pictures, not {wanted}"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="visualize_model must draw num_images pictures with axes.imshow, one per axes, "
    "and return the figure.",
)
def draws_pictures(visualize_model):
    drawn = len(study(visualize_model, num_images=3)[0]["titles"])
    assert drawn > 0, "there is no picture"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of pictures is wrong. num_images (default: 6) may need several "
    "batches; if there are fewer validation images, draw them all.",
)
def draws_as_many_pictures_as_asked(visualize_model):
    expect_number(visualize_model, 6)
    expect_number(visualize_model, 3, num_images=3)
    expect_number(visualize_model, 9, num_images=9)
    expect_number(visualize_model, 6, count=6, num_images=8)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The pictures are not the first validation images in their own colours. Undo "
    "the normalisation with to_picture.",
)
def shows_the_validation_images(visualize_model):
    found, colours, _ = study(visualize_model, num_images=3)
    for number, (picture, colour) in enumerate(zip(found["pictures"], colours, strict=False), 1):
        assert tuple(picture.shape) == (4, 4, 3), f"a picture has the shape {picture.shape}"
        values = picture.double() / (255 if picture.max() > 2 else 1)
        error = float((values - torch.from_numpy(colour)).abs().max())
        assert error < 0.02, f"the colours of picture {number} differ by up to {error:.2f}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The title of a picture does not name the class that the model predicts for "
    "this image in evaluation mode.",
)
def names_the_predicted_classes(visualize_model):
    found, _, choices = study(visualize_model, num_images=7)
    words = [re.findall(r"\b(?:ants|bees|wasps)\b", title) for title in found["titles"]]
    named = [NAMES.index(word[0]) if word else -1 for word in words]
    # which images are drawn is tested in the case above
    assert any(named == [*right[: len(named)]] for right in choices), (
        f"the pictures name the classes {named}, the model predicts {choices[0][:7].tolist()}"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The predictions for the pictures need no gradients; switch the recording off.",
)
def records_no_gradients(visualize_model):
    seen = study(visualize_model)[0]["seen"]
    assert seen, "the model was never called"
    assert not any(records for _, records in seen), "gradients are recorded"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A single picture fails. For one row and one column, plt.subplots returns a "
    "single axes, not an array of them.",
)
def draws_a_single_picture(visualize_model):
    expect_number(visualize_model, 1, num_images=1)
