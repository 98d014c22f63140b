"""A question names a cause once: special cases and repeated messages point to where it is said."""

from __future__ import annotations

from autograder.examine.case_run import CaseResult
from autograder.examine.headlines import set_headlines
from autograder.examine.outcomes import Verdict
from autograder.examine.testfiles import Case


def results(*verdicts: tuple[str, str, str | None, str | None]) -> list[CaseResult]:
    """Return results from (case, outcome, message, base case)."""
    return [
        CaseResult(Case(name, print, (), 1.0, True, message, after), Verdict(outcome, message))
        for name, outcome, message, after in verdicts
    ]


def messages(found: list[CaseResult], said: str | None = None) -> list[str | None]:
    set_headlines(found, said)
    return [result.verdict.message for result in found]


def test_a_special_case_points_to_its_base_case():
    found = results(
        ("matches", "failed", "A gradient is wrong.", None),
        ("one_step", "failed", "T = 1 is wrong.", "matches"),
        ("one_row", "error", "Your code raised ValueError.", "matches"),
    )
    special = "This is a special case of “Matches”, which fails too."
    assert messages(found) == ["A gradient is wrong.", special, special]


def test_a_special_case_speaks_for_itself_where_the_base_case_passes():
    found = results(("matches", "passed", None, None), ("one_step", "failed", "T = 1.", "matches"))
    assert messages(found) == [None, "T = 1."]


def test_a_base_case_that_ran_out_of_time_is_the_cause_too():
    found = results(("matches", "timeout", "Slow.", None), ("one", "failed", "N = 1.", "matches"))
    assert messages(found)[1] == "This is a special case of “Matches”, which fails too."


def test_the_same_message_is_said_once():
    found = results(("a_b", "error", "None.", None), ("c", "error", "None.", None))
    assert messages(found) == ["None.", "The same as in “A b”."]


def test_what_the_question_says_already_stays_as_it_is():
    found = results(("a", "error", "No import.", None), ("b", "error", "No import.", None))
    assert messages(found, "No import.") == ["No import.", "No import."]
