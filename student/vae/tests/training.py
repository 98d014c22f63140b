"""Public checks of training; the grader has more."""

from checks import arrays_beside, expect_finite, file_beside, run_beside, test_case
from checks.pictures import as_images
from support import (
    SAMPLES,
    WEIGHTS,
    decode_by_weights,
    draw_images,
    rows_of,
    train_briefly,
)

OK_FORMAT = False
name = "training"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a model and, for each epoch, the means of both terms, for "
    "any number of images.",
)
def trains_on_any_number_of_images(train):
    for count in (33, 65, 129):
        found = run_beside(train_briefly, train, draw_images(count), 2, 0)
        expect_finite(rows_of(found["reconstructions"], min(count, 64)), "the reconstructions")
        assert len(found["history"]) == 2, f"after 2 epochs, it has {len(found['history'])} entries"
        for terms in found["history"]:
            assert len(terms) == 2, f"an epoch has {len(terms)} numbers, not 2"
            expect_finite(terms, "the terms of an epoch")


@test_case(
    points=0,
    hidden=False,
    failure_message="The file vae_samples.npz or vae.safetensors cannot be used, or the model "
    "decodes no images.",
)
def files_can_be_used(train):
    made = run_beside(decode_by_weights, train, file_beside(train, WEIGHTS), 3)
    rows_of(made, 3, "the images")
    samples = arrays_beside(train, SAMPLES, "images")
    if samples is not None:
        as_images(samples["images"])
