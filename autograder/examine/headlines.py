"""What a question says about its failed cases: the cause once, where it is, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.examine.case_run import CaseResult
from autograder.text import sentence

_FAULTS = ("failed", "error")


def set_headlines(results: Sequence[CaseResult], said: str | None) -> None:
    """Point from a special case to its base case, and from a repeated message to the first.

    A special case (one sequence, one step, a second call) says nothing by itself while the base
    case fails. ``said`` is what the question says about all its cases.
    """
    by_name = {result.case.name: result for result in results}
    first: dict[str, str] = {}
    for result in results:
        verdict = result.verdict
        if verdict.outcome not in _FAULTS or verdict.message in (None, said):
            continue
        base = by_name.get(result.case.after or "")
        if base and base.verdict.outcome in (*_FAULTS, "timeout", "out_of_memory"):
            special = f"This is a special case of “{sentence(base.case.name)}”, which fails too."
            result.verdict = replace(verdict, message=special)
        elif verdict.message in first:
            again = f"The same as in “{first[verdict.message]}”."
            result.verdict = replace(verdict, message=again)
        elif verdict.message is not None:
            first[verdict.message] = sentence(result.case.name)
