"""Cases for cached features: what is stored, and which images go through the backbone."""

import numpy as np
import torch

from checks import (
    expect_close,
    expect_finite,
    expect_own_or_replaced,
    expect_shape,
    numbers,
    rng,
    run_beside,
    test_case,
)
from oracle import (
    expect_a_step_for_each_batch,
    expect_epochs,
    expect_gradient_of_the_batch,
    expect_mean_losses,
    expect_with_right_functions,
    of_backbone,
    of_head,
    steps_of,
)
from support import COUNTS, draw_parts, harmless, losses_of, study_training

OK_FORMAT = False
name = "cached_features"

COUNT, FEATURES = 10, 5
WHICH = ("split", "numbers", "records")


def watch(cache_features, weight, images, labels, normalises):
    """Cache the features of a small backbone that starts in training mode."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
            self.norm = nn.BatchNorm1d(weight.shape[0])
            with torch.no_grad():
                self.linear.weight.copy_(weight)

        def forward(self, images):
            rows = images.flatten(start_dim=1)
            modes.append(self.training)
            values = self.linear(rows)
            return self.norm(values) if normalises else values

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone, self.head = Backbone(), nn.Linear(weight.shape[0], 3)

        def forward(self, images):
            features = self.backbone(images)
            return self.head(features)

    modes, model = [], Small().train()
    loader = DataLoader(TensorDataset(images, labels), 4, shuffle=True)
    found = cache_features(model, loader, torch.device("cpu"))
    parts = list(found) if isinstance(found, tuple | list) and len(found) == 2 else [None, None]
    return {
        "features": parts[0],
        "labels": parts[1],
        "records": isinstance(parts[0], torch.Tensor) and parts[0].requires_grad,
        "modes": modes,
    }


def cached(cache_features, normalises=True):
    """Return what ``watch`` finds, and the right features by label; each label occurs once."""
    draw = rng("cached")
    weight = torch.from_numpy(draw.normal(size=(FEATURES, 12))).float()
    images = torch.from_numpy(draw.normal(size=(COUNT, 3, 2, 2))).float()
    labels = torch.from_numpy(draw.permutation(COUNT))
    found = run_beside(watch, cache_features, weight, images, labels, normalises)
    right = images.flatten(start_dim=1).double() @ weight.double().T
    return found, (right / np.sqrt(1 + 1e-5) if normalises else right)[labels.argsort()]


def features_of(found):
    """Return the cached features in float64; their number is judged in another case."""
    rows = numbers(found["features"], "the features")
    right = rows.ndim == 2 and rows.shape[1] == FEATURES and len(rows)
    expect_shape(rows, rows.shape if right else (COUNT, FEATURES), "the features", "(N, F)")
    return torch.from_numpy(rows).double()


def trained(train_cached, wanted, num_epochs=3, parts=None, **options):
    """Return what ``watch`` in support finds when train_cached runs."""
    return study_training(train_cached, wanted, num_epochs, parts=parts, **options)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="cache_features must return features (N, F) and labels (N,) of all images.",
)
def returns_features_and_labels(cache_features):
    found = cached(cache_features)[0]
    expect_shape(found["features"], (COUNT, FEATURES), "the features", "(N, F)")
    expect_shape(found["labels"], (COUNT,), "the labels", "(N,)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train_cached must return a list with one finite loss for each epoch.",
)
def returns_a_loss_for_each_epoch(train_cached):
    def check():
        losses = losses_of(trained(train_cached, ["result"])["result"], 3)
        expect_finite(losses, "the list of losses")

    expect_own_or_replaced(check, train_cached, harmless)


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The cached features differ from those of the backbone in evaluation mode. In "
    "training mode, batch normalisation makes them depend on the batch.",
)
def caches_the_features_of_evaluation_mode(cache_features):
    found, right = cached(cache_features)
    assert found["modes"], "the backbone was never called"
    assert not any(found["modes"]), "the backbone is in training mode"
    rows = features_of(found)
    # order and number have cases of their own
    nearest = torch.cdist(rows, right).argmin(dim=1)
    expect_close(rows, right[nearest], rtol=1e-4, atol=1e-5, name="the features")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Features and labels are not in the same order. A dataloader may shuffle anew "
    "in each run through it.",
)
def keeps_features_and_labels_together(cache_features):
    found, right = cached(cache_features, normalises=False)
    rows = features_of(found)
    labels = numbers(found["labels"], "the labels").reshape(-1)
    assert len(labels) == len(rows), f"there are {len(rows)} features and {len(labels)} labels"
    nearest = torch.cdist(rows, right).argmin(dim=1).numpy()
    wrong = int((nearest != labels).sum())
    assert not wrong, f"{wrong} of {COUNT} images have the label of another one"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The cached features still require gradients, so the whole graph is kept.",
)
def records_no_gradients(cache_features):
    found, _ = cached(cache_features)
    features_of(found)
    assert not found["records"], "the features require gradients"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Each training image must go through the backbone once, however many epochs "
    "there are.",
)
def uses_the_backbone_once_for_each_image(train_cached):
    def check():
        through = trained(train_cached, ["through"], num_epochs=4)["through"]
        used = sorted(n for split, numbers, *_ in through if split == "train" for n in numbers)
        assert used == list(range(COUNTS["train"])), (
            f"in 4 epochs, {len(used)} images go through the backbone, not {COUNTS['train']}"
        )

    expect_with_right_functions(check, train_cached)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="In each epoch, the new layers must see the features of every training image "
    "once.",
)
def uses_each_image_once_per_epoch(train_cached):
    def check():
        parts = draw_parts()
        expect_epochs(trained(train_cached, WHICH, parts=parts), parts, 3)

    expect_with_right_functions(check, train_cached)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each batch must make one step with the gradient of its mean cross-entropy.",
)
def follows_the_gradient_of_the_batch(train_cached):
    def check():
        parts = draw_parts()
        wanted = [*WHICH, "changed", "parameters", "logits", "gradient", "alone"]
        found = trained(train_cached, wanted, parts=parts)
        expect_a_step_for_each_batch(found, of_head(found["parameters"]))
        expect_gradient_of_the_batch(found, parts)

    expect_with_right_functions(check, train_cached)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The backbone must not change, and the new layers must be in training mode.",
)
def trains_the_new_layers_only(train_cached):
    def check():
        found = trained(train_cached, ["changed_in_all", *WHICH, "training"])
        changed = of_backbone(found["changed_in_all"])
        assert not changed, f"these parameters change: {', '.join(changed)}"
        assert all(note["training"] for note in steps_of(found)), "a batch is in evaluation mode"

    expect_with_right_functions(check, train_cached)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A loss that is returned is not the mean over all images of its epoch.",
)
def returns_the_mean_loss_per_image(train_cached):
    def check():
        parts = draw_parts()
        found = trained(train_cached, ["result", *WHICH, "logits"], parts=parts)
        expect_mean_losses(found, parts, 3)

    expect_with_right_functions(check, train_cached)
