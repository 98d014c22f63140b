"""A scripted model, a small pretrained network and their images, for the checks of this problem."""

from dataclasses import dataclass

import torch

from checks import rng, run_beside

EPOCHS = 7
PLACES = EPOCHS + 2  # of the weight for which the script has an answer
MARGIN = 1000.0  # more than any logit, so that every image has a gradient


def watch(train_model, train, val, options):
    """Train a scripted model; return what each forward pass met, the log and the final model.

    An image (3, 1, M) holds on its first row its number, whether it is for validation, its slope
    and a table. The logit of class 1 is slope * weight + table[weight], the other one is 0. So
    training moves the weight by known steps, and the table says what is predicted on the way.
    """
    import inspect

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Scripted(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(()))
            self.norm = nn.BatchNorm1d(1)

        def forward(self, images):
            rows = images[:, 0, 0]
            number, is_val, slope, table = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:]
            place = int(self.weight.detach().round().clamp(0, table.shape[1] - 1))
            logit = slope * self.weight + table[:, place]
            met = {
                "is_val": bool(is_val[0] > 0.5),
                "numbers": [round(n) for n in number.tolist()],
                "in_training": self.training,
                "records": logit.requires_grad,
                "weight": self.weight.item(),
                "rate": float(optimizer.param_groups[0]["lr"]),
            }
            self.norm(number[:, None])
            seen.append({**met, "statistics": float(self.norm.running_mean)})
            return torch.stack([torch.zeros_like(logit), logit], dim=1)

        def load_state_dict(self, state, *arguments, **keywords):
            own = {value.data_ptr() for value in self.state_dict().values()}
            tensors = [value for value in state.values() if isinstance(value, torch.Tensor)]
            loads.append(any(value.data_ptr() in own for value in tensors))
            return super().load_state_dict(state, *arguments, **keywords)

    def provided(names):
        """Return the names in helper.py."""
        for value in names.values():
            if getattr(value, "__module__", "") == "helper" and hasattr(value, "__globals__"):
                return value.__globals__
        import helper

        return vars(helper)

    options, seen, loads = dict(options), [], []
    batch_size, rate, gamma, margin = (
        options.pop(name) for name in ("batch_size", "rate", "gamma", "margin")
    )
    model = Scripted()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=gamma)
    data = {"train": TensorDataset(*train), "val": TensorDataset(*val)}
    loaders = {phase: DataLoader(part, batch_size) for phase, part in data.items()}
    sizes = {phase: len(part) for phase, part in data.items()}
    lines = provided(inspect.unwrap(train_model).__globals__)["LOG"]
    del lines[:]
    criterion = nn.MultiMarginLoss(margin=margin)
    given = torch.device("cpu"), loaders, sizes, model, criterion, optimizer, scheduler
    final = train_model(*given, **options)
    is_model = isinstance(final, Scripted)
    judged = final if is_model else model  # a missing model is penalised in a case of its own
    return {
        "seen": seen,
        "log": [[line.phase, line.loss, line.accuracy] for line in lines],
        "returns": "a model" if is_model else type(final).__name__,
        "weight": judged.weight.item(),
        "statistics": float(judged.norm.running_mean),
        "loads": loads,
    }


@dataclass
class Script:
    """Images with labels for both phases, and when each of them is predicted right."""

    train: tuple
    val: tuple
    right: dict  # by phase, (N, PLACES), for each place of the weight
    steps: list  # of the weight, by training batch, for the learning rate 1


def draw_script(train_right, val_right, batch_size, sure=(0, 0)):
    """Return a script; ``*_right`` (N, PLACES) says when an image is predicted right.

    At the places ``sure`` of the weight, right predictions have a very low loss.
    """
    train, strengths = _images("train", train_right, False, sure[0])
    val, _ = _images("val", val_right, True, sure[1])
    starts = range(0, len(train_right), batch_size)
    steps = [strengths[start : start + batch_size].mean() / 2 for start in starts]
    return Script(train, val, {"train": train_right, "val": val_right}, steps)


def simple_script(counts=(10, 7), batch_size=4):
    """Return a script in which half of the images are right at any time."""
    generator = rng("right")
    return draw_script(*(generator.random((n, PLACES)) < 0.5 for n in counts), batch_size)


def study(train_model, script, batch_size=4, gamma=1.0, **options):
    """Return what ``watch`` finds where an epoch moves the weight by 1."""
    rate = 1 / sum(script.steps)
    settings = {"batch_size": batch_size, "rate": rate, "gamma": gamma, "margin": MARGIN}
    found = run_beside(watch, train_model, script.train, script.val, {**settings, **options})
    assert found["seen"], "the model was never called"
    return found


def is_training(met):
    """Tell whether a forward pass belongs to a training phase; some use its images otherwise."""
    return not met["is_val"] and (met["in_training"] or met["records"])


def phases(found):
    """Return the forward passes of each phase in order, as lists."""
    groups = []
    for met in found["seen"]:
        if not groups or is_training(groups[-1][0]) != is_training(met):
            groups.append([])
        groups[-1].append(met)
    return groups


def of_kind(found, training):
    """Return the phases for training or for validation; fail where there is none."""
    kept = [group for group in phases(found) if is_training(group[0]) == training]
    assert kept, f"there is no phase for {'training' if training else 'validation'}"
    return kept


def _images(label, right, is_val, sure):
    """Return images (N, 3, 1, M) with labels, and how strongly each one moves the weight."""
    generator, count = rng(f"images {label}"), len(right)
    labels = generator.integers(0, 2, count)
    labels[:2] = 0, 1  # both classes
    sign = 2.0 * labels - 1
    strengths = generator.uniform(0.4, 1.6, count)
    heights = generator.uniform(60, 90, right.shape)
    heights[:, sure] += 400 * right[:, sure]
    table = sign[:, None] * heights * (2.0 * right - 1)
    columns = [generator.permutation(count), [float(is_val)] * count, sign * strengths]
    rows = torch.cat([torch.tensor([*zip(*columns, strict=True)]), torch.from_numpy(table)], dim=1)
    images = torch.zeros(count, 3, 1, rows.shape[1])
    images[:, 0, 0] = rows.float()
    return (images, torch.from_numpy(labels)), strengths


def watch_scenario(scenario, device, kernels, train, val, class_names):
    """Call finetune or freeze on a small network; return what train_model got and what it changed.

    The network has a convolution with the given kernels, batch normalisation and a layer `fc` with
    1,000 outputs. A short right training takes the place of `train_model`.
    """
    import copy
    import inspect
    import sys

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 5, 3, bias=False), nn.BatchNorm2d(5), nn.ReLU(), nn.Conv2d(5, 8, 1)
            )
            self.fc = nn.Linear(8, 1000)
            with torch.no_grad():
                self.features[0].weight.copy_(kernels)

        def forward(self, images):
            return self.fc(torch.relu(self.features(images)).mean(dim=(2, 3)))

    def pretrained_model(name=None):
        model = Small()
        model.load_state_dict(weights)
        return model

    def train_model(
        device, dataloaders, dataset_sizes, model, criterion, optimizer, scheduler, num_epochs=25
    ):
        parameters = dict(model.named_parameters())
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        got.update(
            calls=got.get("calls", 0) + 1,
            devices=sorted({str(p.device) for p in parameters.values()}),
            loaders=dataloaders is loaders and dataset_sizes == sizes,
            epochs=int(num_epochs),
            head_held=all(id(p) in held for n, p in parameters.items() if n.startswith("fc")),
            schedules=getattr(scheduler, "optimizer", optimizer) is optimizer,
            pretrained=sorted(
                n for n, p in parameters.items()
                if n in weights and p.shape == weights[n].shape
                and torch.equal(p.detach().cpu(), weights[n])
            ) if "meta" not in str(device) else [],
        )  # fmt: skip
        if "meta" in str(device):
            return model
        logits = torch.tensor([[2.0, -1.0], [0.5, 1.5]])
        losses = [float(criterion(logits + shift, torch.tensor([0, 1]))) for shift in (0, 3)]
        got["ignores_a_shift"] = abs(losses[1] - losses[0]) < 1e-4
        before = {n: p.detach().clone() for n, p in parameters.items()}
        for _ in range(2):
            model.train()
            for images, labels in dataloaders["train"]:
                outputs = model(images)
                got["outputs"] = outputs.shape[1]
                optimizer.zero_grad()
                loss = criterion(outputs, labels)
                if loss.requires_grad:
                    loss.backward()
                optimizer.step()
        got["changed"] = sorted(n for n, p in parameters.items() if not torch.equal(p, before[n]))
        got["parameters"] = sorted(parameters)
        return model

    torch.manual_seed(0)
    weights = copy.deepcopy(Small().state_dict())
    data = {"train": TensorDataset(*train), "val": TensorDataset(*val)}
    loaders = {phase: DataLoader(part, 4) for phase, part in data.items()}
    sizes = {phase: len(part) for phase, part in data.items()}
    got, names = {}, inspect.unwrap(scenario).__globals__
    spaces = [names, *([vars(sys.modules["helper"])] if "helper" in sys.modules else [])]
    original = next((s["pretrained_model"] for s in spaces if "pretrained_model" in s), None)
    new = {"train_model": train_model, "visualize_model": lambda *given, **options: None}
    replaced = []
    for space in spaces:
        for name, value in list(space.items()):
            if name in new or (value is original and value is not None):
                replaced.append((space, name, value))
                space[name] = new.get(name, pretrained_model)
    try:
        final = scenario(torch.device(device), loaders, sizes, list(class_names))
    finally:
        for space, name, value in replaced:
            space[name] = value
    got["returns"] = "a model" if isinstance(final, nn.Module) else type(final).__name__
    return got


def study_scenario(scenario, device="cpu"):
    """Return what ``watch_scenario`` finds on random images of two classes."""
    generator = rng("small images")
    kernels = torch.from_numpy(generator.normal(0, 0.3, (5, 3, 3, 3))).float()
    data = []
    for count in (9, 5):
        images = torch.from_numpy(generator.normal(size=(count, 3, 8, 8))).float()
        data.append((images, torch.arange(count) % 2))
    found = run_beside(watch_scenario, scenario, device, kernels, *data, ["ants", "bees"])
    assert found.get("calls"), "train_model was never called"
    return found


def expect_one_training(scenario):
    """Fail unless finetune or freeze trains once, with what it gets, and returns a model."""
    found = study_scenario(scenario)
    assert found["calls"] == 1, f"train_model was called {found['calls']} times"
    assert found["loaders"], "train_model got other dataloaders or sizes"
    assert found["returns"] == "a model", f"it returns an object of type {found['returns']}"


def train_and_predict(scenario, train, val, unseen, class_names):
    """Call finetune or freeze on images (N, 3, P, P) of bytes; return the classes of ``unseen``."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from data import squeezenet

    def normalised(images):
        mean, deviation = (
            torch.tensor(numbers).view(1, 3, 1, 1)
            for numbers in (squeezenet.MEAN, squeezenet.DEVIATION)
        )
        return (images.float() / 255 - mean) / deviation

    parts = {"train": train, "val": val}
    data = {phase: TensorDataset(normalised(x), labels) for phase, (x, labels) in parts.items()}
    loaders = {phase: DataLoader(part, 8, shuffle=phase == "train") for phase, part in data.items()}
    sizes = {phase: len(part) for phase, part in data.items()}
    model = scenario(torch.device("cpu"), loaders, sizes, list(class_names))
    model.eval()
    with torch.no_grad():
        outputs = [model(normalised(batch))[:, :2] for batch in unseen.split(50)]
    return torch.cat(outputs).argmax(dim=1)
