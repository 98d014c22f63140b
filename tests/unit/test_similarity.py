"""Pairs with the same unusual code: copies are found, what all have is not, and nothing runs."""

from __future__ import annotations

from typing import Any

import pytest
import report_results as results

from autograder.course import default_course, load_mistakes
from autograder.diagnose import bank
from autograder.similarity import given_texts, similar_pairs
from autograder.similarity.tokens import tokens

GIVEN = {"simple_cnn": ("def rnn(x, h):\n    # TODO: code\n    raise NotImplementedError\n",)}
UNUSUAL = """\
def rnn(x, h):
    collected = [h * 0]
    for number in range(x.shape[0]):
        before = collected[number] if number else h
        mixed = sum((before @ x[number], 3 * before), start=0.0)
        if mixed.shape != before.shape:
            raise ValueError("shape")
        collected.append(mixed ** 2 - before // 7)
    return stack(collected[1:], axis=0)
"""
RENAMED = UNUSUAL.replace("collected", "all_states").replace("mixed", "new").replace(
    "    before =", "    # the state before\n        before ="
)  # fmt: skip
OTHER = """\
def rnn(x, h):
    out = empty((len(x), *h.shape))
    step = 0
    while step < len(x):
        h = tanh(dot(h, x[step]) + h)
        out[step] = h
        step += 1
    return out
"""


def handed_in(name: str, source: str, line: int = 10) -> Any:
    code = [{"file": "rnn.py", "line": line, "name": "rnn", "source": source}]
    question = results.question("q", [results.case("c")], code=code)
    return results.result(name, [question, question], [])


def test_a_copy_with_other_names_comments_and_order_is_found_with_its_lines() -> None:
    values = [handed_in("ann", UNUSUAL), handed_in("ben", OTHER), handed_in("cat", RENAMED, 30)]
    (pair,) = similar_pairs(values, GIVEN)
    assert (pair.left, pair.right) == ("ann", "cat")
    assert pair.share == pytest.approx(1.0)
    left, right = pair.evidence
    assert (left[0].file, left[0].line, right[0].line) == ("rnn.py", 10, 30)
    assert left[0].marked == tuple(range(9))
    assert 3 not in right[0].marked  # the comment
    assert {2, 4} < set(right[0].marked)


def test_what_the_course_gives_is_no_evidence() -> None:
    values = [handed_in("ann", UNUSUAL), handed_in("ben", UNUSUAL)]
    assert similar_pairs(values, GIVEN)
    assert similar_pairs(values, {"simple_cnn": (*GIVEN["simple_cnn"], UNUSUAL)}) == ()


def test_what_many_have_is_no_evidence() -> None:
    values = [handed_in(f"s{n}", UNUSUAL) for n in range(5)]
    assert similar_pairs(values, GIVEN) == ()
    assert len(similar_pairs(values[:2], GIVEN)) == 1


def test_short_answers_that_agree_are_no_evidence() -> None:
    short = "def rnn(x, h):\n    return tanh(x @ h + 1)\n"
    assert similar_pairs([handed_in("a", short), handed_in("b", short)], GIVEN) == ()


@pytest.mark.parametrize("source", ["'''never closed\n", "\x00(((", "# \ud800", "", "a" * 50_000])
def test_any_text_is_code(source: str) -> None:
    assert similar_pairs([handed_in("a", source), handed_in("b", source)], GIVEN) == ()


def test_layout_comments_and_own_names_do_not_matter_and_attributes_do() -> None:
    one = [t.text for t in tokens("y = np.tanh(x)  # why\n", {"np", "x"})]
    two = [t.text for t in tokens("value=np.tanh( x )", {"np", "x"})]
    assert one == two == ["_", "=", "np", ".", "tanh", "(", "x", ")"]


def test_right_answers_and_known_mistakes_of_the_bank_are_no_pairs() -> None:
    """Answers that follow the reference but for one mistake do not look copied."""
    course = default_course()
    assignment = course.target("rnn_layers")
    problem = course.problem("rnn_layers")
    values = []
    for mistake in load_mistakes(problem):
        value = handed_in(mistake.name, bank.apply(mistake, problem)["rnn_layers.py"], 1)
        value["problems"][0]["name"] = "rnn_layers"
        values.append(value)
    assert len(values) > 20
    assert similar_pairs(values, given_texts(assignment)) == ()
