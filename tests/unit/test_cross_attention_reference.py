"""cross_attention under plain Otter: supported kinds, right answers, and the reference."""

import types

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import default_course
from autograder.examine import testfiles
from checks import evidence, seeded
from data import mnist_digits

PROBLEM = default_course().problem("cross_attention")
REFERENCE = PROBLEM.folder / "cross_attention.py"
KINDS = ("scaled_dot", "dot", "multiplicative")
POINTS = {"pick_digits": 2, "attention_weights": 4, "attend": 2, "digits_attention": 2}
sizes = st.integers(1, 6)


def load(text):
    """Run a module's text and return what it defines."""
    module = types.ModuleType("cross_attention")
    exec(compile(text, "cross_attention", "exec"), vars(module))
    return vars(module)


def reference(*edits):
    """Return what the reference defines after some changes, each (old, new)."""
    text = REFERENCE.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return load(text)


def without(*kinds):
    """Return what the reference defines when some kinds are left open."""
    hole = "raise NotImplementedError\n        "
    return reference(
        *((f'if kind == "{k}":\n', f'if kind == "{k}":\n        {hole}') for k in kinds)
    )


def failures(question, names, seed=0):
    """Run a question's cases on the objects ``names``; return {failed case: message}."""
    file = testfiles.parse(PROBLEM.question(question).test_file)
    with seeded(seed):
        torch.manual_seed(seed)
        file.run(names)
    evidence.collect()
    return {
        result.test_case.body.test_func.__name__: result.message
        for result in file.test_case_results
        if not result.passed
    }


def helper(name):
    """Return a function of the support module that the questions share."""
    cases = testfiles.load(PROBLEM.question("attend").test_file).cases
    return cases[0].function.__globals__["expect_for_some_kind"].__globals__[name]


@pytest.mark.slow  # likewise
@pytest.mark.parametrize("question", POINTS)
@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_is_enough(kind, question):
    assert failures(question, without(*set(KINDS) - {kind})) == {}


def test_a_wrong_kind_loses_points_beside_right_ones():
    names = reference(("return query @ W @ keys.T", "return query @ W.T @ keys.T"))
    failed = failures("attention_weights", names)
    assert "agrees_with_pytorch_for_multiplicative" in failed
    assert "agrees_with_pytorch_for_dot" not in failed


def test_a_wrong_factor_is_lost_once():
    names = reference(("/ query.shape[1] ** 0.5", "/ query.shape[1]"))
    assert "agrees_with_pytorch_for_scaled_dot" in failures("attention_weights", names)
    assert failures("attend", names) == {}
    assert failures("digits_attention", names) == {}


SOFTMAX = "return torch.softmax(similarity, dim=1)"
SUM = "return weights @ values"
VECTORS = "return images[torch.stack(chosen)].flatten(start_dim=1)"


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("attention_weights", SOFTMAX, "return torch.softmax(similarity, dim=1).half()"),
        ("attention_weights", SOFTMAX, "return torch.softmax(similarity, dim=1).mT"),
        ("attention_weights", SOFTMAX, "return None"),
        ("pick_digits", VECTORS, "return images[torch.stack(chosen)]"),
        ("attend", SUM, "return (weights @ values)[:, :2]"),
    ],
)
def test_what_nothing_can_be_computed_with_is_penalised_once(question, old, new):
    names = reference((old, new))
    assert {name for name in POINTS if failures(name, names)} == {question}


@pytest.mark.parametrize(
    ("question", "edits", "case"),
    [
        (
            "attend",
            [(SOFTMAX, "return None"), (SUM, "return 2 * weights @ values")],
            "agrees_with_pytorch_for_scaled_dot",
        ),
        (
            "attend",
            [(SOFTMAX, "return None"), (SUM, "return weights @ values.detach()")],
            "passes_gradients_back",
        ),
        (
            "digits_attention",
            [(VECTORS, "return None"), ("target_labels, seed)[TARGET]", "target_labels, seed)[4]")],
            "takes_a_five_as_target",
        ),
    ],
)
def test_an_error_of_the_later_part_is_found_whatever_the_earlier_part_does(question, edits, case):
    assert case in failures(question, reference(edits[1]))
    assert case in failures(question, reference(*edits))


def test_kinds_that_are_left_open_are_not_offered():
    function = without("dot")["attention_weights"]
    assert list(helper("offered_kinds")(function)) == ["scaled_dot", "multiplicative"]


def test_where_nothing_is_offered_calling_says_why():
    function = without(*KINDS)["attend"]
    assert list(helper("offered_kinds")(function, 3)) == ["scaled_dot"]


@given(Q=sizes, S=sizes, D=sizes, V=sizes, seed=st.integers(0, 99), kind=st.sampled_from(KINDS))
@settings(max_examples=60, deadline=None)
def test_weighted_sums_stay_within_the_values(Q, S, D, V, seed, kind):
    draw = torch.Generator().manual_seed(seed)
    shapes = (Q, D), (S, D), (S, V), (D, D)
    query, keys, values, W = (5 * torch.randn(shape, generator=draw) for shape in shapes)
    out = reference()["attend"](query, keys, values, kind, W)
    assert out.shape == (Q, V)
    assert (out <= values.amax(dim=0) + 1e-4).all()
    assert (out >= values.amin(dim=0) - 1e-4).all()


def test_the_rubric_states_what_the_reference_gives():
    names, rows = reference(), []
    data = [mnist_digits.load(split, "sample") for split in ("train", "test")]
    tensors = [torch.from_numpy(array) for d in data for array in (d.images, d.labels)]
    for seed in range(1000):
        rows.append(names["digits_attention"](*tensors, kind="dot", seed=seed)[2].numpy())
    largest = np.bincount(np.argmax(rows, axis=1), minlength=10) / 10
    # three deviations of a share of 1,000 draws, should torch draw other numbers one day
    assert largest[[0, 5, 8, 3]] == pytest.approx([24, 18, 19, 16], abs=4)
    assert np.max(rows, axis=1).mean() == pytest.approx(0.93, abs=0.02)
