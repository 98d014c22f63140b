"""A wrong step loses its points in the step, not again in the sequences that are made of it."""

from __future__ import annotations

import pytest

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.prove.sources import gate_grader, grade_text

ANOTHER_ORDER = {
    "a_f, a_i, a_c, a_o = ": "a_i, a_f, a_o, a_c = ",
    """            dc * prev_c * f * (1 - f),
            dc * c * i * (1 - i),
            dc * i * (1 - c**2),
            dnext_h * tanh_c * o * (1 - o),
""": """            dc * c * i * (1 - i),
            dc * prev_c * f * (1 - f),
            dnext_h * tanh_c * o * (1 - o),
            dc * i * (1 - c**2),
""",
}
ALWAYS_ZERO = {
    "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)": "next_h = 0 * prev_h",
    "return np.stack(states), caches\n    # END SOLUTION\n\n\ndef rnn_backward": "return "
    "np.stack(states) * 0, caches\n    # END SOLUTION\n\n\ndef rnn_backward",
}
RETURNED = (
    "    return np.stack(states), caches\n    # END SOLUTION\n\n\ndef rnn_backward",
    "    return {}\n    # END SOLUTION\n\n\ndef rnn_backward",
)
RNN_STEPS = "for x_t in x:\n        h, cache = rnn_step_forward"
LAST_STEP_LEFT_OUT = {
    RNN_STEPS: RNN_STEPS.replace("in x:", "in x[:-1]:"),
    RETURNED[0]: RETURNED[1].format("np.stack([*states, 0 * h0]), caches"),
}
REVERSED_WITHOUT_A_CACHE = {RETURNED[0]: RETURNED[1].format("np.stack(states)[::-1], None")}
RAISES = {RETURNED[0]: RETURNED[1].format("np.stack(states) @ np.ones(77), caches")}
RIGHT_WITHOUT_A_CACHE = {RETURNED[0]: RETURNED[1].format("np.stack(states), None")}
NOT_THROUGH_TIME = {
    "rnn_step_backward(dh[t] + dprev_h, cache[t])": "rnn_step_backward(dh[t], cache[t])"
}
RAISING = {
    "rnn": {"next_h = np.tanh(x @ Wx + prev_h @ Wh + b)": "next_h = x + prev_h @ Wh"},
    "lstm": {"np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)": "np.split(x + prev_h @ Wh, 4)"},
}
NO_DERIVATIVE = {"da = dnext_h * (1 - next_h**2)": "da = dnext_h"}


@pytest.fixture(scope="module")
def scores():
    """Return a function that grades edits of the reference: points by question."""
    problem = default_course().problem("rnn_layers")
    (reference,) = bank.reference(problem).values()
    with gate_grader(default_course(), problem, seed=11, diagnose=True) as grader:

        def grade(edits: dict[str, str]) -> dict[str, float]:
            text = reference
            for old, new in edits.items():
                assert text.count(old) == 1
                text = text.replace(old, new)
            result = grade_text(grader, {"rnn_layers.py": text})
            return {q["name"]: q["score"] for q in result["problems"][0]["questions"]}

        yield grade


def test_gates_in_another_order_throughout(scores):
    found = scores(ANOTHER_ORDER)
    assert found["lstm_step_forward"] == 0.75
    assert found["lstm_step_backward"] == 4  # the order is a known mistake, so it is trusted
    assert found["lstm_forward"] == 2
    assert found["lstm_backward"] == 3
    assert found["rnn_backward"] == 4


def test_a_derivative_left_out_in_the_step(scores):
    found = scores(NO_DERIVATIVE)
    assert found["rnn_step_backward"] == 0.25  # the shapes
    assert found["rnn_backward"] == 4


@pytest.mark.parametrize("step", RAISING)
def test_a_loop_over_a_step_that_raises_keeps_its_points(scores, step):
    """Nothing follows from such a step, so the loop is judged with a right one."""
    found = scores(RAISING[step])
    cell = step.partition(" ")[0]
    assert found[f"{cell}_step_forward"] == 0
    assert found[f"{cell}_forward"] == 2


def test_a_wrong_loop_over_a_step_that_raises_earns_nothing_by_that(scores):
    first_step_only = {RNN_STEPS: RNN_STEPS.replace("in x:", "in x[:1]:")}
    alone = scores(first_step_only)["rnn_forward"]
    assert scores(RAISING["rnn"] | first_step_only)["rnn_forward"] == alone == 0.25  # one step


def test_a_step_that_gives_the_same_for_everything_carries_nothing(scores):
    found = scores(ALWAYS_ZERO)
    assert found["rnn_forward"] == 0.25  # the shape


@pytest.mark.parametrize(
    ("edits", "shape"),
    [(LAST_STEP_LEFT_OUT, 0), (REVERSED_WITHOUT_A_CACHE, 0.5), (RAISES, 0.5)],
)
def test_a_cache_with_which_nothing_can_be_computed_costs_points_in_the_forward_pass(
    scores, edits, shape
):
    """The public case has no steps to fall back on: it would tell how to write the loop."""
    found = scores(edits)
    assert found["rnn_forward"] <= 0.5
    assert found["rnn_backward"] == 4 - shape


def test_a_wrong_backward_pass_costs_as_much_with_such_a_cache(scores):
    alone = scores(NOT_THROUGH_TIME)["rnn_backward"]
    assert scores(NOT_THROUGH_TIME | LAST_STEP_LEFT_OUT)["rnn_backward"] == alone < 4


def test_a_missing_cache_of_right_states_costs_points_in_the_backward_pass(scores):
    found = scores(RIGHT_WITHOUT_A_CACHE)
    assert found["rnn_forward"] == 2
    assert found["rnn_backward"] == 0
