"""finetune_resnet: its provided files, its blur against SciPy, and the speed of cached features."""

import sys
import time

import numpy as np
import pytest
import torch

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.examine import testfiles
from tests.problems.plain_otter import failures, modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("finetune_resnet")
TEXTS = bank.reference(PROBLEM)
CPU = torch.device("cpu")

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


def with_edit(tmp_path, *edits):
    """Return the context of the reference after some changes."""
    text = TEXTS["imagenet_finetune.py"]
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return modules_of(COURSE, PROBLEM, {"imagenet_finetune.py": text}, tmp_path)


def test_the_base_is_worth_16_points_and_each_extension_8():
    points = {q.name: testfiles.load(q.test_file).points for q in PROBLEM.questions}
    optional = {q.name for q in PROBLEM.questions if q.optional}
    assert len(optional) == 8
    assert {points[name] for name in optional} == {8}
    assert sum(points.values()) - 64 == 16


@pytest.mark.parametrize("sigma", [0.6, 1.3, 2.4])
def test_the_blur_is_that_of_scipy(names, sigma):
    ndimage = pytest.importorskip("scipy.ndimage")
    image = torch.from_numpy(np.random.default_rng(3).uniform(0, 1, (3, 30, 23)))
    radius = int(np.ceil(3 * sigma))
    expected = np.stack([
        ndimage.gaussian_filter(colour, sigma, mode="mirror", radius=radius)
        for colour in image.numpy()
    ])  # fmt: skip
    assert np.allclose(names["gaussian_blur"](image, sigma).numpy(), expected, atol=1e-6)


def test_an_epoch_with_cached_features_is_ten_times_as_fast(names, helper):
    loaders, classes = helper.make_dataloaders("sample", most=96)
    seconds = {}
    for name, more in (("train", 3), ("train_cached", 30)):
        times = []
        for epochs in (1, 1 + more):
            model = names["FineTunedNet"](len(classes))
            start = time.process_time()
            names[name](model, loaders, CPU, epochs)
            times.append(time.process_time() - start)
        seconds[name] = (times[1] - times[0]) / more
    assert seconds["train"] > 10 * seconds["train_cached"]


def test_cached_features_give_the_same_logits(names, helper):
    loaders, classes = helper.make_dataloaders("sample", most=32)
    model = names["FineTunedNet"](len(classes))
    features, labels = names["cache_features"](model, loaders["test"], CPU)
    images, wanted = map(torch.cat, zip(*loaders["test"], strict=True))
    with torch.no_grad():
        assert torch.allclose(model.head(features), model.eval()(images), rtol=1e-4, atol=1e-4)
    assert torch.equal(labels, wanted)


def test_errors_of_train_cost_nothing_in_the_extensions(tmp_path):
    after = "\n    return losses\n    # END SOLUTION\n\n\ndef evaluate"
    wrong = f"losses.append(loss_sum / count){after}", f"losses.append(loss_sum){after}"
    with with_edit(tmp_path, wrong) as names:
        assert list(failures(PROBLEM.question("train"), names)) == [
            "returns_the_mean_loss_per_image"
        ]
        for question in ("best_checkpoint", "unfreezing"):
            assert failures(PROBLEM.question(question), names) == {}


def test_the_optimiser_or_the_network_may_freeze_the_backbone(tmp_path):
    with with_edit(tmp_path, ("        self.backbone.requires_grad_(False)\n", "")) as names:
        for question in ("network", "train", "cached_features", "unfreezing"):
            assert failures(PROBLEM.question(question), names) == {}


def test_the_table_has_a_row_for_each_image(names, helper, tmp_path):
    loaders, classes = helper.make_dataloaders("sample", most=20)
    model = names["FineTunedNet"](len(classes))
    path = tmp_path / "table.html"
    names["write_html"](model, loaders["test"], classes, path, CPU)
    text = path.read_text(encoding="utf-8")
    assert text.count("<img") == 20
    assert text.count("<tr>") == 21


def test_mnist_files_are_read_by_torchvision(names, helper, tmp_path):
    root = helper.write_mnist(tmp_path)
    training, test = (names["mnist_set"](root, train) for train in (True, False))
    assert (len(training), len(test)) == (400, 100)
    image, label = training[0]
    assert image.shape == (3, 64, 64)
    assert label in range(10)


def test_pictures_are_written_as_a_folder(names, helper, tmp_path):
    folder = helper.write_folder(tmp_path, "val", most=50)
    pictures = names["FolderDataset"](folder)
    assert len(pictures) == 50
    assert len(pictures.classes) == 10
    assert pictures[0][0].size == (32, 32)


def test_an_unknown_backbone_is_named(helper, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="no backbone 'vgg'; there are: squeezenet1_1, resnet50"):
        helper.pretrained_backbone("vgg")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="download it with"):
        helper.pretrained_backbone("resnet50")
