"""Short trainings and half-steps of the student's own networks, for the checks of this problem."""

import torch

from checks import as_shaped, numbers, rng, run_beside

SAMPLES, WEIGHTS = "gan_samples.npz", "gan.safetensors"  # what may be handed in

RANGES = {"logit": (-200.0, 200.0), "probability": (0.0, 1.0), "score": (-200.0, 200.0)}


def facts(target):
    """Return what the student's module says about its networks, as plain data."""
    import inspect

    function = target.forward if isinstance(target, type) else target
    names = inspect.unwrap(function).__globals__
    low, high = names["OUTPUT_RANGE"]
    return {
        "low": float(low),
        "high": float(high),
        "output": str(names["D_OUTPUT"]),
        "z_dim": int(names["Z_DIM"]),
    }


def stated(target):
    """Return OUTPUT_RANGE, D_OUTPUT and Z_DIM of the student's module; fail if they make no sense.

    ``target`` is a function or class of the module.
    """
    found = run_beside(facts, target)
    assert found["low"] < found["high"], "OUTPUT_RANGE must be (lowest, highest) value of an image"
    assert found["output"] in RANGES, (
        f"D_OUTPUT is {found['output']!r}; it must be one of {', '.join(RANGES)}"
    )
    assert found["z_dim"] >= 1, "Z_DIM must be at least 1"
    return found


def draw_noise(count, z_dim, label="noise"):
    """Return normal noise (count, z_dim)."""
    return torch.from_numpy(rng(label).standard_normal((count, z_dim)).astype("float32"))


def draw_images(count, label="images"):
    """Return images (count, 1, 28, 28) with values from 0 to 1: bright boxes on black."""
    generator, images = rng(label), torch.zeros(count, 1, 28, 28)
    for image in images:
        top, left = generator.integers(2, 12, 2)
        height, width = generator.integers(6, 15, 2)
        image[0, top : top + height, left : left + width] = float(generator.uniform(0.6, 1))
    return images


def scaled(images, known):
    """Map images from 0 to 1 into OUTPUT_RANGE."""
    return known["low"] + (known["high"] - known["low"]) * images


def rows_of(value, count, name="the images"):
    """Return images in any shape as an array (count, 784)."""
    found = numbers(value, name)
    if found.size == count * 784:
        found = found.reshape(count, 1, 28, 28)
    return as_shaped(found, (count, 1, 28, 28), name).reshape(count, 784)


def outputs_of(value, count, name="the output of the discriminator"):
    """Return one number per image, of (N,) or (N, 1)."""
    return as_shaped(value, (count,), name)


def run_steps(step_d, step_g, Generator, Discriminator, images, order, options):
    """Make half-steps on the student's networks; return what each of them changes.

    ``order`` is a string of "d" and "g". With ``options["reset"]``, all gradients are removed
    between the steps. Each entry tells how far the parameters and gradients have moved.
    """
    import random

    import numpy as np
    import torch

    def seed_all(seed):
        torch.manual_seed(seed)
        np.random.seed(seed)
        random.seed(seed)

    def flat(network):
        return torch.cat([p.detach().flatten().clone() for p in network.parameters()])

    def means():
        # In evaluation mode, dropout does not hide a small change; what layers estimate of inputs
        # or weights (batch normalisation, spectral normalisation) settles in a few passes before.
        # With few steps, some networks tell the images apart in training mode only.
        generator.eval()
        estimated = {name: value.clone() for name, value in discriminator.state_dict().items()}
        found = {"training": [], "evaluation": []}
        with torch.no_grad():
            made = generator(noise)
            for _ in range(8):
                real, fake = discriminator(images), discriminator(made)
                found["training"].append([real.double().mean().item(), fake.double().mean().item()])
            discriminator.eval()
            real, fake = discriminator(images), discriminator(made)
            found["evaluation"].append([real.double().mean().item(), fake.double().mean().item()])
        discriminator.load_state_dict(estimated)
        generator.train(), discriminator.train()
        return {mode: np.mean(pairs, axis=0).tolist() for mode, pairs in found.items()}

    seed_all(options["seed"])
    generator, discriminator = Generator(), Discriminator()
    generator.train(), discriminator.train()
    with torch.no_grad():  # another scale gives other generated images
        for weight in generator.parameters():
            weight *= options.get("scale", 1.0)
    noise = torch.randn(64, options["z_dim"])
    kind = getattr(torch.optim, options.get("optimizer", "SGD"))
    optimizers = {
        "g": kind(generator.parameters(), lr=options["rate"]),
        "d": kind(discriminator.parameters(), lr=options["rate"]),
    }
    heard, listening = [], [False]
    generator.register_forward_pre_hook(
        lambda _, inputs: heard.append(inputs[0].detach().clone()) if listening[0] else None
    )

    def watch(optimizer):
        """Note for each call whether the optimiser's parameters have gradients."""

        def noting(name, call):
            def noted(*arguments, **keywords):
                groups = optimizer.param_groups
                events.append([name, any(p.grad is not None for g in groups for p in g["params"])])
                return call(*arguments, **keywords)

            return noted

        optimizer.zero_grad = noting("zero_grad", optimizer.zero_grad)
        optimizer.step = noting("step", optimizer.step)

    for optimizer in optimizers.values():
        watch(optimizer)
    steps, met = {"g": step_g, "d": step_d}, []
    for number, letter in enumerate(order):
        events = []
        before = flat(generator), flat(discriminator)
        looks = number in (0, len(order) - 1) or order[number - 1] != letter
        means_before = means() if looks else None
        seed_all(options["seed"] + number)
        listening[0] = True
        loss = steps[letter](generator, discriminator, optimizers[letter], images)
        listening[0] = False
        after = flat(generator), flat(discriminator)
        if options.get("reset"):
            for network in (generator, discriminator):
                for parameter in network.parameters():
                    parameter.grad = None
        met.append(
            {
                "step": letter,
                "moved_g": (after[0] - before[0]).abs().max().item(),
                "moved_d": (after[1] - before[1]).abs().max().item(),
                "before": means_before,
                "after": means() if number == len(order) - 1 else None,
                "events": events,
                "loss": loss,
                "noise": heard[-1] if heard else None,
            }
        )
    return {"met": met, "g": flat(generator), "d": flat(discriminator)}


def study(parts, order, known, count=24, images="images", reset=False, **options):
    """Return what ``run_steps`` finds with ``count`` images of boxes, drawn by a label."""
    images = scaled(draw_images(count, images), known)
    seed = int(rng("networks").integers(2**31 - 100))
    settings = {"rate": 0.01, "seed": seed, "z_dim": known["z_dim"], "reset": reset, **options}
    return run_beside(run_steps, *parts, images, order, settings)


def train_briefly(train, generate, images, num_epochs, count):
    """Train for a few epochs; return the images and how many entries the history has."""
    import torch

    generator, history = train(torch.as_tensor(images), num_epochs)
    return generate(generator, count), len(history)


def generate_by_weights(train, generate, weights, count):
    """Return images of a generator with the weights of a file, or of a new one without a file."""
    import inspect
    import pathlib

    import torch

    names = inspect.unwrap(train).__globals__
    if weights is None:
        return generate(names["Generator"](), count)

    def refuse(*arguments, **options):
        raise ValueError("torch.load is not allowed in load_generator; use read_weights")

    before, torch.load = torch.load, refuse
    try:
        generator = names["load_generator"](str(pathlib.Path(weights).parent))
    finally:
        torch.load = before
    return generate(generator, count)
