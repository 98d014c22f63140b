"""Public checks of make_dataloaders; the grader has more."""

from checks import test_case
from support import NAMES, study_loaders

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
