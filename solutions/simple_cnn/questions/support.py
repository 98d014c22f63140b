"""Networks and images that several checks of this problem use."""

import numpy as np
import torch

from checks import rng


def draw_images(count):
    """Return random grey images (count, 1, 28, 28), every pixel independent of the others."""
    return torch.from_numpy(rng("images").random((count, 1, 28, 28))).float()


def build(SimpleCNN):
    """Build a network; a lazy layer learns its shape from the first images."""
    model = SimpleCNN()
    model(draw_images(2))
    return model


def network_with(SimpleCNN, values):
    """Build a network with the parameters ``values``, a dict by shape; all others are zero."""
    model = build(SimpleCNN)
    state = {key: torch.zeros_like(value) for key, value in model.state_dict().items()}
    for shape, value in values.items():
        keys = [key for key, held in state.items() if tuple(held.shape) == shape]
        assert keys, f"the network has no parameter of shape {shape}"
        state.update(dict.fromkeys(keys, value))
    model.load_state_dict(state)
    return model


def numbered_images(count):
    """Return random images (count, 1, 28, 28); the last pixel of image i is i / count."""
    pixels = rng("pixels").random((count, 28 * 28))
    pixels[:, -1] = np.arange(count) / count
    return torch.from_numpy(pixels).float().reshape(count, 1, 28, 28)


def image_numbers(last_pixels, count):
    """Return the number of each of the ``count`` numbered images by its last pixel."""
    return [round(count * pixel) for pixel in last_pixels]


def features_of(images):
    """Return the first six pixels of each image in float64, moved to [-0.5, 0.5]."""
    return images.flatten(1)[:, :6].double() - 0.5


def train_new(Network, mnist_train, images, labels, options):
    """Train a new network on images (N, 1, 28, 28) of bytes; return its parameters and buffers."""
    from torch.utils.data import TensorDataset

    model = Network()
    mnist_train(model, TensorDataset(images.float() / 255, labels), **options)
    return {name: value.detach().cpu() for name, value in model.state_dict().items()}


def outputs_of(Network, state, images):
    """Return the outputs (N, 10) of a new network with these parameters for images of bytes."""
    import torch

    model = Network()
    model(images[:2].float() / 255)  # a lazy layer learns its shape
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        return torch.cat([model(batch.float() / 255) for batch in images.split(200)])
