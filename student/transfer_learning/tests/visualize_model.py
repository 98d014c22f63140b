"""Public checks of visualize_model; the grader has more."""

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


@test_case(
    points=0.25,
    hidden=False,
    failure_message="visualize_model must draw num_images pictures with axes.imshow, one per axes, "
    "and return the figure.",
)
def draws_pictures(visualize_model):
    drawn = len(study(visualize_model, num_images=3)[0]["titles"])
    assert drawn > 0, "there is no picture"
