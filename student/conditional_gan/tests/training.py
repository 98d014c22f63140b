"""Public checks of training; the grader has more."""

from checks import arrays_beside, expect_finite, file_beside, run_beside, test_case
from checks.pictures import as_images
from support import (
    SAMPLES,
    WEIGHTS,
    checked_labels,
    draw_images,
    draw_labels,
    generate_by_weights,
    rows_of,
    train_briefly,
)

OK_FORMAT = False
name = "training"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return a generator and one entry of losses for each epoch, for any "
    "number of images, and generate must make images with it.",
)
def trains_on_any_number_of_images(train, generate):
    for count in (33, 65, 129):
        images, entries = run_beside(
            train_briefly,
            train,
            generate,
            draw_images(count),
            draw_labels(count),
            2,
            draw_labels(3),
        )
        expect_finite(rows_of(images, 3, "the images"), "the images")
        assert entries == 2, f"after 2 epochs, the history has {entries} entries"


@test_case(
    points=0,
    hidden=False,
    failure_message="The file conditional_gan_samples.npz or conditional_gan.safetensors cannot be "
    "used, or generate makes no images.",
)
def files_can_be_used(train, generate):
    asked = draw_labels(3).numpy()
    made = run_beside(generate_by_weights, train, generate, file_beside(train, WEIGHTS), asked)
    rows_of(made, 3, "the images")
    samples = arrays_beside(train, SAMPLES, "images", "labels")
    if samples is not None:
        as_images(samples["images"])
        checked_labels(**samples)
