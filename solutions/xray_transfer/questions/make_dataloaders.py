"""Cases for the dataloaders: the images and labels of two epochs, by a known transform."""

from checks import test_case
from support import NAMES, levels_of, study_loaders

OK_FORMAT = False
name = "make_dataloaders"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="make_dataloaders must return a dict with the dataloaders train, val and test. "
    "They give pairs of images (B, 3, P, P) and labels (B,).",
)
def returns_three_dataloaders(make_dataloaders):
    found, _ = study_loaders(make_dataloaders)
    for part in NAMES:
        assert part in found, f"there is no dataloader {part!r}"
        images, labels = found[part][0][0]["shapes"]
        assert images == [4, 3, 5, 5], f"a batch of {part} has the shape {tuple(images)}"
        assert labels == [4], f"the labels of a batch of {part} have the shape {tuple(labels)}"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="In an epoch, each dataloader must give every image of its part once, also "
    "those of a short last batch. A sampler that repeats images is not asked here.",
)
def gives_every_image_once(make_dataloaders):
    found, parts = study_loaders(make_dataloaders)
    for part in NAMES:
        for epoch in found[part]:
            wanted = sorted(parts[part][1])
            assert sorted(levels_of(epoch)) == wanted, (
                f"{part} gives {len(levels_of(epoch))} images, {len(set(levels_of(epoch)))} of "
                f"them different, for {len(wanted)}"
            )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="An image has the label of another one.",
)
def keeps_images_and_labels_together(make_dataloaders):
    found, parts = study_loaders(make_dataloaders)
    for part in NAMES:
        known = dict(zip(parts[part][1], parts[part][0], strict=True))
        for batch in (batch for epoch in found[part] for batch in epoch):
            right = [known.get(level) for level in batch["levels"]]
            assert batch["labels"] == right, f"a batch of {part} has the labels {batch['labels']}"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The training images must come in a new random order in every epoch.",
)
def shuffles_the_training_part(make_dataloaders):
    found, parts = study_loaders(make_dataloaders)
    first, second = (levels_of(epoch) for epoch in found["train"])
    assert first != parts["train"][1], "the first epoch has the order of the images"
    assert first != second, "both epochs have the same order"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The dataloaders val and test must keep the order of the images.",
)
def keeps_the_order_of_the_other_parts(make_dataloaders):
    found, parts = study_loaders(make_dataloaders)
    for part in ("val", "test"):
        for epoch in found[part]:
            assert levels_of(epoch) == parts[part][1], f"{part} changes the order of the images"


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The transform for training must be used for the training part, anew in every "
    "epoch, and for no other part.",
)
def changes_training_images_only(make_dataloaders):
    found, _ = study_loaders(make_dataloaders)
    noise = {
        part: [[x for batch in epoch for x in batch["noise"]] for epoch in found[part]]
        for part in NAMES
    }
    for part in ("val", "test"):
        assert not any(map(any, noise[part])), f"images of {part} are changed at random"
    assert all(map(all, noise["train"])), "training images are not changed at random"
    both = set(noise["train"][0]) & set(noise["train"][1])
    assert len(both) < 3, "the random changes are the same in both epochs"
