"""vae: the reference, other likelihoods, the three ways to hand in, and weak images."""

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
from tests.generated.weak import bars
from tests.problems.plain_otter import failures, modules_of

COURSE = default_course()
PROBLEM = COURSE.problem("vae")
TEXTS = bank.reference(PROBLEM)
SHORT = ["networks", "reparameterize", "loss", "images"]
IMAGE_CASES = {"images_look_like_clothes", "images_are_of_all_kinds", "images_are_new"}
BERNOULLI = """    reconstruction_term = nn.functional.binary_cross_entropy(
        reconstruction.reshape(images.shape), images, reduction="sum"
    ) / len(images)
"""
SQUARES = "    reconstruction_term = squares.flatten(1).sum(dim=1).mean() / (2 * VARIANCE)\n"

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def names(tmp_path):
    """What the reference defines, next to the provided files."""
    with modules_of(COURSE, PROBLEM, TEXTS, tmp_path) as found:
        yield found


@pytest.fixture
def helper(names):
    """The provided module."""
    return sys.modules["helper"]


@pytest.fixture(scope="module")
def grader():
    """Return a grader for the training alone."""
    with gate_grader(COURSE, PROBLEM, seed=5) as made:
        made.only = lambda problem, question: question.name == "training"
        yield made


def failed(question, names, hidden=None):
    """Run a question's cases on the objects ``names``; return {failed case: message}."""
    return failures(PROBLEM.question(question), names, hidden=hidden)


def with_edit(tmp_path, old, new):
    """Return the context of the reference after one change."""
    text = TEXTS["vae.py"]
    assert text.count(old) == 1
    return modules_of(COURSE, PROBLEM, {**TEXTS, "vae.py": text.replace(old, new)}, tmp_path)


@pytest.mark.parametrize("question", SHORT)
def test_the_reference_passes_under_plain_otter(question, names):
    assert failed(question, names) == {}


def test_a_bernoulli_likelihood_costs_one_named_case(tmp_path):
    with with_edit(tmp_path, SQUARES, BERNOULLI) as names:
        lost = failed("loss", names)
        assert list(lost) == ["reconstruction_term_is_gaussian"]
        assert "Bernoulli" in str(lost)


def test_another_variance_must_be_stated(tmp_path):
    plain = SQUARES.replace(" / (2 * VARIANCE)", "")
    for stated, lost in ((0.5, []), (0.1, ["both_terms_have_the_same_factor"])):
        folder = tmp_path / str(stated)
        folder.mkdir()
        changed = TEXTS["vae.py"].replace(SQUARES, plain)
        changed = changed.replace("VARIANCE = 0.1", f"VARIANCE = {stated}")
        with modules_of(COURSE, PROBLEM, {**TEXTS, "vae.py": changed}, folder) as names:
            assert list(failed("loss", names)) == lost


def test_log_sigma_is_right_only_if_both_places_use_it(tmp_path):
    sampling = "torch.exp(0.5 * logvar) * noise", "torch.exp(logvar) * noise"
    loss = (
        "0.5 * (mu**2 + logvar.exp() - logvar - 1)",
        ("0.5 * (mu**2 + (2 * logvar).exp() - 2 * logvar - 1)"),
    )
    for number, edits, lost in (
        (0, [sampling, loss], []),
        (1, [sampling], ["deviation_follows_from_logvar"]),
        (2, [loss], ["kl_term_is_the_divergence"]),
    ):
        text = TEXTS["vae.py"]
        for old, new in edits:
            assert text.count(old) == 1
            text = text.replace(old, new)
        folder = tmp_path / str(number)
        folder.mkdir()
        with modules_of(COURSE, PROBLEM, {**TEXTS, "vae.py": text}, folder) as names:
            assert [*failed("reparameterize", names), *failed("loss", names)] == lost


def test_public_cases_say_nothing_about_the_deviation(tmp_path):
    with with_edit(tmp_path, "torch.exp(0.5 * logvar)", "torch.exp(logvar)") as names:
        assert failed("reparameterize", names, hidden=False) == {}


def test_bad_input_gets_one_sentence(names, helper, tmp_path):
    images, zeros = torch.rand(2, 1, 28, 28), torch.zeros(2, 3)
    with pytest.raises(ValueError, match="different numbers of pixels"):
        names["loss"](images[:1], images, zeros, zeros)
    model = names["VAE"]()
    with pytest.raises(ValueError, match="n is 0, but at least one image"):
        names["generate"](model, 0)
    with pytest.raises(ValueError, match="steps is 1, but both ends"):
        names["interpolate"](model, images[0], images[1], 1)
    helper.write_weights(names["VAE"](3), tmp_path / "vae.safetensors")
    with pytest.raises(ValueError, match=r"vae\.safetensors does not fit this network"):
        names["load_model"](tmp_path)
    (tmp_path / "vae.safetensors").write_bytes(b"no weights")
    with pytest.raises(ValueError, match=r"vae\.safetensors does not fit this network"):
        names["load_model"](tmp_path)


def test_saved_weights_give_the_same_model(names, helper, tmp_path):
    model, images = names["VAE"](), torch.rand(3, 1, 28, 28)
    helper.write_weights(model, tmp_path / "vae.safetensors")
    again = names["load_model"](tmp_path)
    assert torch.equal(names["reconstruct"](model, images), names["reconstruct"](again, images))


def graded(grader, tmp_path, text, save):
    """Grade a module and what ``save(folder)`` writes next to it; return the question and cases."""
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "vae.py").write_text(text, encoding="utf-8")
    save(folder)
    result = grader.grade(folder, tmp_path / "result")
    ((question,),) = [problem["questions"] for problem in result["problems"]]
    return question, {case["name"]: case for case in question["cases"]}


def samples(images):
    """Return a function that saves ``images`` as vae_samples.npz."""
    return lambda folder: np.savez_compressed(folder / "vae_samples.npz", images=images)


def skeleton():
    return student_tree(PROBLEM)["vae.py"].decode()


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.full((1_000, 28, 28), np.nan), "some values are NaN or infinite"),
        (np.zeros((90_000, 28, 28), np.uint8), "67,108,864 are the limit"),
    ],
)
def test_bad_samples_get_one_sentence(grader, tmp_path, images, sentence):
    _, cases = graded(grader, tmp_path, TEXTS["vae.py"], samples(images))
    told = [f"{cases[name]['message']} {cases[name]['detail']}" for name in IMAGE_CASES]
    assert all(sentence in text for text in told), told


def test_a_file_that_is_no_archive_gets_one_sentence(grader, tmp_path):
    _, cases = graded(
        grader, tmp_path, TEXTS["vae.py"], lambda f: (f / "vae_samples.npz").write_bytes(b"PK?")
    )
    case = cases["images_are_new"]
    assert "vae_samples.npz cannot be read" in f"{case['message']} {case['detail']}"


@pytest.mark.slow  # trains on the sample
def test_weights_and_samples_are_judged_without_a_training(grader, helper, names, tmp_path):
    torch.manual_seed(0)
    images = torch.from_numpy(fashion_mnist.load("train", "sample").images)
    model, history = names["train"](images)
    assert len(history) == names["NUM_EPOCHS"]
    text = TEXTS["vae.py"]
    train = text[text.index("def train(") : text.index("def generate(")]
    no_train = "def train(*arguments, **options):\n    raise NotImplementedError('train')\n\n\n"
    for name, save in (
        (
            "samples",
            lambda f: helper.write_samples(names["generate"](model, 1_000), f / "vae_samples.npz"),
        ),
        ("weights", lambda f: helper.write_weights(model, f / "vae.safetensors")),
    ):
        folder = tmp_path / name
        folder.mkdir()
        source = skeleton() if name == "samples" else text.replace(train, no_train)
        question, cases = graded(grader, folder, source, save)
        passed = {case for case, found in cases.items() if found["outcome"] == "passed"}
        expected = {*IMAGE_CASES, "reaches_the_elbo_on_unseen_images"}
        if name == "weights":  # the skeleton has no model
            expected.add("files_can_be_used")
        assert passed == expected, cases
        assert ("elbo" in question["metrics"]) == (name == "weights")


def test_the_handout_states_the_thresholds():
    handout = (PROBLEM.folder / "handout.md").read_text(encoding="utf-8")
    found = load_thresholds(PROBLEM.folder)
    for size in PROBLEM.data["fashion_mnist"]:
        (row,) = re.findall(rf"^\| {size}\b.*$", handout, re.MULTILINE)
        wanted = []
        for metric, form in (
            ("elbo", ".0f"),
            ("frechet_distance", ".1f"),
            ("class_entropy", ".2f"),
            ("coverage", ".2f"),
        ):
            bar = bars("vae")[metric]
            required = bar.most if metric == "frechet_distance" else bar.least
            wanted += [f"{found[metric][size].mean:{form}}", f"{required:{form}}"]
        assert re.findall(r"[\d.]+", row.split("|", 2)[2]) == wanted
