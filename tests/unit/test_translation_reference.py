"""translation: the reference and the recurrent model for all sizes, the comparison, the points."""

from __future__ import annotations

import contextlib
import importlib
import math
import runpy
import sys
import types
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import default_course, load_mistakes
from autograder.diagnose import bank
from autograder.examine import testfiles
from checks import evidence, run_beside, seeded
from checks.guarded import guarded

PROBLEM = default_course().problem("translation")
FAST = [question.name for question in PROBLEM.questions if question.name != "training"]
POINTS = {q.name: testfiles.load(q.test_file).points for q in PROBLEM.questions}
PAD, START, END = range(3)

pytestmark = pytest.mark.usefixtures("one_thread")  # on a busy machine, threads wait for each other


NAMES = ("translation", "seq2seq", "comparison_figures", "comparison")


@contextlib.contextmanager
def problem_folder() -> Iterator[None]:
    """Let modules of the problem's folder be imported, and leave no trace for other tests."""
    before = list(sys.path)
    sys.path.insert(0, str(PROBLEM.folder))
    try:
        yield
    finally:
        sys.path[:] = before
        for name in NAMES:
            sys.modules.pop(name, None)


with problem_folder():
    REFERENCE, SEQ2SEQ, FIGURES, COMPARISON = map(importlib.import_module, NAMES)


def run(question, names, seed=0):
    """Run a question's cases; return (score, names of failed cases)."""
    file = testfiles.parse(PROBLEM.question(question).test_file)
    with seeded(seed), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")
        torch.manual_seed(seed)
        np.random.seed(seed)
        file.run(dict(names))
    evidence.collect()
    failed = [r.test_case.body.test_func.__name__ for r in file.test_case_results if not r.passed]
    return file.score, failed


def models(seed):
    """Return a new model of each kind, in evaluation mode."""
    torch.manual_seed(seed)
    french, english = torch.nn.Embedding(11, 6, padding_idx=0), torch.nn.Embedding(13, 5)
    recurrent = SEQ2SEQ.Seq2Seq(french, english, hidden=8)
    transformer = REFERENCE.TranslationTransformer(11, 13, 8, num_heads=2, d_ff=16)
    return [recurrent.double().eval(), transformer.double().eval()]


sizes = {"N": st.integers(1, 4), "S": st.integers(1, 7), "T": st.integers(2, 7)}


@settings(deadline=None, max_examples=25)
@given(**sizes, seed=st.integers(0, 999))
def test_no_model_looks_ahead(N, S, T, seed):
    for model in models(seed):
        source, target = torch.randint(3, 11, (N, S)), torch.randint(3, 13, (N, T))
        changed = target.clone()
        changed[:, -1] = 3 + (changed[:, -1] - 2) % 10
        before, after = model(source, target), model(source, changed)
        torch.testing.assert_close(before[:, :-1], after[:, :-1])
        assert not torch.allclose(before[:, -1], after[:, -1])


@settings(deadline=None, max_examples=25)
@given(**sizes, more=st.integers(1, 4), seed=st.integers(0, 999))
def test_no_model_reads_pad(N, S, T, more, seed):
    for model in models(seed):
        source, target = torch.randint(3, 11, (N, S)), torch.randint(3, 13, (N, T))
        longer = torch.nn.functional.pad(source, (0, more), value=PAD)
        torch.testing.assert_close(model(longer, target), model(source, target))


def test_attention_is_shared_out_among_the_french_tokens():
    model = models(0)[0]
    source = torch.tensor([[START, 5, 6, END], [START, END, PAD, PAD]])
    weights = model.attention(source, torch.randint(3, 13, (2, 3)))
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(2, 3, dtype=torch.float64))
    assert not weights[1, :, 2:].any()


def test_a_model_without_attention_of_torch_has_an_empty_map():
    rows = torch.zeros(1, 3, dtype=torch.int64), torch.zeros(1, 2, dtype=torch.int64)
    weights = FIGURES.attention_of(torch.nn.Identity(), *rows)
    assert weights.shape == (2, 3)
    assert not weights.any()


def test_a_new_transformer_knows_nothing():
    torch.manual_seed(0)
    model = REFERENCE.TranslationTransformer(500, 600).eval()
    source, target = torch.randint(4, 500, (8, 9)), torch.randint(4, 600, (8, 9))
    loss = REFERENCE.translation_loss(model, source, target).item()
    assert abs(loss - math.log(600)) < 0.6


def test_an_error_in_the_loss_costs_no_points_in_the_loop(monkeypatch):
    right = REFERENCE.translation_loss
    monkeypatch.setattr(REFERENCE, "translation_loss", lambda *a: 3 * right(*a))
    assert run("train", vars(REFERENCE)) == (4, [])


def test_an_error_in_the_positions_costs_no_points_in_the_model(monkeypatch):
    right = REFERENCE.positional_encoding
    monkeypatch.setattr(REFERENCE, "positional_encoding", lambda *a: right(*a).flip(1))
    assert run("TranslationTransformer", vars(REFERENCE)) == (3, [])


TRAINING = {c.name: c for c in testfiles.load(PROBLEM.question("training").test_file).cases}
LEARNS = TRAINING["learns_another_language_of_turned_sentences"].function
KNOWN = {m.name: m for m in load_mistakes(PROBLEM)}
REPLACED = ("train", "greedy_decode")
HARMLESS = {  # these errors do not change what a trained model says
    "last_loss_of_each_epoch",
    "sum_of_each_epoch",
    "pairs_stay_on_their_device",
    "translates_with_gradients",
}


def load(text):
    """Run a text of translation.py and return its module."""
    module = types.ModuleType("translation")
    exec(compile(text, "translation.py", "exec"), vars(module))
    return module


def kept(module):
    """Return which functions the last question takes as they are: train and greedy_decode."""
    own = module.train, module.greedy_decode
    sound = run_beside(LEARNS.__globals__["sound_functions"], *map(guarded, own))
    return [found._target is function for found, function in zip(sound, own, strict=True)]


@pytest.mark.parametrize("name", [m.name for m in KNOWN.values() if m.question in REPLACED])
def test_wrong_functions_are_replaced_before_the_training(name):
    mistake = KNOWN[name]
    right = [name in HARMLESS or mistake.question != function for function in REPLACED]
    assert kept(load(bank.apply(mistake, PROBLEM)["translation.py"])) == right


@pytest.mark.parametrize(
    "path", sorted((PROBLEM.folder / "right_answers").glob("*.py")), ids=lambda p: p.stem
)
def test_right_functions_are_not_replaced_before_the_training(path):
    assert kept(load(path.read_text(encoding="utf-8"))) == [True, True]


def trained(*edits):
    """Let the model of the edited reference learn a made-up language."""
    text = (PROBLEM.folder / "translation.py").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    module = load(text)
    objects = (module.TranslationTransformer, module.train, module.greedy_decode)
    with seeded(3), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")
        torch.manual_seed(3)
        LEARNS(*map(guarded, objects))


BAD_LOOP = ("            optimizer.step()\n", "")
BAD_WORDS = ("rows = target[:, 1:].tolist()", "rows = target.tolist()")


def test_errors_of_the_loop_and_of_decoding_cost_no_points_in_the_training():
    trained(BAD_LOOP, BAD_WORDS)


def test_a_model_that_learns_nothing_is_found_whatever_the_loop_does():
    with pytest.raises(AssertionError, match="unseen sentences are right"):
        trained(BAD_LOOP, ("return self.output(states)", "return self.output(states.detach())"))


def test_a_function_that_is_replaced_need_not_earn_points_first():
    needs = PROBLEM.question("training").needs
    assert not {"translation_loss", *REPLACED} & set(needs)


def test_a_loop_that_is_not_written_is_not_replaced():
    hole = ("    device = next(model.parameters()).device\n", "    raise NotImplementedError\n")
    with pytest.raises(NotImplementedError):
        trained(hole)


def test_the_comparison_trains_all_models_and_draws_them(tmp_path):
    scale = COMPARISON.Scale(6, 200, 100, 2, 16, 1, 16, 16)
    corpus = COMPARISON.load_corpus(scale, "sample")
    corpus.pairs["test"] = corpus.pairs["test"][:10]
    said, trained = [], {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")
        for name in COMPARISON.NAMES:
            device = torch.device("cpu")
            trained[name] = COMPARISON.learn(name, corpus, scale, device, said.append)
        figures = [FIGURES.loss_curves(trained), FIGURES.attention_map(trained, corpus)]
    assert [len(found.losses) for found in trained.values()] == [2, 2, 2]
    assert said[1:3] == ["  epoch 1", "  epoch 2"]
    assert COMPARISON.score_table(trained).count("\n") == 3
    assert COMPARISON.samples(trained, corpus, 2).count("reference") == 2
    for cells in figures[1].axes:  # the weights of a position add up to one
        weights = cells.images[0].get_array()
        np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    for number, figure in enumerate(figures):
        figure.savefig(tmp_path / f"{number}.png")


def test_the_comparison_says_what_is_missing(monkeypatch):
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    monkeypatch.setattr(sys, "argv", ["comparison.py", "--data", "tatoeba"])
    with problem_folder(), pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(PROBLEM.folder / "comparison.py"), run_name="__main__")
    message = stopped.value.code  # a text: Python prints it and a line end, and returns 1
    assert message.startswith("sentence_pairs in size 'tatoeba' is not on this machine")
    assert message.count("\n") == 0
