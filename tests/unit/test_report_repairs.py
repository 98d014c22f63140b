"""What reports say about the search for the faulty line."""

from __future__ import annotations

from typing import Any

import pytest
import report_results as results

from autograder.exchange import gradescope_results
from autograder.report.class_report import class_view
from autograder.report.repairs import competes, repair_view

TOLD = "Your failed case comes right when line 3 of m.py alone is changed; look at `a - b`."


def change(line: int = 3, new: str = "c = a + b", mends: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"file": "m.py", "lines": [line], "function": "f", "kind": "operator",
            "old": "c = a - b", "new": new, "mends": list(mends)}  # fmt: skip


def repair(*candidates: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"candidates": list(candidates), "cases": ["c"], "tried": 152, "passed": 2,
            "ran_out": False, "told": None, "outweighs": False} | changes  # fmt: skip


def graded(found: dict[str, Any], **of_case: Any) -> dict[str, Any]:
    failed = results.case("c", "failed", **of_case)
    return results.result("a", [results.question("q", [failed], "failed", repair=found)], [])


@pytest.mark.parametrize(
    ("found", "headline", "told"),
    [
        (repair(change(), told=TOLD), "after this change alone", "The student reads: Your"),
        (repair(change(), change(9)), "one of these places", "several places compete"),
        (repair(), "No small change", None),
        (repair(change()), "after this change alone", "The student is not told"),
    ],
)
def test_the_report_shows_what_was_found(found, headline, told):
    view = repair_view(found) or {}
    assert headline in view["headline"]
    assert (told in view["told"]) if told else view["told"] is None
    assert [item["new"] for item in view["candidates"]] == ["c = a + b"] * len(found["candidates"])


def test_what_mends_more_questions_outranks_its_rivals():
    assert not competes(repair(change(3, mends=("other",)), change(9)))
    assert competes(repair(change(3), change(9)))
    assert not competes(repair())


def test_a_search_that_ran_out_says_so():
    assert "CPU time for it was used up" in (repair_view(repair(ran_out=True)) or {})["effort"]


def test_students_read_the_sentence_and_never_the_new_text():
    (test,) = gradescope_results(graded(repair(change(), told=TOLD)))["tests"]
    assert test["output"].endswith(TOLD)
    assert "a + b" not in str(gradescope_results(graded(repair(change(), told=TOLD))))
    assert "m.py" not in str(gradescope_results(graded(repair(change())))["tests"])


def test_a_known_mistake_that_is_outweighed_is_not_told():
    mistake = {"mistake": "m", "explanation": "About m.", "explains": 1, "failed": 2,
               "question": None}  # fmt: skip
    for outweighs in (False, True):
        found = repair(change(), told=TOLD, outweighs=outweighs)
        (test,) = gradescope_results(graded(found, diagnosis=mistake))["tests"]
        assert ("About m." in test["output"]) is not outweighs


def test_a_class_counts_a_change_once_per_submission():
    same = results.case("c", "failed")
    twice = results.result(
        "a",
        [
            results.question(name, [same], "failed", repair=repair(change(line)))
            for name, line in (("q", 3), ("r", 7))
        ],
        [],
    )
    rows = class_view([twice, graded(repair(change(40)))])["repairs"]
    assert [(row["count"], row["question"], row["old"]) for row in rows] == [
        ("2", "q", "c = a - b")
    ]
