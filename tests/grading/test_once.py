"""An earlier function with whose results nothing can be computed is penalised only once."""

from __future__ import annotations

import pytest

from autograder.course import default_course, load_mistakes
from autograder.diagnose import bank
from autograder.prove.sources import Graders, grade_text

pytestmark = pytest.mark.slow  # diagnoses every submission

COURSE = default_course()
SOFTMAX = "return torch.softmax(similarity, dim=1)"
SUM = "return weights @ values"
NORMS = "return self.norm2(x + self.dropout(self.linear2(hidden)))"
SCORES = "scores = q @ k.transpose(-2, -1)"
HEADS = "return self.output(self.merge(heads))"
PRIME, FIRST_DELTA = "return z * (1 - z)", "delta = z[-1] - t"
OUTPUT, HIDDEN = "a.append(weights[-1] * z[-1])", "a.append(weight * z[-1])"
DELTA, BACK = "return y - t", "return z * (1 - z) * (W.T @ delta_above)"
LINE, SHARES = "third = W[3 - i - j]", "powers.sum(axis=-1, keepdims=True)"
GATES, RNN = "np.split(x @ Wx + prev_h @ Wh + b, 4", "np.tanh(x @ Wx + prev_h @ Wh + b)"
CELL, DC = "next_c = f * prev_c + i * c", "dc = dnext_c + dnext_h * o * (1 - tanh_c**2)"
DPREV_C = "return da @ Wx.T, da @ Wh.T, dc * f, "
GRADIENT, MEAN = "gradients[layer] = delta * z[layer]", "np.sqrt(np.mean(np.square(found), axis=0))"


@pytest.fixture(scope="module")
def graders():
    with Graders(COURSE, seed=7, diagnose=True) as graders:
        yield graders


def lost(graders, name, texts):
    """Grade all questions of a problem; return the ones that lost points, with their scores."""
    result = grade_text(graders.of(COURSE.problem(name)), texts)
    return {
        question["name"]: question["score"]
        for question in result["problems"][0]["questions"]
        if question["score"] < question["max_score"]
    }


def edited(name, *edits):
    """Return the reference of a problem with edits (old, new)."""
    ((module, text),) = bank.reference(COURSE.problem(name)).items()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return {module: text}


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("cross_attention", "hard_attention"),
        ("cross_attention", "images_not_vectorised"),
        ("cross_attention", "sources_compared_with_queries"),
        ("encoder_layer", "queries_and_keys_swapped"),
        ("encoder_layer", "transposed_for_three_axes_only"),
        ("encoder_layer", "softmax_left_out"),
        ("encoder_layer", "projections_made_in_forward"),
        ("encoder_layer", "layers_kept_in_a_list"),
    ],
)
def test_a_known_mistake_costs_points_in_its_question_only(graders, name, mistake):
    problem = COURSE.problem(name)
    (known,) = (m for m in load_mistakes(problem) if m.name == mistake)
    assert set(lost(graders, name, bank.apply(known, problem))) == {known.question}


@pytest.mark.parametrize(
    ("name", "question", "edit"),
    [
        ("cross_attention", "attention_weights", (SOFTMAX, "return None")),
        ("cross_attention", "attention_weights", (SOFTMAX, "raise ValueError")),
        ("cross_attention", "attend", (SUM, "return (weights @ values)[0]")),
        ("encoder_layer", "scaled_dot_product_attention", (SCORES, "scores = q @ k")),
        ("encoder_layer", "MultiHeadAttention", (HEADS, "return heads")),
        ("backprop", "delta_output", (DELTA, "return y**t")),
        ("backprop", "delta_output", (DELTA, "return y")),
        ("backprop", "delta_hidden", (BACK, "return W @ delta_above")),
        ("softmax_regions", "boundary_direction", (LINE, "third = W[3 + i - j]")),
        ("softmax_regions", "class_probabilities", (SHARES, "powers.sum(axis=-1)")),
        ("rnn_layers", "rnn_step_forward", (RNN, RNN.replace("+ prev_h", "- prev_h"))),
        ("rnn_layers", "lstm_step_forward", (GATES, GATES.replace("+ prev_h", "- prev_h"))),
        ("rnn_layers", "lstm_step_forward", (GATES, GATES.replace("x @ Wx + ", ""))),
        ("rnn_layers", "lstm_step_forward", (CELL, "next_c = f * prev_c - i * c")),
        ("rnn_layers", "lstm_step_forward", (CELL, "next_c = f + i * c")),
        ("rnn_layers", "lstm_step_forward", (CELL, "next_c = f * prev_c + i + c")),
        ("rnn_layers", "lstm_step_backward", (DC, "dc = dnext_c")),
        ("rnn_layers", "lstm_step_backward", (DC, DC.replace("* o", "+ o"))),
        ("rnn_layers", "lstm_step_backward", (DPREV_C, DPREV_C.replace("Wh.T", "Wh"))),
        ("vanishing_gradients", "chain_forward", (PRIME, "return z * (1 + z)")),
        ("vanishing_gradients", "chain_forward", (OUTPUT, "a.append(weights[-1] - z[-1])")),
        ("vanishing_gradients", "chain_forward", (HIDDEN, "a.append(weight * z[5])")),
        ("vanishing_gradients", "chain_gradients", (FIRST_DELTA, "delta = z[-1] ** t")),
        ("vanishing_gradients", "chain_gradients", (FIRST_DELTA, "delta = None")),
        ("vanishing_gradients", "chain_gradients", (GRADIENT, "gradients[layer] = z[layer]")),
    ],
)
def test_an_error_that_nobody_knows_costs_points_in_its_question_only(
    graders, name, question, edit
):
    assert set(lost(graders, name, edited(name, edit))) == {question}


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("cross_attention", (SOFTMAX, "raise ValueError"), (SUM, "return weights.mT @ values")),
        ("cross_attention", (SOFTMAX, "raise ValueError"), (SUM, "return 2 * weights @ values")),
        ("encoder_layer", (HEADS, "raise ValueError"), (NORMS, NORMS.replace("norm2", "norm1"))),
        ("encoder_layer", (SCORES, "scores = q @ k"), (HEADS, "return self.merge(heads)")),
        ("rnn_layers", (GATES, GATES.replace("+ prev_h", "- prev_h")), (DC, "dc = dnext_c")),
        ("rnn_layers", (CELL, "next_c = f + i * c"), (DC, DC.replace("* o", "+ o"))),
        ("vanishing_gradients", (PRIME, "return z * (1 + z)"), (FIRST_DELTA, "delta = z[-1] + t")),
        ("vanishing_gradients", (FIRST_DELTA, "delta = None"), (MEAN, MEAN.replace("mean", "sum"))),
    ],
)
def test_an_error_of_the_later_question_costs_as_much_as_alone(graders, name, first, second):
    alone = lost(graders, name, edited(name, second))
    both = lost(graders, name, edited(name, first, second))
    (question,) = alone
    assert len(both) == 2
    assert both[question] <= alone[question]
