"""What hidden cases alone use: probes of losses and draws, and right parts for later questions.

This module is never shipped to students.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import numpy as np
import torch

from autograder.examine import pictures
from checks import (
    CannotJudge,
    arrays_beside,
    as_shaped,
    file_beside,
    numbers,
    record,
    replaced,
    rng,
    run_beside,
)
from support import (
    SAMPLES,
    WEIGHTS,
    draw_images,
    draw_rows,
    log_variance_for,
    rows_of,
    stated,
    totals,
)

LEVEL = 5.5  # standard errors: right answers exceed it less than once in ten million times
CALLS, ROWS, LENGTH = 400, 200, 5  # of the draws of reparameterize
RTOL = 1e-3  # of losses in float32
WIDEST = 1_024  # latent variables of a model


def pass_gradients(VAE, images, z):
    """Return the gradients of random sums of mu, logvar and the decoded images.

    ``unused`` are the names of the parameters that none of them reaches.
    """
    import torch

    torch.manual_seed(0)
    model = VAE().eval()
    generator, images = torch.Generator().manual_seed(1), images.clone().requires_grad_()

    def back(output):
        weights = torch.randn(output.shape, generator=generator)
        (output * weights).sum().backward()

    found = {}
    for number, title in enumerate(("mu", "logvar")):
        images.grad = None
        back(model.encode(images)[number])
        found[title] = torch.zeros_like(images) if images.grad is None else images.grad.clone()
    z = z.clone().requires_grad_()
    back(model.decode(z))
    unused = [n for n, p in model.named_parameters() if p.requires_grad and p.grad is None]
    if unused:  # what only the forward pass uses, such as a learned variance
        sum(torch.exp(0.1 * output).sum() for output in model(images)).backward()
        unused = [n for n, p in model.named_parameters() if p.requires_grad and p.grad is None]
    gradient = torch.zeros_like(z) if z.grad is None else z.grad
    return {"images": found, "z": gradient, "unused": unused}


# draws of reparameterize


def draw_posteriors(rows, length):
    """Return mu and logvar (rows, length); the deviations go from 0.3 to 2."""
    mu = draw_rows(rows, length, "mu", 2.0)
    return mu, torch.from_numpy(rng("logvar").uniform(-2.4, 1.4, (rows, length)).astype("float32"))


@dataclass(frozen=True)
class Draws:
    """Draws z (calls, rows, length) of reparameterize for one mu and logvar (rows, length).

    ``shift`` is z without its own linear dependence on mu, so a wrong mean is not seen in it.
    """

    z: np.ndarray
    mu: np.ndarray
    logvar: np.ndarray
    shift: np.ndarray

    def law(self):
        """Return c and p such that exp(c + p * logvar) fits the deviations best."""
        y = np.log(np.abs(self.shift).clip(1e-12)).mean(axis=0)
        x = self.logvar - self.logvar.mean()
        power = float((x * y).mean() / (x**2).mean())
        return float(y.mean() - power * self.logvar.mean()), power

    def noise(self):
        """Return the noise, scaled to mean 0 and deviation 1 by its own law."""
        assert self.shift.std() > 1e-4, "there is no noise"
        factor, power = self.law()
        found = self.shift / np.exp(factor + power * self.logvar)
        return (found - found.mean()) / found.std()


def draws_of(VAE):
    """Return many draws of the student's reparameterize."""
    mu, logvar = draw_posteriors(ROWS, LENGTH)
    seed = int(rng("noise").integers(2**31))
    found = numbers(run_beside(many_draws, VAE, mu, logvar, CALLS, seed), "z").astype(np.float64)
    z = as_shaped(found, (CALLS, ROWS, LENGTH), "the z of all calls")
    mu, logvar = mu.double().numpy(), logvar.double().numpy()
    x = mu - mu.mean()
    return Draws(z, mu, logvar, z - (x * z).mean() / (x**2).mean() * mu)


def many_draws(VAE, mu, logvar, calls, seed):
    """Return z (calls, N, L) of as many calls of reparameterize; see ``draw_from``."""
    import torch
    from torch import nn

    try:
        model = VAE(mu.shape[1])
    except Exception:
        model = VAE.__new__(VAE)
        nn.Module.__init__(model)
        model.latent_dim = mu.shape[1]
    model.eval().training = True
    torch.manual_seed(seed)
    return torch.stack([model.reparameterize(mu.clone(), logvar.clone()) for _ in range(calls)])


def expect_zero(values, least, text):
    """Fail if the mean of one value for each call is far from 0, and more than ``least``.

    Noise that is shared within a call, or by all calls, is judged elsewhere: it changes the mean by
    less than ``least``, or differs from call to call.
    """
    mean, error = float(values.mean()), float(values.std() / len(values) ** 0.5)
    assert abs(mean) < max(least, LEVEL * error), f"{text} {mean:+.3g}"


def sampling_power(VAE):
    """Return 1 if reparameterize reads logvar as the logarithm of a deviation, else 0.5."""
    draws = draws_of(VAE)
    return 1.0 if draws.shift.std() > 1e-4 and abs(draws.law()[1] - 1) < 0.1 else 0.5


def right_power(VAE, loss):
    """Return the right power of exp(logvar): 1 if reparameterize and loss read it as log sigma."""
    try:
        both = sampling_power(VAE) == 1.0 and kl_slopes(loss, VAE)[1] is not None
        return 1.0 if both else 0.5
    except CannotJudge:
        raise
    except Exception:  # a loss that fails is judged elsewhere
        return 0.5


def expect_normal_tails(noise):
    """Fail unless the kurtosis is 3: 1.8 for uniform noise, 1 for signs."""
    found = float((noise**4).mean() / (noise**2).mean() ** 2)
    room = LEVEL * (24 / noise.size) ** 0.5
    assert abs(found - 3) < room, f"the kurtosis is {found:.2f}; normal noise has 3"


def correlation(first, second):
    """Return the mean product of two arrays with mean 0 and deviation 1."""
    return float((first * second).mean())


def sampling_gradients(VAE, mu, logvar, weights):
    """Return gradients of the weighted sum of z, and its differences where logvar changes.

    In all calls, the generators start from the same seed, so the noise is the same.
    """
    import numpy as np
    import torch
    from torch import nn

    length = mu.shape[1]
    try:
        model = VAE(length)
    except Exception:
        model = VAE.__new__(VAE)
        nn.Module.__init__(model)
        model.latent_dim = length
    model.eval().training = True

    def z_of(mu, logvar):
        torch.manual_seed(3)
        np.random.seed(3)
        return model.reparameterize(mu * 1.0, logvar * 1.0)

    given = [part.double().requires_grad_() for part in (mu, logvar)]
    (z_of(*given) * weights).sum().backward()
    with torch.no_grad():
        step, mu, logvar = 1e-3, mu.double(), logvar.double()
        difference = (z_of(mu, logvar + step) - z_of(mu, logvar - step)) / (2 * step)
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in given]
    return {"mu": gradients[0], "logvar": gradients[1], "difference": difference}


def forward_twice(VAE, images):
    """Return two forward passes in training mode, and what encode gives.

    A right reparameterize replaces the student's, which has its own cases.
    """
    import torch

    def right(mu, logvar):
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)

    torch.manual_seed(0)
    model = VAE().eval()
    model.training, model.reparameterize = True, right
    mu, logvar = model.encode(images)
    inputs = images.clone().requires_grad_()
    passes = [model(inputs) for _ in range(2)]
    weights = torch.randn(passes[0][0].shape, generator=torch.Generator().manual_seed(1))
    (passes[0][0] * weights).sum().backward()
    gradient = torch.zeros_like(images) if inputs.grad is None else inputs.grad
    return {
        "reconstructions": [outputs[0].detach() for outputs in passes],
        "mu": [passes[0][1].detach(), mu.detach()],
        "logvar": [passes[0][2].detach(), logvar.detach()],
        "gradient": gradient,
    }


# the loss


def draw_batch(VAE, count=4, length=3):
    """Return (reconstruction, images, mu, logvar[, log variance]); mu and logvar are 0."""
    known = stated(VAE)
    images = torch.from_numpy(rng("pixels").uniform(0.05, 0.95, (count, 1, 28, 28))).float()
    zeros = torch.zeros(count, length)
    learned = log_variance_for(VAE, known, draw_images(count))
    return [images.clone(), images, zeros, zeros.clone(), *learned], known


def total_losses(loss, batches):
    """Return the total of each batch as an array; a total of another shape counts as its sum."""
    found = [numbers(total, "the total") for total in run_beside(totals, loss, batches)]
    assert all(np.isfinite(total).all() for total in found), "the total is NaN or infinite"
    for total, batch in zip(found, batches, strict=True):
        assert total.size <= len(batch[0]), "the total has more numbers than there are images"
    return np.array([float(total.sum()) for total in found])


def noisy(images, number):
    """Return images that differ from the given ones, more for a higher number; inside (0, 1)."""
    noise = rng(f"changes {number}").uniform(-1, 1, tuple(images.shape)).astype("float32")
    return (images + 0.12 * (number + 1) * torch.from_numpy(noise)).clamp(0.01, 0.99)


def slope(found, expected):
    """Return the factor between two arrays, and how far they are from being proportional."""
    factor = float(found @ expected / (expected @ expected))
    return factor, float(np.abs(found - factor * expected).max() / np.abs(found).max().clip(1e-12))


def gaussian_term(batch):
    """Return -log p(x|z) of a Gaussian without constants, for a variance of 1 or a learned one."""
    reconstruction, images = (part.double() for part in batch[:2])
    log_variance = batch[4].double() if len(batch) > 4 else torch.zeros(())
    log_variance = log_variance.expand_as(images)
    squares = (images - reconstruction) ** 2 * torch.exp(-log_variance)
    return 0.5 * float((squares + log_variance).sum())


def bernoulli_term(batch):
    """Return the cross-entropy of pixels."""
    reconstruction, images = (part.double() for part in batch[:2])
    return float(torch.nn.functional.binary_cross_entropy(reconstruction, images, reduction="sum"))


def reconstruction_slope(loss, VAE):
    """Return the likelihood that fits the loss, and the factor of its term.

    The likelihood is "gaussian", "bernoulli" or None.
    """
    base, known = draw_batch(VAE)
    batches = [base, *([noisy(base[1], i), *base[1:]] for i in range(5))]
    if known["variance"] is None:
        shifted = [[*batch[:4], batch[4] + 0.2 * i] for i, batch in enumerate(batches)]
        batches += shifted[1:]
    found = total_losses(loss, batches)
    for title, term in (("gaussian", gaussian_term), ("bernoulli", bernoulli_term)):
        expected = np.array([term(batch) for batch in batches])
        factor, error = slope(found[1:] - found[0], expected[1:] - expected[0])
        if factor > 0 and error < RTOL:
            if title == "gaussian" and known["variance"] is not None:
                factor *= known["variance"]
            return title, factor, error
    expected = np.array([gaussian_term(batch) for batch in batches])
    factor, error = slope(found[1:] - found[0], expected[1:] - expected[0])
    return None, factor * (known["variance"] or 1.0), error


def kl_slopes(loss, VAE):
    """Return the factor of the KL term if logvar is a log-variance, and if it is log sigma.

    The factor that does not fit is None.
    """
    pairs = [(draw_rows(4, 3, f"mu {i}"), draw_rows(4, 3, f"logvar {i}")) for i in range(6)]
    return _kl_slopes(loss, VAE, pairs)


def kl_factor(loss, VAE):
    """Return the size of the factor of the KL term, by the part that is right; None if none is."""
    rows = [draw_rows(4, 3, f"rows {i}") for i in range(4)]
    zeros = torch.zeros(4, 3)
    for pairs in ([(row, zeros) for row in rows], [(zeros, row) for row in rows]):
        found = [abs(f) for f in _kl_slopes(loss, VAE, pairs) if f is not None]
        if found:
            return found[0]
    return None


def _kl_slopes(loss, VAE, pairs):
    base, _ = draw_batch(VAE)
    found = total_losses(loss, [base, *([*base[:2], *pair, *base[4:]] for pair in pairs)])
    factors = []
    for power in (0.5, 1.0):
        expected = np.array([divergence(mu, power * logvar) for mu, logvar in pairs])
        factor, error = slope(found[1:] - found[0], expected)
        factors.append(factor if error < RTOL else None)
    return factors


def divergence(mu, log_sigma):
    """Return the sum of KL(q || standard normal) by torch.distributions."""
    from torch.distributions import Normal, kl_divergence

    q = Normal(mu.double(), log_sigma.double().exp())
    return float(kl_divergence(q, Normal(0.0, 1.0)).sum())


def loss_gradients(loss, batch, directions, step):
    """Return for each argument but the images its slope along a direction, and the difference.

    All numbers are float64, so that differences of losses are exact enough.
    """
    import torch

    def total_of(parts):
        value = loss(*(part * 1.0 for part in parts))
        return (value[0] if isinstance(value, tuple | list) else value).sum()

    found = {}
    for title, number, direction in directions:
        given = [part.double() for part in batch]
        given[number].requires_grad_()
        total = total_of(given)
        if total.requires_grad:
            total.backward()
        gradient = given[number].grad
        with torch.no_grad():
            moved = []
            for sign in (1, -1):
                parts = [part.double() for part in batch]
                parts[number] = parts[number] + sign * step * direction
                moved.append(float(total_of(parts)))
        along = 0.0 if gradient is None else float((gradient * direction).sum())
        found[title] = [along, (moved[0] - moved[1]) / (2 * step)]
    return found


# right parts in place of wrong ones, so that an error is penalised only once


def right_loss(VAE, variance, likelihood):
    """Return a right loss for a Gaussian with a given or learned variance, or for a Bernoulli."""
    import torch

    def loss(reconstruction, images, mu, logvar, log_variance=None):
        reconstruction = reconstruction.reshape(images.shape)
        if likelihood == "bernoulli":
            term = torch.nn.functional.binary_cross_entropy(
                reconstruction, images, reduction="none"
            )
        else:
            if log_variance is None:
                log_variance = torch.full_like(images, variance).log()
            log_variance = log_variance.expand_as(images)
            term = 0.5 * ((images - reconstruction) ** 2 * torch.exp(-log_variance) + log_variance)
        term = term.flatten(1).sum(1).mean()
        kl = 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1).mean()
        return (term + kl, term, kl) if parts > 1 else term + kl

    own = VAE.forward.__globals__.get("loss")
    parts = 1
    try:
        images = torch.rand(2, 1, 28, 28)
        value = own(images, images, torch.zeros(2, 3), torch.zeros(2, 3))
        parts = len(value) if isinstance(value, tuple | list) else 1
    except Exception:
        parts = 3
    return {"loss": loss}


def put_right_methods(VAE, names):
    """Give the student's class right methods by name, until ``take_right_methods_away``."""
    import torch

    def reparameterize(self, mu, logvar):
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)

    def forward(self, images):
        mu, logvar = self.encode(images)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar

    right = {"reparameterize": reparameterize, "forward": forward}
    VAE.methods_before = {name: VAE.__dict__.get(name) for name in names}
    for name in names:
        setattr(VAE, name, right[name])


def take_right_methods_away(VAE):
    """Give the student's class its own methods back."""
    for name, method in VAE.methods_before.items():
        if method is None:
            delattr(VAE, name)
        else:
            setattr(VAE, name, method)
    del VAE.methods_before


def is_right(check):
    """Tell whether a check passes."""
    try:
        return bool(check())
    except CannotJudge:
        raise
    except Exception:  # the student's own code may raise anything
        return False


def reached_by_training(train, images, seed):
    """Train for one epoch; return how often the arguments of ``loss`` got a gradient from it.

    For each place of an argument that can have one: the calls, and those in which it is not zero.
    """
    import inspect

    import torch

    names = inspect.unwrap(train).__globals__
    before, counts = names["loss"], {}

    def watched(*arguments, **options):
        def watch(place, value):
            if not (isinstance(value, torch.Tensor) and value.requires_grad):
                return value
            count = counts.setdefault(str(place), [0, 0])
            count[0] += 1

            def remember(gradient):
                count[1] += bool((gradient != 0).any())

            copy = value.clone()
            copy.register_hook(remember)
            return copy

        given = [watch(place, value) for place, value in enumerate(arguments)]
        named = {name: watch(name, value) for name, value in options.items()}
        return before(*given, **named)

    torch.manual_seed(seed)
    names["loss"] = watched
    try:
        train(images, 1)
    finally:
        names["loss"] = before
    return counts


@contextmanager
def right_where_wrong(VAE, loss):
    """Let the student's training use a right loss, reparameterize and forward where own ones fail.

    So the training is judged by itself.
    """
    known = stated(VAE)

    def loss_is_right():
        title, factor, _ = reconstruction_slope(loss, VAE)
        by_variance, by_deviation = kl_slopes(loss, VAE)
        if by_variance is None and sampling_power(VAE) == 1.0:
            by_variance = by_deviation
        return title is not None and abs(by_variance / factor - 1) < 0.01

    def likelihood():
        return reconstruction_slope(loss, VAE)[0]

    def draws_are_right():
        draws, power = draws_of(VAE), right_power(VAE, loss)
        noise = (draws.z - draws.mu) / np.exp(power * draws.logvar)
        own = draws.noise()
        shared = [correlation(own[:, 1:], own[:, :-1]), correlation(own[1:], own[:-1])]
        shared.append(correlation(own[..., 1:], own[..., :-1]))
        mu, logvar = draw_posteriors(6, 4)
        found = run_beside(sampling_gradients, VAE, mu, logvar, torch.ones(6, 4))
        flows = np.allclose(numbers(found["logvar"]), numbers(found["difference"]), 1e-3, 1e-5)
        flows &= np.allclose(numbers(found["mu"]), 1)
        exact = abs(noise.mean()) < 0.05 and abs(noise.std() - 1) < 0.05
        return exact and flows and max(map(abs, shared)) < 0.1

    def forward_is_right():
        found = run_beside(forward_twice, VAE, draw_images(8))
        first, second = map(numbers, found["reconstructions"])
        same = all(np.allclose(*map(numbers, found[t]), 1e-4, 1e-5) for t in ("mu", "logvar"))
        uses = bool((numbers(found["gradient"]) != 0).any())
        return same and uses and not np.array_equal(first, second)

    wrong = [] if is_right(draws_are_right) else ["reparameterize"]
    if known["variance"] is not None and not is_right(forward_is_right):
        wrong.append("forward")
    own = is_right(loss_is_right)
    kind = likelihood() if not own and is_right(likelihood) else "gaussian"
    with nullcontext() if own else replaced(VAE, right_loss, known["variance"], kind):
        run_beside(put_right_methods, VAE, wrong)
        try:
            yield
        finally:
            run_beside(take_right_methods_away, VAE)


# images of a known model, and of a trained one


def expect_images_of(found, call, count):
    """Return the z (N, L) of one call; fail unless its images are what the decoder gave.

    ``found`` is from ``with_known_model``. A function may decode one z at a time.
    """
    z = np.concatenate([numbers(rows).reshape(-1, found["length"]) for rows in found["z"]])
    made = len(z) // len(found["images"])  # another case fails if there are not as many images
    assert made > count / 2, f"{made} rows of z are decoded for {count} images"
    z = z[call * made : (call + 1) * made].astype(np.float64)
    images = numbers(found["images"][call])
    assert images.size == made * 784, f"{made} rows of z give images of the shape {images.shape}"
    wanted = 1 / (1 + np.exp(-z @ found["decoder"].astype(np.float64)))
    error = float(np.abs(images.reshape(made, 784) - wanted).max())
    assert error < 1e-4, f"a pixel differs from the decoder's by {error:.3g}"
    return z


def make_images(train, images, z, unseen, noise, power, weights):
    """Return the decoder's images for ``z``, of a model with the weights of a file or trained here.

    The result also has what the model makes of the ``unseen`` images: mu, logvar, and the images of
    mu + exp(power * logvar) * noise.
    """
    import inspect
    import pathlib

    import torch

    def refuse(*arguments, **options):
        raise ValueError("torch.load is not allowed in load_model; use read_weights")

    history = []
    if weights is None:
        model, history = train(images)
    else:
        before, torch.load = torch.load, refuse
        try:
            load = inspect.unwrap(train).__globals__["load_model"]
            model = load(str(pathlib.Path(weights).parent))
        finally:
            torch.load = before
    model.eval()
    place = next(model.parameters()).device
    with torch.no_grad():
        mu, logvar = model.encode(unseen.to(place))
        drawn = mu + torch.exp(power * logvar) * noise.to(place)[:, : mu.shape[1]]
        return {
            "history": [[float(term) for term in terms] for terms in history],
            "images": model.decode(z.to(place)[:, : mu.shape[1]]).cpu(),
            "mu": mu.cpu(),
            "logvar": logvar.cpu(),
            "reconstructions": model.decode(drawn).cpu(),
        }


@dataclass(frozen=True)
class HandIn:
    """The way that a student chose, the images (N, 1, 28, 28), and their measures.

    For a model: the ELBO on unseen images in nats per image, and pairs of images to show.
    """

    way: str
    images: np.ndarray
    quality: pictures.Quality
    elbo: float | None = None
    pairs: np.ndarray | None = None
    history: list = field(default_factory=list)


@functools.lru_cache(maxsize=1)  # all cases of one submission judge the same model
def handed_in(train, VAE, loss):
    """Return what is handed in, with its measures; right parts replace wrong earlier ones."""
    from autograder.examine.thresholds import data_size  # the other cases run without the data
    from data import dataset, fashion_mnist

    samples, weights = arrays_beside(train, SAMPLES, "images"), file_beside(train, WEIGHTS)
    if samples is not None:
        return HandIn(SAMPLES, *pictures.measured(samples["images"]))
    images = torch.from_numpy(fashion_mnist.load("train", data_size("fashion_mnist")).images)
    unseen = torch.from_numpy(dataset("fashion_mnist").held_out.load().images)
    z = draw_rows(pictures.COUNT, WIDEST, "z")
    noise = draw_rows(len(unseen), WIDEST, "noise of unseen images")
    power = right_power(VAE, loss)
    with right_where_wrong(VAE, loss):
        found = run_beside(make_images, train, images, z, unseen, noise, power, weights)
    checked, measured = pictures.measured(found["images"])
    made = rows_of(found["reconstructions"], len(unseen), "the reconstructions")
    length = numbers(found["mu"], "mu").size // len(unseen)
    posterior = [as_shaped(found[t], (len(unseen), length), t) for t in ("mu", "logvar")]
    kl = divergence(torch.from_numpy(posterior[0]), power * torch.from_numpy(posterior[1]))
    bound = elbo(unseen.reshape(len(unseen), -1).numpy(), made, kl / len(unseen))
    record("kl", kl / len(unseen))
    record("elbo", bound)
    pairs = np.concatenate([unseen.numpy()[:12, 0], made[:12].reshape(-1, 28, 28)])
    way = "train" if weights is None else WEIGHTS
    return HandIn(way, checked, measured, bound, pairs, found["history"])


def elbo(images, reconstructions, kl):
    """Return the ELBO in nats per image: a Gaussian with the variance that fits all pixels best."""
    variance = float(((images - reconstructions) ** 2).mean())
    return -0.5 * images.shape[1] * float(np.log(2 * np.pi * np.e * variance)) - kl


def draw_kinds(count):
    """Return images (count, 1, 28, 28) that show one of four patterns of blocks in equal shares."""
    patterns = rng("patterns").permutation(16)[:4, None] >> np.arange(4) & 1  # no two are alike
    blocks = patterns[np.arange(count) % 4].reshape(count, 1, 2, 2).astype(np.float32)
    return torch.from_numpy(blocks.repeat(14, axis=2).repeat(14, axis=3))
