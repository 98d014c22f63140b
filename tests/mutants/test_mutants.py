"""Generic mutants: the operators change code, and hardly any mutant of a reference survives."""

from __future__ import annotations

import os
import tomllib

import pytest
from cosmic_ray.mutating import MutationVisitor

from autograder.course import default_course, load_mistakes

from . import prices
from .__main__ import ENOUGH, reasons, survivors
from .making import mutants
from .operators import AssignInsteadOfAdd, DropOperand, DropTranspose

STEP = 1 if os.environ.get("PROVE") else 4  # the suite grades one of so many
MUTATED = {  # how many differ from the reference at least
    "rnn_layers": 200,
    "image_captioning": 60,
    "softmax_regions": 100,
    "backprop": 50,
    "vanishing_gradients": 150,
    "logistic_regression": 150,
    "cross_attention": 35,
    "encoder_layer": 25,
    "translation": 150,
}


@pytest.mark.parametrize("operator", [DropOperand, DropTranspose, AssignInsteadOfAdd])
def test_each_operator_does_what_its_examples_say(operator):
    for example in operator.examples():
        changed = MutationVisitor.mutate_code(
            example.pre_mutation_code, operator(), example.occurrence
        )
        assert changed == example.post_mutation_code


def test_each_slip_names_one_known_mistake_in_two_problems_or_functions():
    course = default_course()
    for slip, keys in tomllib.loads(prices.SLIPS.read_text(encoding="utf-8")).items():
        assert len(set(keys)) == len(keys) >= 2, slip
        for key in keys:
            problem, mistake = key.split(".")
            found = [m.name for m in load_mistakes(course.problem(problem)) if m.name == mistake]
            assert found == [mistake], key


@pytest.mark.slow  # compares hundreds of programs
def test_mutants_are_made_of_solutions_only():
    made = list(mutants(default_course().problem("rnn_layers")))
    assert len(made) >= 200
    assert len({mutant.text for mutant in made}) == len(made)
    assert all(mutant.questions for mutant in made)  # provided functions stay as they are


@pytest.mark.slow  # hundreds of submissions
@pytest.mark.parametrize(("name", "least"), MUTATED.items())
def test_hidden_cases_fail_nearly_all_mutants(name, least):
    problem = default_course().problem(name)
    every = [mutant for mutant in mutants(problem) if mutant.questions]
    made = every[::STEP]
    assert reasons(problem).keys() <= {mutant.key for mutant in every}, "remove what is gone"
    known = reasons(problem).keys() & {mutant.key for mutant in made}
    alive = survivors(problem, made, seed=4)
    unexplained = [mutant.key for mutant in alive if mutant.key not in known]
    different = len(made) - (len(alive) - len(unexplained))
    assert different >= (least if STEP == 1 else 0.8 * least / STEP)
    assert 1 - len(unexplained) / different >= ENOUGH, unexplained
    assert known <= {mutant.key for mutant in alive}, "remove what is gone"
