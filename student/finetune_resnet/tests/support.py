"""A small network that notes what it meets, and its images, for the checks of this problem."""

import numpy as np
import torch

from checks import as_shaped, rng, run_beside

COUNTS = {"train": 10, "val": 7, "test": 6}
BATCH, CLASSES = 4, 3
BATCHES = 3  # in an epoch of training


def watch(function, parts, given, wanted, options):
    """Call a function on a small network and its dataloaders; return what ``wanted`` names.

    An image (3, 2, 5) starts with its number and the number of its split. Backbone and head note
    each batch: what it contains, the modes, whether gradients are recorded, the logits, and which
    parameters have changed by the next one.
    """
    import inspect
    import pathlib
    import sys
    import tempfile

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    splits, script = ["train", "val", "test"], options.get("script")

    def of_code(code):
        return [splits[round(float(code[0, 1]))], [round(n) for n in code[:, 0].tolist()]]

    class Backbone(nn.Module):
        num_features = 6

        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(28, 4, bias=False)
            self.norm = nn.BatchNorm1d(4)
            self.scale = 0.0 if options.get("silent") else 1.0

        def forward(self, images):
            rows = images.flatten(start_dim=1)
            values = self.scale * self.norm(self.linear(rows[:, 2:]))
            through.append([*of_code(rows), self.training, values.requires_grad])
            return torch.cat([rows[:, :2], values], dim=1)

    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(4, 5), nn.Linear(5, 3)
            self.steps = 0

        def forward(self, features):
            split, numbers = of_code(features.detach())
            logits = self.second(torch.tanh(self.first(features[:, 2:])))
            if script is not None:
                place = min(self.steps // options["batches"], len(script[split]) - 1)
                logits = logits + script[split][place][numbers]
            notes.append(
                {
                    "split": split,
                    "numbers": numbers,
                    "training": self.training,
                    "in_training": [self.training, bool(through and through[-1][2])],
                    "records": logits.requires_grad,
                    "logits": logits.detach().clone(),
                    "state": state(),
                }
            )
            self.steps += split == "train" and logits.requires_grad
            return logits

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone, self.head = Backbone(), Head()

        def forward(self, images):
            features = self.backbone(images)
            return self.head(features)

    def state(of=None):
        return {n: p.detach().clone() for n, p in (of or model).named_parameters()}

    def keeps_backbone_trainable():
        """Tell whether the student's own network leaves the backbone's gradients on."""
        names = inspect.unwrap(function).__globals__
        spaces = [names, *([vars(sys.modules["helper"])] if "helper" in sys.modules else [])]
        before = [(s, s["pretrained_backbone"]) for s in spaces if "pretrained_backbone" in s]
        for space, _ in before:
            space["pretrained_backbone"] = lambda *_: Backbone()
        try:
            made = names["FineTunedNet"]()
            return any(p.requires_grad for p in made.backbone.parameters())
        except Exception:
            return False
        finally:
            for space, original in before:
                space["pretrained_backbone"] = original

    def note_gradient(parameter):
        if notes and newest:
            alone = torch.allclose(parameter.grad, newest[-1], atol=1e-7)
            notes[-1].update(gradient=newest[-1], alone=alone)

    torch.manual_seed(options["seed"])
    through, notes, newest, model = [], [], [], None
    trainable = keeps_backbone_trainable()
    model = Small()
    model.backbone.norm.running_mean.fill_(0.5)
    model.backbone.norm.running_var.fill_(2.0)
    model.backbone.requires_grad_(trainable)
    model.head.second.bias.register_hook(lambda gradient: newest.append(gradient.clone()))
    model.head.second.bias.register_post_accumulate_grad_hook(note_gradient)
    if options.get("in_training"):
        model.train()
    del through[:], notes[:]
    loaders = {
        split: DataLoader(TensorDataset(*part), 4, shuffle=bool(options.get("shuffle")))
        for split, part in parts.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "best.pt"
        known = {"model": model, "dataloaders": loaders, "device": torch.device("cpu")}
        known |= {"dataloader": loaders["test"], "path": path}
        start, buffers = state(), {n: b.clone() for n, b in model.named_buffers()}
        result = function(*[known.get(a, a) if isinstance(a, str) else a for a in given])
        saved = torch.load(path, weights_only=False) if path.is_file() else None
    end = state()
    states = [*[note["state"] for note in notes], end]
    for now, later, note in zip(states, states[1:], notes):  # noqa: B905
        note["changed"] = sorted(n for n in now if not torch.equal(now[n], later[n]))

    looks = {note["split"] for note in notes if not note["records"]} | {
        note["split"] for note in notes if note["split"] == "val"
    }
    judge = next((split for split in ("val", "test", "train") if split in looks), "val")

    def matching(found):
        """Return the validations (from 0) in which the network had these parameters."""
        rows, before = [], False
        for note in notes:
            validates = note["split"] == judge and not (judge == "train" and note["records"])
            if validates and not before:
                rows.append(note["state"])
            before = validates
        return [
            i for i, row in enumerate(rows)
            if all(n in found and torch.equal(row[n], found[n].detach().cpu()) for n in row)
        ]  # fmt: skip

    is_model = isinstance(result, nn.Module)
    if isinstance(saved, nn.Module):
        saved = saved.state_dict()
    answers = {
        "kind": "a model" if is_model else type(result).__name__,
        "has_file": saved is not None,
        "returned": matching(state(result if is_model else model)),
        "saved": matching(saved) if isinstance(saved, dict) else [],
        "judge": judge,
        "through": through,
        "changed_in_all": sorted(n for n in start if not torch.equal(start[n], end[n])),
        "parameters": sorted(start),
        "changed_buffers": sorted(
            n for n, b in model.named_buffers() if not torch.equal(b, buffers[n])
        ),
        "start": start,
        "end": end,
        "states": states,
    }
    if "result" in wanted:
        is_list = isinstance(result, tuple | list)
        answers["result"] = [float(x) for x in result] if is_list else None
    keys = [key for key in wanted if key not in answers]
    answers["notes"] = [{key: note.get(key) for key in keys} for note in notes]
    return {key: answers[key] for key in (*(k for k in wanted if k in answers), "notes")}


def draw_parts(scale=3.0, **counts):
    """Return images (N, 3, 2, 5) and labels of each split."""
    parts = {}
    for code, (split, count) in enumerate({**COUNTS, **counts}.items()):
        draw = rng(f"images of {split}")
        pixels = draw.normal(0, scale, (count, 30))
        pixels[:, 0], pixels[:, 1] = np.arange(count), code
        labels = torch.from_numpy(draw.permutation(np.arange(count) % CLASSES))
        parts[split] = torch.from_numpy(pixels).float().reshape(count, 3, 2, 5), labels
    return parts


def study(function, given, wanted, parts=None, **options):
    """Return what ``watch`` finds, for the arguments ``given`` by name or as numbers."""
    parts = draw_parts() if parts is None else parts
    options = {"seed": int(rng("network").integers(1_000_000)), **options}
    found = run_beside(watch, function, parts, list(given), list(wanted), options)
    assert found["notes"], "the network was never called"
    return found


def study_training(function, wanted, num_epochs=2, more=(), **options):
    """Return what ``watch`` finds when a training function runs."""
    given = ["model", "dataloaders", "device", num_epochs, *more]
    return study(function, given, wanted, **options)


def losses_of(result, num_epochs):
    """Return the losses that a training function returned."""
    return as_shaped(result, (num_epochs,), "the list of losses")


def harmless(function):
    """Return functions in place of wrong ones, for checks that students have: none is right."""
    import torch

    def train(model, dataloaders, device, num_epochs=5):
        for images, _ in dataloaders["train"]:
            model(images)
        return [0.0] * num_epochs

    def evaluate(model, dataloader, device):
        return 0.0, 0.5

    def cache_features(model, dataloader, device):
        labels = torch.cat([labels for _, labels in dataloader])
        return torch.zeros(len(labels), 6), labels

    return {"train": train, "evaluate": evaluate, "cache_features": cache_features}
