"""Public checks of cached_features; the grader has more."""

import numpy as np
import torch

from checks import expect_finite, expect_own_or_replaced, expect_shape, rng, run_beside, test_case
from support import harmless, losses_of, study_training

OK_FORMAT = False
name = "cached_features"

COUNT, FEATURES = 10, 5


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
