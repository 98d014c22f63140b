"""xray_transfer under plain Otter: bad input, the provided files and the comparison."""

import sys

import numpy as np
import pytest
import torch
from torch import nn

from autograder.course import default_course
from autograder.diagnose import bank
from tests.problems.plain_otter import failures, modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("xray_transfer")
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


def write_folder(folder, empty=(), missing=()):
    """Write the layout of Kaggle: one image a class, of another size and mode in each split."""
    image = pytest.importorskip("PIL.Image")
    for split, mode, side in (("train", "L", 40), ("val", "RGB", 30), ("test", "RGBA", 50)):
        for name, file in (("NORMAL", "IM-0115-0001.jpeg"), ("PNEUMONIA", "person7_virus_2.jpeg")):
            place = folder / split / name
            if (split, name) in missing:
                continue
            place.mkdir(parents=True)
            if (split, name) not in empty:
                picture = image.new(mode, (side, side + 5), 200 if mode == "L" else (200,) * 3)
                picture.convert("L" if mode == "L" else "RGB").save(place / file)
    return folder


def test_a_folder_is_read_with_one_image_a_class(helper, tmp_path):
    pool, test = helper.read_folder(write_folder(tmp_path / "own"), pixels=20)
    assert pool.images.shape == (4, 20, 20)
    assert pool.labels.tolist() == [0, 1, 0, 1]
    assert set(pool.patients) == {"IM-0115", "person7"}
    assert test.images.shape == (2, 20, 20)
    assert abs(float(pool.images.mean()) - 200) < 2
    assert pool.take([1, 3]).patients == ("person7", "person7")


def test_a_bad_folder_gets_one_sentence(helper, tmp_path):
    val = ("val", "PNEUMONIA")
    with pytest.raises(ValueError, match=r"The class PNEUMONIA has no images: .* is empty"):
        helper.read_folder(write_folder(tmp_path / "empty", empty=[val]))
    with pytest.raises(ValueError, match="The class PNEUMONIA is missing: there is no folder"):
        helper.read_folder(write_folder(tmp_path / "missing", missing=[val]))
    broken = write_folder(tmp_path / "broken")
    (broken / "test" / "NORMAL" / "x.jpeg").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"x\.jpeg is no image, or it is damaged"):
        helper.read_folder(broken)


def test_one_class_missing_gets_one_sentence(names):
    with pytest.raises(ValueError, match="Both classes need images, but their numbers are"):
        names["class_weights"]([0, 12])


def test_a_grey_batch_gets_one_sentence(names):
    model = names["build_model"]("head").eval()
    with pytest.raises(ValueError, match="repeat the channel of a grey image three times"):
        model(torch.zeros(2, 1, 64, 64))
    assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 2)


def test_weights_come_back_and_those_of_another_network_are_refused(names, helper, tmp_path):
    path = tmp_path / "xray_transfer.safetensors"
    model = names["build_model"]("full")
    helper.save_model(model, path)
    again = helper.load_model(names["build_model"]("head"), path)
    assert torch.equal(again.fc.weight, model.fc.weight)
    other = names["build_model"]("full")
    other.fc = nn.Linear(512, 1)
    with pytest.raises(ValueError, match=r"belongs to another network: fc\.weight has the shape"):
        helper.load_model(other, path)
    path.write_bytes(b"PK no safetensors")
    with pytest.raises(ValueError, match="is no file of weights, or it is damaged"):
        helper.load_model(model, path)


def test_networks_are_named_or_refused(helper, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="no backbone 'alexnet'; there are: squeezenet1_1, resnet"):
        helper.pretrained_model("alexnet")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"resnet18-.*does not exist: download it"):
        helper.pretrained_model("resnet18")


def test_blocks_of_both_networks_hold_all_parameters_but_fc(helper):
    from torchvision.models import resnet18

    for model, count in ((helper.pretrained_model(), 9), (resnet18(weights=None), 10)):
        found = helper.blocks(model)
        held = {id(p) for block in found for p in block.parameters()}
        inner = {id(p) for name, p in model.named_parameters() if not name.startswith("fc")}
        assert len(found) == count
        assert held == inner


def test_the_grader_refuses_weights_of_another_network(names, helper, tmp_path):
    accuracy = PROBLEM.question("accuracy")
    helper.save_model(nn.Linear(3, 2), tmp_path / "xray_transfer.safetensors")
    found = failures(accuracy, {"fit": names["fit"]}, hidden=False)
    assert "has_no_wrong_weights" in found
    helper.save_model(names["build_model"]("full"), tmp_path / "xray_transfer.safetensors")
    assert "has_no_wrong_weights" not in failures(accuracy, {"fit": names["fit"]}, hidden=False)


def test_the_comparison_names_the_network_and_draws_each_strategy(names):
    import comparison

    one = {
        "accuracy": 0.75, "auc": 0.9, "confusion": np.array([[3, 1], [1, 3]]), "seconds": 2.0,
        "fpr": [0, 0.25, 1], "tpr": [0, 0.75, 1], "losses": [0.5, 0.4],
    }  # fmt: skip
    results = {"head": [one, {**one, "accuracy": 0.85}], "full": [one, one]}
    text = comparison.table(results, 8).splitlines()
    assert text[0] == "SqueezeNet 1.1, 8 test X-rays, 2 runs"
    assert "0.800 ± 0.071" in text[2]
    assert set(comparison.figures_of(results)) == {
        "strategies.png", "roc.png", "confusion_head.png", "confusion_full.png", "losses.png",
    }  # fmt: skip
