"""Gradescope's results under an assignment's rules: late, extended, the best attempt, groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import report_results as results

from autograder.course import HandInTable, LateTable
from autograder.exchange import gradescope_results
from autograder.exchange.gradescope_rules import with_rules

DUE = datetime(2030, 3, 14, 12, tzinfo=UTC)
RULES = HandInTable(due=DUE, late=LateTable(per_day=0.1), attempts="best")


def shown(metadata: dict[str, Any], rules: HandInTable = RULES) -> dict[str, Any]:
    result = results.all_passed() | {"score": 10.0, "max_score": 20.0}
    return with_rules(gradescope_results(result), result, rules, metadata)


def test_without_metadata_nothing_changes() -> None:
    assert shown({})["score"] == 10.0


def test_lateness_costs_points_and_is_said() -> None:
    late = shown({"created_at": "2030-03-15T13:00:00+00:00"})
    assert late["score"] == 8.0
    assert late["output"].startswith("Handed in 1 day and 1 hour late: 2 started days")
    assert late["extra_data"]["late_penalty"] == 2.0


def test_an_extension_replaces_the_date() -> None:
    user = {"assignment": {"due_date": "2030-03-16T12:00:00+00:00"}}
    assert shown({"created_at": "2030-03-15T13:00:00+00:00", "users": [user]})["score"] == 10.0


def earlier(score: float, assignment: str) -> dict[str, Any]:
    return {"results": {"extra_data": {"score": score, "assignment": assignment}}}


def test_the_best_attempt_counts_where_the_rules_say_so() -> None:
    name = results.all_passed()["assignment"]
    before = {"previous_submissions": [earlier(12.0, name), earlier(19.0, "other"), {}]}
    best = shown(before)
    assert (best["score"], best["extra_data"]["score"]) == (12.0, 10.0)
    assert "An earlier one earned 12; the best attempt counts." in best["output"]
    assert shown(before, HandInTable())["score"] == 10.0


def test_a_group_that_is_too_large_is_told() -> None:
    assert "hand in together" not in shown({"users": [{}, {}]})["output"]
    text = shown({"users": [{}, {}]}, HandInTable(groups=1))["output"]
    assert text.startswith("2 students hand in together, but at most 1 may.")
