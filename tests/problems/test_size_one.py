"""Size one has one case, whose name says so: a lost axis of length one costs no other case."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.course import default_course

from .size_one import PROBE, SAYS_SO, Probe, instrumented, slips

COURSE = default_course()
BROADCAST = "masks with axes of length one, which broadcast, are what the function must take"
OUTPUT = "networks with one output are the ones of the handout; lists of layers differ in size"
JUSTIFIED = {  # cases with an axis of length one for another reason than to test it
    ("encoder_layer", "takes_a_mask_that_broadcasts"): BROADCAST,
    ("encoder_layer", "ignores_what_is_masked_and_nothing_else"): BROADCAST,
    ("vanishing_gradients", "finds_no_zero_with_all_units_on"): OUTPUT,
    ("vanishing_gradients", "finds_the_weights_at_a_unit_that_is_off"): OUTPUT,
    ("vanishing_gradients", "passes_by_single_units_that_are_off"): OUTPUT,
    ("vanishing_gradients", "counts_inputs_of_zero"): OUTPUT,
    ("vanishing_gradients", "matches_autograd_on_random_patterns"): OUTPUT,
}
LENGTHY = {"tweet_sentiment"}  # trains for half a minute
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] * (name in LENGTHY))
    for name in COURSE.problem_names()
]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.filterwarnings("ignore")  # a warning costs a student nothing
@pytest.mark.parametrize("name", NAMES)
def test_a_lost_axis_of_length_one_costs_one_case_that_says_so(name):
    wrong = []
    for slip in slips(COURSE, COURSE.problem(name)):
        cases = [case for case in slip.cases if (name, case) not in JUSTIFIED]
        if len(cases) > 1 or not all(map(SAYS_SO.search, cases)):
            wrong.append((slip.question, slip.place, cases))
    assert wrong == []


def test_arguments_and_expressions_of_solutions_lose_special_axes_only(tmp_path, monkeypatch):
    module = tmp_path / "module.py"
    module.write_text(
        "def double(x):\n    # BEGIN SOLUTION: double it (1 line)\n    return 2 * x\n"
        "    # END SOLUTION\ndef given(x):\n    return 3 * x\n"
    )
    names = {}
    exec(instrumented(module), names)
    probe = Probe()
    monkeypatch.setattr(f"builtins.{PROBE}", probe, raising=False)
    for probe.case, shape in (("usual", (1, 4, 3)), ("single", (1, 1, 3))):
        names["given"](names["double"](np.ones(shape)))
    found = list(probe.special())
    assert [(place, cases) for place, _, cases in found] == [
        (("double", "2 * x"), ["single"]),
        (("double", "x"), ["single"]),
    ]
    place, axes, _ = found[0]
    monkeypatch.setattr(f"builtins.{PROBE}", Probe(lost=(place, axes)))
    assert names["double"](np.ones((1, 1, 3))).shape == (1, 3)
    assert names["double"](np.ones((1, 4, 3))).shape == (1, 4, 3)
