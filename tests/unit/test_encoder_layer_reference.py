"""encoder_layer: properties of the reference over random sizes, the mapping, what is refused."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from autograder.course import default_course
from autograder.examine import testfiles
from autograder.submission.forbidden import search
from checks import seeded

PROBLEM = default_course().problem("encoder_layer")
REFERENCE = PROBLEM.folder / "encoder_layer.py"
MODULE: dict[str, Any] = runpy.run_path(str(REFERENCE), run_name="encoder_layer")
HELPERS = testfiles.load(PROBLEM.question("EncoderLayer").test_file).cases[0].function.__globals__
draw_state, run_copied = HELPERS["draw_state"], HELPERS["run_copied"]
POINTS = {"scaled_dot_product_attention": 5, "MultiHeadAttention": 7, "EncoderLayer": 8}

few = st.integers(1, 6)
seeds = st.integers(0, 2**31)


def draw(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def encoder(heads: int, d_k: int, d_ff: int = 5, **options: Any) -> nn.Module:
    return MODULE["EncoderLayer"](heads * d_k, heads, d_ff, **options).double().eval()


def padding(seed: int, n: int, t: int) -> Tensor:
    mask = draw(seed + 1, n, t) > 0.5
    mask[:, 0] = False
    return mask


@settings(deadline=None, max_examples=40)
@given(few, few, few, few, few, seeds)
def test_attention_is_that_of_torch_for_all_sizes(h, t, s, d_k, d_v, seed):
    q, k, v = (draw(seed + i, 2, h, *size) for i, size in enumerate([(t, d_k), (s, d_k), (s, d_v)]))
    mask = padding(seed, t, s)
    expected = functional.scaled_dot_product_attention(q, k, v, attn_mask=~mask)
    output = MODULE["scaled_dot_product_attention"](q, k, v, mask)
    torch.testing.assert_close(output, expected)
    weights = MODULE["attention_weights"](q, k, mask)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, h, t).double())
    assert (weights[mask.expand_as(weights)] == 0).all()


@settings(deadline=None, max_examples=40)
@given(few, few, few, few, few, seeds)
def test_the_layer_is_that_of_torch_for_all_sizes(n, t, heads, d_k, d_ff, seed):
    d_model = 2 * heads * d_k
    theirs = nn.TransformerEncoderLayer(
        d_model, heads, d_ff, dropout=0.0, batch_first=True, dtype=torch.float64
    )
    ours = encoder(heads, 2 * d_k, d_ff)
    ours.load_state_dict(MODULE["from_torch"](theirs.state_dict(), heads))
    x, mask = draw(seed, n, t, d_model), padding(seed, n, t)
    expected = theirs(x, src_key_padding_mask=mask)
    torch.testing.assert_close(ours(x, mask)[~mask], expected[~mask], rtol=1e-6, atol=1e-8)


@settings(deadline=None, max_examples=40)
@given(few, few, few, few, seeds)
def test_the_order_of_positions_is_kept(n, t, heads, d_k, seed):
    layer, x = encoder(heads, d_k), draw(seed, n, t, heads * d_k)
    order = torch.randperm(t, generator=torch.Generator().manual_seed(seed))
    # norms of one or two numbers magnify rounding
    torch.testing.assert_close(layer(x[:, order]), layer(x)[:, order], rtol=1e-4, atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(few, few, few, few, few, seeds)
def test_padding_has_no_influence(n, t, more, heads, d_k, seed):
    layer, x = encoder(heads, d_k), draw(seed, n, t, heads * d_k)
    mask = padding(seed, n, t)
    before = layer(x, mask)[~mask]
    longer = torch.cat([x.masked_fill(mask[..., None], 7.0), draw(seed, n, more, heads * d_k)], 1)
    everywhere = torch.cat([mask, torch.ones(n, more, dtype=torch.bool)], 1)
    after = layer(longer, everywhere)[:, :t][~mask]
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(few, few, few, few, seeds)
def test_heads_are_cut_and_put_together_again(n, t, heads, d_k, seed):
    layer = MODULE["MultiHeadAttention"](heads * d_k, heads)
    x = draw(seed, n, t, heads * d_k)
    parts = layer.split(x)
    assert parts.shape == (n, heads, t, d_k)
    torch.testing.assert_close(parts[:, heads - 1], x[..., (heads - 1) * d_k :])
    torch.testing.assert_close(layer.merge(parts), x)


def test_a_d_model_that_the_heads_cannot_share_is_refused():
    with pytest.raises(ValueError, match="10 is not a multiple of num_heads = 3"):
        MODULE["MultiHeadAttention"](10, 3)


def test_the_mapping_names_the_whole_state():
    state = draw_state(12, 7)
    mapped = MODULE["from_torch"](state, 3)
    own = MODULE["EncoderLayer"](12, 3, 7).state_dict()
    assert {name: tensor.shape for name, tensor in mapped.items()} == {
        name: tensor.shape for name, tensor in own.items()
    }
    assert sum(tensor.numel() for tensor in mapped.values()) == sum(
        tensor.numel() for tensor in state.values()
    )


def edited(*edits: str) -> dict[str, Any]:
    """Return what the reference defines after changes: old text, new text, and so on."""
    text = REFERENCE.read_text(encoding="utf-8")
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert text.count(old) == 1
        text = text.replace(old, new)
    names: dict[str, Any] = {"__name__": "edited"}
    exec(text, names)
    return names


def failures(question: str, names: dict[str, Any]) -> set[str]:
    """Return the cases of a question that fail on the objects ``names``."""
    file = testfiles.parse(PROBLEM.question(question).test_file)
    with seeded(5):
        file.run(names)
    return {r.test_case.body.test_func.__name__ for r in file.test_case_results if not r.passed}


def test_an_error_in_the_scores_costs_no_points_in_the_layers():
    names = edited(" / math.sqrt(q.shape[-1])", "")
    assert "matches_the_function_of_torch" in failures("scaled_dot_product_attention", names)
    assert failures("MultiHeadAttention", names) == failures("EncoderLayer", names) == set()


def test_an_error_in_the_heads_costs_no_points_for_what_is_built_on_them():
    names = edited(
        "heads.transpose(1, 2).flatten(start_dim=2)",
        "heads.reshape(len(heads), heads.shape[2], -1)",
    )
    assert "matches_the_layer_of_torch" in failures("MultiHeadAttention", names)
    assert failures("EncoderLayer", names) == set()


SCORES = "scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])"
WEIGHTS = "return torch.softmax(scores, dim=-1)"
PROJECTIONS = "q, k, v = self.query(query), self.key(key), self.value(value)"
NEW_LAYERS = "q, k, v = (nn.Linear(12, 12)(x) for x in (query, key, value))"
LAYERS = "self.output = nn.Linear(d_model, d_model)"
HEADS = "return self.output(self.merge(heads))"
LAST = "return self.norm2(x + self.dropout(self.linear2(hidden)))"


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("scaled_dot_product_attention", SCORES, "scores = k @ q.transpose(-2, -1)"),
        ("scaled_dot_product_attention", SCORES, "scores = q @ k.transpose(1, 2)"),
        ("scaled_dot_product_attention", WEIGHTS, "return None"),
        ("MultiHeadAttention", PROJECTIONS, NEW_LAYERS),
        ("MultiHeadAttention", LAYERS, LAYERS.replace("self.output", "self.last")),
        ("MultiHeadAttention", HEADS, "return heads"),
    ],
)
def test_what_nothing_can_be_computed_with_is_penalised_once(question, old, new):
    names = edited(old, new)
    assert {name for name in POINTS if failures(name, names)} == {question}


@pytest.mark.parametrize(
    ("question", "edits", "case"),
    [
        (
            "MultiHeadAttention",
            [(WEIGHTS, "return None"), (HEADS, "return self.merge(heads)")],
            "matches_the_layer_of_torch",
        ),
        (
            "MultiHeadAttention",
            [(SCORES, "raise ValueError"), (LAYERS, f"{LAYERS[:-1]}, bias=False)")],
            "has_the_right_number_of_parameters",
        ),
        (
            "EncoderLayer",
            [(HEADS, "return heads"), (LAST, LAST.replace("norm2", "norm1"))],
            "matches_torch",
        ),
        (
            "EncoderLayer",
            [(PROJECTIONS, "raise ValueError"), (LAST, LAST.replace("x + ", ""))],
            "normalises_each_position",
        ),
    ],
)
def test_an_error_of_the_later_part_is_found_whatever_the_earlier_part_does(question, edits, case):
    assert case in failures(question, edited(*edits[1]))
    assert case in failures(question, edited(*edits[0], *edits[1]))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('mapped[f"attention.{name}', 'mapped[f"attend.{name}', "from_torch returns attend.query"),
        ('}"] = tensor', '}"] = tensor[:1]', r"attention.query.weight of shape \(1, 8\)"),
        ('}"] = tensor', '}"] = tensor / 2', "changes numbers of attention.query.weight"),
        ("return mapped", "return {}", "from_torch returns no name of a parameter"),
    ],
)
def test_a_mapping_that_does_not_fit_is_described(old, new, complaint):
    layer = edited(old, new)["EncoderLayer"]
    with pytest.raises(AssertionError, match=complaint):
        run_copied(layer, (8, 2, 5), draw_state(8, 5), [draw(0, 2, 3, 8)])


def test_parameters_without_a_value_are_named():
    names = edited('for name in ("linear1", "linear2", ', 'for name in ("linear2", ')
    inputs = [draw(0, 2, 3, 8)]
    found = run_copied(names["EncoderLayer"], (8, 2, 5), draw_state(8, 5), inputs)
    assert found["rest"] == ["linear1.weight", "linear1.bias"]


@pytest.mark.parametrize(
    ("code", "line", "use"),
    [
        ("from torch import nn\nnn.MultiheadAttention(4, 2)", 2, "torch.nn.MultiheadAttention"),
        ("import torch\n\ntorch.nn.TransformerEncoderLayer", 3, "torch.nn.TransformerEncoderLayer"),
        ("from torch.nn.modules.transformer import *", 1, "torch.nn.modules.transformer"),
        (
            "from torch.nn.modules import activation as a\na.MultiheadAttention",
            2,
            "torch.nn.modules",
        ),
        (
            "import torch.nn.functional as F\nF.scaled_dot_product_attention",
            2,
            "torch.nn.functional",
        ),
        (
            "import torch.nn.functional as F\nF.multi_head_attention_forward",
            2,
            "torch.nn.functional",
        ),
        ("import torch\ntorch._C._nn.scaled_dot_product_attention", 2, "torch._C._nn"),
        ("import torch\ntorch._transformer_encoder_layer_fwd()", 2, "torch._transformer_encoder"),
        ("from torch.nn import attention as a\na.flex_attention", 2, "torch.nn.attention"),
        ("import torch\ntorch.ops.aten.scaled_dot_product_attention", 2, "torch.ops"),
    ],
)
def test_ready_made_attention_is_refused_with_its_line(code, line, use):
    for question in PROBLEM.questions:
        sentence = search({"encoder_layer.py": code}, question.forbidden).used
        assert sentence is not None
        assert sentence.startswith(f"encoder_layer.py, line {line} uses {use}")


def test_what_the_reference_uses_is_allowed():
    rules = PROBLEM.questions[0].forbidden
    found = search({"encoder_layer.py": REFERENCE.read_text(encoding="utf-8")}, rules)
    assert (found.used, found.unused) == (None, ())
