"""gan and conditional_gan: the references, bad input, and the three ways to hand in."""

import contextlib
import re
import sys

import numpy as np
import pytest
import torch

from autograder.course import default_course
from autograder.course.calibration import load_thresholds
from autograder.diagnose import bank
from autograder.prove.sources import gate_grader
from autograder.release.student import student_tree
from data import fashion_mnist
from tests.generated.weak import unseen_images
from tests.problems.plain_otter import failures, modules_of

COURSE = default_course()
NAMES = ("gan", "conditional_gan")
SHORT = [(n, q.name) for n in NAMES for q in COURSE.problem(n).questions if q.name != "training"]
LIKE_CLOTHES, NEW, USABLE = "images_look_like_clothes", "images_are_new", "files_can_be_used"
LABELS = torch.arange(1_000) % 10

pytestmark = pytest.mark.usefixtures("one_thread")
both = pytest.mark.parametrize("name", NAMES)


def reference(name, folder):
    """Return the context of what the reference of a problem defines."""
    problem = COURSE.problem(name)
    return modules_of(COURSE, problem, bank.reference(problem), folder)


@pytest.fixture(scope="module")
def graders():
    """Return graders for the training alone, by the names of the problems."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name in NAMES:
            grader = stack.enter_context(gate_grader(COURSE, COURSE.problem(name), seed=5))
            grader.only = lambda problem, question: question.name == "training"
            found[name] = grader
        yield found


@pytest.mark.parametrize(("name", "question"), SHORT)
def test_the_reference_passes_under_plain_otter(name, question, tmp_path):
    with reference(name, tmp_path) as names:
        assert failures(COURSE.problem(name).question(question), names) == {}


@both
def test_bad_input_gets_one_sentence(name, tmp_path):
    with reference(name, tmp_path) as names:
        nothing = 0 if name == "gan" else LABELS[:0]
        with pytest.raises(ValueError, match=r"(?i)at least one"):
            names["generate"](names["Generator"](), nothing)
        if name == "gan":
            with pytest.raises(ValueError, match="at least one image of each kind"):
                names["discriminator_loss"](torch.zeros(0), torch.zeros(3))
        path = tmp_path / f"{name}.safetensors"
        sys.modules["helper"].write_weights(names["Generator"](3), path)
        with pytest.raises(ValueError, match=rf"{name}\.safetensors does not fit this network"):
            names["load_generator"](tmp_path)
        path.write_bytes(b"no weights")
        with pytest.raises(ValueError, match=rf"{name}\.safetensors does not fit this network"):
            names["load_generator"](tmp_path)


@both
def test_saved_weights_give_the_same_images(name, tmp_path):
    with reference(name, tmp_path) as names:
        asked, found = (3 if name == "gan" else LABELS[:3]), []
        generator = names["Generator"]()
        sys.modules["helper"].write_weights(generator, tmp_path / f"{name}.safetensors")
        for one in (generator, names["load_generator"](tmp_path)):
            torch.manual_seed(1)
            found.append(names["generate"](one, asked))
        assert torch.equal(*found)


def graded(grader, name, folder, text, save):
    """Grade a module and what ``save(folder)`` writes next to it; return question and cases."""
    place = folder / "submission"
    place.mkdir()
    (place / f"{name}.py").write_text(text, encoding="utf-8")
    save(place)
    result = grader.grade(place, folder / "result")
    ((question,),) = [problem["questions"] for problem in result["problems"]]
    return question, {case["name"]: case for case in question["cases"]}


def samples(name, images):
    """Return a function that saves images for a problem, with the labels 0 to 9 in turns."""
    return lambda folder: np.savez_compressed(
        folder / f"{name}_samples.npz", images=images, labels=np.arange(len(images)) % 10
    )


@both
def test_samples_are_judged_without_any_code(graders, name, tmp_path):
    text = student_tree(COURSE.problem(name))[f"{name}.py"].decode()
    unseen = unseen_images()[0][:, 0]
    images = np.concatenate([unseen, unseen[:, :, ::-1]])  # a mirrored shoe is a shoe
    question, cases = graded(graders[name], name, tmp_path, text, samples(name, images))
    assert cases[LIKE_CLOTHES]["outcome"] == "passed"
    assert cases[NEW]["outcome"] == "passed"
    assert any(f"{name}_samples.npz" in figure["caption"] for figure in question["figures"])


@both
def test_copies_of_training_images_earn_nothing(graders, name, tmp_path):
    text = student_tree(COURSE.problem(name))[f"{name}.py"].decode()
    images = fashion_mnist.load("train", "sample").images[:1_000, 0]
    _, cases = graded(graders[name], name, tmp_path, text, samples(name, images))
    assert "100.0% are copies" in f"{cases[NEW]['message']} {cases[NEW]['detail']}"
    for case in cases:
        assert cases[case]["points"] == 0
    assert "many of the images are copies of training images" in cases[LIKE_CLOTHES]["message"]


@both
@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.full((1_000, 28, 28), np.nan), "some values are NaN or infinite"),
        (np.zeros((90_000, 28, 28), np.uint8), "67,108,864 are the limit"),
    ],
)
def test_bad_samples_get_one_sentence(graders, name, tmp_path, images, sentence):
    text = student_tree(COURSE.problem(name))[f"{name}.py"].decode()
    _, cases = graded(graders[name], name, tmp_path, text, samples(name, images))
    told = [f"{cases[case]['message']} {cases[case]['detail']}" for case in (LIKE_CLOTHES, NEW)]
    assert all(sentence in one for one in told), told


def test_labels_of_samples_are_checked(graders, tmp_path):
    text = student_tree(COURSE.problem("conditional_gan"))["conditional_gan.py"].decode()
    images = fashion_mnist.load("train", "sample").images[:1_000, 0]
    for number, (labels, sentence) in enumerate(
        (
            (np.zeros(1_000), "each needs at least 50"),
            (np.arange(1_000) % 11, "not a whole number from 0 to 9"),
            (np.arange(999) % 10, "there are 1000 images and 999 labels"),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, cases = graded(
            graders["conditional_gan"], "conditional_gan", folder, text,
            lambda place, labels=labels: np.savez_compressed(
                place / "conditional_gan_samples.npz", images=images, labels=labels
            ),
        )  # fmt: skip
        assert sentence in f"{cases[NEW]['message']} {cases[NEW]['detail']}"


@both
def test_weights_are_judged_in_place_of_a_training(graders, name, tmp_path):
    """Those of an untrained generator make images that are not like clothes."""
    text = bank.reference(COURSE.problem(name))[f"{name}.py"]
    train = text[text.index("def train(") : text.index("def generate(")]
    text = text.replace(train, "def train(*arguments):\n    raise NotImplementedError\n\n\n")
    with reference(name, tmp_path) as names:
        torch.manual_seed(0)
        generator, write = names["Generator"](), sys.modules["helper"].write_weights
        question, cases = graded(
            graders[name], name, tmp_path, text,
            lambda folder: write(generator, folder / f"{name}.safetensors"),
        )  # fmt: skip
    assert cases[USABLE]["outcome"] == "passed"
    assert "frechet distance is" in cases[LIKE_CLOTHES]["detail"] + cases[LIKE_CLOTHES]["message"]
    assert any(f"{name}.safetensors" in figure["caption"] for figure in question["figures"])


@both
def test_the_handout_states_the_thresholds(name):
    folder = COURSE.problem(name).folder
    handout = (folder / "handout.md").read_text(encoding="utf-8")
    questions = (folder / "questions" / "training.py").read_text(encoding="utf-8")
    stated = re.findall(r"\| ([\d.]+) ± ([\d.]+) \| at (?:most|least) ([\d.]+) \|", handout)
    found = load_thresholds(folder)
    slack = dict(re.findall(r'expect_threshold\(\s*"(\w+)".*?slack=([\d.]+)', questions, re.DOTALL))
    assert slack.keys() == found.keys()
    wanted = []
    for metric, sizes in found.items():
        entry = sizes["sample"]
        sign = 1 if entry.direction == "at_most" else -1
        bar = entry.threshold * (1 + sign * float(slack[metric]))
        digits = 1 if metric == "frechet_distance" else 2
        wanted.append(tuple(f"{v:.{digits}f}" for v in (entry.mean, entry.deviation, bar)))
    assert sorted(stated) == sorted(wanted)
