"""Cases for one step of each network, on the student's own networks."""

import numpy as np

from checks import expect_close, numbers, test_case
from support import stated, study

OK_FORMAT = False
name = "steps"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each step must return its loss, a number.",
)
def steps_return_their_losses(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    for met in study(parts, "dg", stated(generator_step))["met"]:
        loss = numbers(met["loss"], "the loss of a step")
        assert loss.size == 1, f"the loss has the shape {loss.shape}"
        assert np.isfinite(loss).all(), "the loss is not finite"


@test_case(
    points=1,
    hidden=True,
    failure_message="discriminator_step must change the parameters of the discriminator.",
)
def discriminator_learns_in_its_step(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    (met,) = study(parts, "d", stated(generator_step))["met"]
    assert met["moved_d"] > 0, "no parameter of the discriminator has changed"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="discriminator_step must not change the parameters of the generator.",
)
def generator_rests_in_the_step_of_the_discriminator(
    discriminator_step, generator_step, Generator, Discriminator
):
    parts = discriminator_step, generator_step, Generator, Discriminator
    (met,) = study(parts, "d", stated(generator_step))["met"]
    assert met["moved_g"] == 0, f"a parameter of the generator moves by {met['moved_g']:.2g}"


@test_case(
    points=1,
    hidden=True,
    failure_message="generator_step must change the parameters of the generator.",
)
def generator_learns_in_its_step(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    (met,) = study(parts, "g", stated(generator_step))["met"]
    assert met["moved_g"] > 0, "no parameter of the generator has changed"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="generator_step must not change the parameters of the discriminator.",
)
def discriminator_rests_in_the_step_of_the_generator(
    discriminator_step, generator_step, Generator, Discriminator
):
    parts = discriminator_step, generator_step, Generator, Discriminator
    (met,) = study(parts, "g", stated(generator_step))["met"]
    assert met["moved_d"] == 0, f"a parameter of the discriminator moves by {met['moved_d']:.2g}"


@test_case(
    points=1,
    hidden=True,
    failure_message="After 15 steps of the discriminator, real images must have other outputs than "
    "generated ones.",
)
def discriminator_tells_real_from_generated(
    discriminator_step, generator_step, Generator, Discriminator
):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    met = study(parts, "d" * 15, known, optimizer="Adam", rate=0.002)["met"]
    gaps = [
        [abs(real - fake) for real, fake in (met[0]["before"][mode], met[-1]["after"][mode])]
        for mode in ("evaluation", "training")
    ]
    before, after = gaps[0]
    assert any(end > start for start, end in gaps), (
        f"the gap of the mean outputs goes from {before:.3g} to {after:.3g}"
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The step of the discriminator does not depend on the real images, or not on "
    "the generated ones.",
)
def discriminator_step_uses_both_kinds(
    discriminator_step, generator_step, Generator, Discriminator
):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    plain, *others = (
        numbers(study(parts, "d", known, **change)["d"])
        for change in ({}, {"images": "other images"}, {"scale": 3.0})
    )
    for other, kind in zip(others, ("real", "generated"), strict=True):
        assert abs(plain - other).max() > 0, f"other {kind} images give the same step"


@test_case(
    points=1,
    hidden=True,
    failure_message="After the discriminator has learned, steps of the generator must make its "
    "images look more like real ones to the discriminator.",
)
def generator_deceives_the_discriminator(
    discriminator_step, generator_step, Generator, Discriminator
):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    met = study(parts, "d" * 12 + "g" * 12, known, optimizer="Adam", rate=0.002)["met"]
    found = [
        [*met[12]["before"][mode], met[-1]["after"][mode][1]] for mode in ("evaluation", "training")
    ]
    real, start, end = found[0]
    assert any(np.sign(real - start) * (end - start) > 0 for real, start, end in found), (
        f"the mean output is {real:.3g} for real images; for generated ones it goes from "
        f"{start:.3g} to {end:.3g}"
    )


@test_case(
    points=1,
    hidden=True,
    failure_message="A step uses gradients that an earlier step has left. Reset the gradients of "
    "the network that learns before each backward pass.",
)
def each_step_uses_fresh_gradients(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    plain, reset = (study(parts, "dgddgg", known, reset=value) for value in (False, True))
    for network, title in (("d", "the discriminator"), ("g", "the generator")):
        expect_close(
            numbers(plain[network]), numbers(reset[network]), rtol=1e-3, atol=1e-5,
            name=f"the parameters of {title}",
        )  # fmt: skip


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Each step must draw new noise, another row for each image.",
)
def each_step_draws_new_noise(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    for letter in "dg":
        noises = [met["noise"] for met in study(parts, letter * 2, known)["met"]]
        assert all(noise is not None for noise in noises), "the generator is not used in a step"
        first, second = (numbers(noise).reshape(len(noise), -1) for noise in noises)
        assert len(np.unique(first, axis=0)) == len(first), "two images get the same noise"
        assert not np.array_equal(first, second), "two steps use the same noise"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Both steps must work for a batch of any size: the last one may be shorter.",
)
def steps_work_for_a_short_batch(discriminator_step, generator_step, Generator, Discriminator):
    parts = discriminator_step, generator_step, Generator, Discriminator
    known = stated(generator_step)
    for count in (2, 5, 13):
        for met in study(parts, "dg", known, count=count)["met"]:
            loss = numbers(met["loss"], "the loss of a step")
            assert np.isfinite(loss).all(), f"with {count} images, the loss is not finite"
