"""Small inputs, a model with known parts, and short trainings, for the checks of this problem."""

import torch

from checks import as_shaped, expect_parts, numbers, rng, run_beside

SAMPLES, WEIGHTS = "vae_samples.npz", "vae.safetensors"  # what may be handed in


def facts(VAE):
    """Return what the student's module says about its model, as plain data."""
    import inspect

    names = inspect.unwrap(VAE.forward).__globals__
    variance = names["VARIANCE"]
    return {
        "latent_dim": int(names["LATENT_DIM"]),
        "variance": None if variance is None else float(variance),
    }


def stated(VAE):
    """Return LATENT_DIM and VARIANCE of the student's module; fail if they make no sense."""
    found = run_beside(facts, VAE)
    assert found["latent_dim"] >= 1, "LATENT_DIM must be at least 1"
    assert found["variance"] is None or found["variance"] > 0, "VARIANCE must be above 0, or None"
    return found


def draw_images(count, label="images"):
    """Return images (count, 1, 28, 28) with values from 0 to 1: bright boxes on black."""
    generator, images = rng(label), torch.zeros(count, 1, 28, 28)
    for image in images:
        top, left = generator.integers(2, 12, 2)
        height, width = generator.integers(6, 15, 2)
        image[0, top : top + height, left : left + width] = float(generator.uniform(0.6, 1))
    return images


def draw_rows(count, length, label="latent", scale=1.0):
    """Return normal numbers (count, length)."""
    return torch.from_numpy(rng(label).normal(0, scale, (count, length)).astype("float32"))


def rows_of(value, count, name="the images"):
    """Return images in any shape as an array (count, 784)."""
    found = numbers(value, name)
    if found.size == count * 784:
        found = found.reshape(count, 1, 28, 28)
    return as_shaped(found, (count, 1, 28, 28), name).reshape(count, 784)


def encode_with(VAE, arguments, images, seed=0):
    """Return what a new model's encode gives, without gradients, in evaluation mode."""
    import torch

    torch.manual_seed(seed)
    with torch.no_grad():
        return VAE(*arguments).eval().encode(images)


def decode_with(VAE, arguments, z):
    """Return what a new model's decode gives, without gradients, in evaluation mode."""
    import torch

    torch.manual_seed(0)
    with torch.no_grad():
        return VAE(*arguments).eval().decode(z)


def call_forward(VAE, images):
    """Return what a new model's forward pass gives, without gradients, in evaluation mode."""
    import torch

    torch.manual_seed(0)
    with torch.no_grad():
        return VAE().eval()(images)


def draw_from(VAE, calls, seed=0):
    """Return the result of reparameterize for each (mu, logvar), and the inputs afterwards.

    The model itself is in training mode, its layers are not. A class that cannot be made
    yet is used without its layers.
    """
    import torch
    from torch import nn

    length = calls[0][0].shape[1]
    try:
        model = VAE(length)
    except Exception:
        model = VAE.__new__(VAE)
        nn.Module.__init__(model)
        model.latent_dim = length
    model.eval().training = True
    torch.manual_seed(seed)
    given = [[part.clone() for part in call] for call in calls]
    return {"z": [model.reparameterize(*parts) for parts in given], "after": given}


def expect_forward_parts(value, known):
    """Return reconstruction, mu and logvar; fail unless a forward pass gave them in this order."""
    names = ["reconstruction", "mu", "logvar"]
    if known["variance"] is None:
        names.append("log_variance")
    return expect_parts(value, *names)[:3]


def log_variance_for(VAE, known, images):
    """Return a fifth argument of the loss in a list, random; empty if the variance is fixed."""
    if known["variance"] is not None:
        return []
    found = run_beside(call_forward, VAE, images)
    shape = numbers(expect_parts(found, "reconstruction", "mu", "logvar", "log_variance")[3]).shape
    values = rng("log variance").normal(-1, 0.5, shape)
    return [torch.from_numpy(values.astype("float32").reshape(shape))]


def totals(loss, batches):
    """Return the total loss of each batch, a list of arguments."""
    found = []
    for batch in batches:
        value = loss(*(part.clone() for part in batch))
        found.append(value[0] if isinstance(value, list | tuple) else value)
    return found


def call_known(VAE, function, length, encoder, decoder, calls):
    """Call a function on a model with a known encoder and decoder; return what was met.

    mu is the flat image times ``encoder`` (784, L). The image for z is the sigmoid of z times
    ``decoder`` (L, 784). The log-variances are large, so noise would show.
    """
    import torch
    from torch import nn

    class Bare(nn.Module):
        def __init__(self, length):
            super().__init__()
            self.latent_dim = length
            self.weight = nn.Parameter(torch.zeros(1))

    try:
        base, _ = VAE, VAE(length)
    except Exception:
        base = Bare

    class Known(base):
        def encode(self, images):
            met["modes"].append(self.training)
            mu = images.reshape(len(images), -1) @ encoder
            return mu + 0 * sum(p.sum() for p in self.parameters()), torch.full_like(mu, 2.0)

        def decode(self, z):
            met["modes"].append(self.training)
            met["z"].append(z.detach().clone())
            weight = sum(p.sum() for p in self.parameters())
            return torch.sigmoid(z @ decoder + 0 * weight).reshape(-1, 1, 28, 28)

    met = {"modes": [], "z": [], "images": [], "records": []}
    model = Known(length).train()
    for arguments in calls:
        images = function(model, *arguments)
        met["images"].append(images)
        met["records"].append(isinstance(images, torch.Tensor) and images.requires_grad)
    return met


def with_known_model(VAE, function, *calls):
    """Return what ``call_known`` meets, and the matrices of its model."""
    length = stated(VAE)["latent_dim"]
    encoder = draw_rows(784, length, "encoder", 0.2)
    decoder = draw_rows(length, 784, "decoder", 0.5)
    found = run_beside(
        call_known, VAE, function, length, encoder, decoder, [list(c) for c in calls]
    )
    return {**found, "length": length, "encoder": encoder.numpy(), "decoder": decoder.numpy()}


def train_briefly(train, images, num_epochs, seed, reset=False):
    """Train for some epochs; return the history, reconstructions and the parameters.

    With ``reset``, all gradients are removed after each step of an optimiser.
    """
    import random

    import numpy as np
    import torch
    from torch.optim.optimizer import register_optimizer_step_post_hook

    def forget(optimizer, arguments, keywords):
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    for give in (torch.manual_seed, np.random.seed, random.seed):
        give(seed)
    hook = register_optimizer_step_post_hook(forget) if reset else None
    try:
        model, history = train(images, num_epochs)
    finally:
        if hook is not None:
            hook.remove()
    model.eval()
    weight = next(model.parameters())
    with torch.no_grad():
        reconstructions = model.decode(model.encode(images[:64].to(weight.device))[0]).cpu()
    return {
        "history": [[float(term) for term in terms] for terms in history],
        "reconstructions": reconstructions,
        "parameters": torch.cat([p.detach().flatten().cpu() for p in model.parameters()]),
    }


def decode_by_weights(train, weights, count):
    """Return images of a model with the weights of a file, or of a new one without a file."""
    import inspect
    import pathlib

    import torch

    names = inspect.unwrap(train).__globals__
    if weights is None:
        model = names["VAE"]()
    else:
        model = names["load_model"](str(pathlib.Path(weights).parent))
    weight = next(model.parameters())
    z = torch.randn(count, names["LATENT_DIM"], device=weight.device)
    with torch.no_grad():
        return model.eval().decode(z).cpu()
