"""transfer_learning under plain Otter: its messages, its provided files and its training."""

import sys

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.course import default_course
from autograder.diagnose import bank
from checks import evidence
from tests.problems.plain_otter import failures, modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("transfer_learning")
TEXTS = bank.reference(PROBLEM)

pytestmark = [
    pytest.mark.filterwarnings("ignore:'pin_memory' argument:UserWarning"),
    pytest.mark.usefixtures("one_thread"),
]


@pytest.fixture
def names(tmp_path):
    """What the reference defines, next to the provided files."""
    with modules_of(COURSE, PROBLEM, TEXTS, tmp_path) as found:
        yield found


@pytest.fixture
def helper(names):
    """The provided module."""
    return sys.modules["helper"]


def failed(question, names, hidden=None):
    """Run a question's cases on the objects ``names``; return {failed case: message}."""
    return failures(PROBLEM.question(question), names, hidden=hidden)


def with_edit(tmp_path, old, new):
    """Return the context of the reference after one change."""
    text = TEXTS["transfer_learning.py"]
    assert text.count(old) == 1
    changed = {**TEXTS, "transfer_learning.py": text.replace(old, new)}
    return modules_of(COURSE, PROBLEM, changed, tmp_path)


@pytest.mark.parametrize("question", ["train_model", "visualize_model", "finetune", "freeze"])
def test_the_reference_passes_under_plain_otter(question, names):
    assert failed(question, names) == {}


def test_an_alias_of_the_last_weights_fails_only_the_case_about_it(tmp_path):
    old = "            best_weights = copy.deepcopy(model.state_dict())\n        # END"
    with with_edit(tmp_path, old, old.replace("copy.deepcopy(model.state_dict())",
                                              "model.state_dict()")) as names:  # fmt: skip
        assert list(failed("train_model", names)) == ["returns_the_weights_of_the_best_epoch"]


def test_public_cases_say_nothing_about_a_missing_eval(tmp_path):
    with with_edit(tmp_path, "model.train(is_training)", "model.train()") as names:
        assert failed("train_model", names, hidden=False) == {}
        assert list(failed("train_model", names)) == ["validates_in_evaluation_mode"]


def test_either_way_to_freeze_is_enough(tmp_path):
    with with_edit(
        tmp_path, "        parameter.requires_grad = False\n", "        pass\n"
    ) as names:
        assert failed("freeze", names) == {}  # the optimiser holds the last layer only
    with with_edit(tmp_path, "SGD(model.fc.parameters()", "SGD(model.parameters()") as names:
        assert failed("freeze", names) == {}  # the others require no gradients


def tiny_loaders():
    points = TensorDataset(torch.eye(4), torch.tensor([0, 1, 0, 1]))
    return dict.fromkeys(("train", "val"), DataLoader(points, 3)), {"train": 4, "val": 4}


def test_bad_input_gets_one_sentence(names):
    loaders, sizes = tiny_loaders()
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rest = nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1)
    train = names["train_model"]
    with pytest.raises(ValueError, match="num_epochs is -1, but it cannot be negative"):
        train("cpu", loaders, sizes, model, *rest, num_epochs=-1)
    with pytest.raises(ValueError, match="no images for the phase 'val'"):
        train("cpu", {"train": loaders["train"]}, sizes, model, *rest, num_epochs=1)
    with pytest.raises(ValueError, match="no images for the phase 'train'"):
        train("cpu", loaders, {"train": 0, "val": 4}, model, *rest, num_epochs=1)


def test_the_log_counts_epochs_from_one_and_zero_is_an_evaluation(names, helper):
    loaders, sizes = tiny_loaders()
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rest = nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1)
    for epochs, expected in (
        (0, [(0, "val")]),
        (2, [(1, "train"), (1, "val"), (2, "train"), (2, "val")]),
    ):
        del helper.LOG[:]
        names["train_model"]("cpu", loaders, sizes, model, *rest, num_epochs=epochs)
        assert [entry[:2] for entry in helper.LOG] == expected


def test_the_pretrained_network_ends_with_a_linear_layer(helper):
    model = helper.pretrained_model()
    assert (model.fc.in_features, model.fc.out_features) == (512, 1000)
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert model.eval()(images).shape == (2, 1000)
    with pytest.raises(ValueError, match="no backbone 'alexnet'; there are: squeezenet1_1, resnet"):
        helper.pretrained_model("alexnet")


def test_missing_weights_of_resnet_are_told(helper, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"resnet18-.*does not exist: download it"):
        helper.pretrained_model("resnet18")


def write_folder(folder, pictures):
    """Write pictures as ``<split>/<class>/<file>``."""
    for split in ("train", "val"):
        for name, image in pictures.items():
            (folder / split / name).mkdir(parents=True)
            if image is not None:
                image.save(folder / split / name / "0.png")


def test_grey_pictures_and_one_image_per_class_are_enough(helper, tmp_path):
    image = pytest.importorskip("PIL.Image")
    pictures = {"a": image.new("L", (40, 30), 200), "b": image.new("RGB", (30, 50))}
    write_folder(tmp_path / "own", pictures)
    loaders, sizes, classes = helper.make_dataloaders(tmp_path / "own", pixels=32)
    images, labels = next(iter(loaders["val"]))
    assert images.shape == (2, 3, 32, 32)
    assert (sorted(labels.tolist()), classes) == ([0, 1], ["a", "b"])
    assert sizes == {"train": 2, "val": 2}
    grey = torch.from_numpy(helper.to_picture(images[labels.tolist().index(0)]))
    assert torch.allclose(grey, torch.full((32, 32, 3), 200 / 255, dtype=grey.dtype), atol=1e-6)


def test_a_bad_folder_gets_one_sentence(helper, tmp_path):
    image = pytest.importorskip("PIL.Image")
    with pytest.raises(ValueError, match="train cannot be used"):
        helper.make_dataloaders(tmp_path / "nowhere")
    write_folder(tmp_path / "empty", {"a": image.new("RGB", (9, 9)), "b": None})
    with pytest.raises(ValueError, match="train cannot be used: Found no valid file"):
        helper.make_dataloaders(tmp_path / "empty")
    write_folder(tmp_path / "broken", {"a": image.new("RGB", (9, 9))})
    (tmp_path / "broken" / "val" / "a" / "1.jpg").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"1\.jpg is no image, or it is damaged"):
        helper.make_dataloaders(tmp_path / "broken")


def test_the_comparison_names_network_and_images(names, helper):
    import comparison

    text = comparison.table({"finetune": 0.9375, "freeze": 0.9}, ["ants", "bees"])
    assert text.splitlines()[0] == "SqueezeNet 1.1 on ants and bees"
    assert text.split()[-2:] == ["93.8%", "90.0%"]


@pytest.mark.slow
def test_the_reference_trains_to_the_thresholds(names):
    assert failed("training", names) == {}
    left = evidence.collect()
    assert set(left.metrics) == {"finetune_accuracy", "freeze_accuracy"}
    assert all(0.7 < value < 1 for value in left.metrics.values())
    assert [png[:4] for _, png in left.figures] == [b"\x89PNG"] * 2
    assert all("SqueezeNet 1.1" in caption for caption, _ in left.figures)
