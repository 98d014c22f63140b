"""What a question says about its failed cases: the cause once, where it is, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.examine.case_run import CaseResult
from autograder.text import sentence

_FAULTS = ("failed", "error")


def set_headlines(results: Sequence[CaseResult]) -> None:
    """Point from a special case to its base case, and from a repeated message to the first.

    A special case (one sequence, one step, a second call) says nothing by itself while the base
    case fails.
    """
    by_name = {result.case.name: result for result in results}
    first: dict[str, str] = {}
    for result in results:
        verdict = result.verdict
        if verdict.outcome not in _FAULTS or verdict.message is None:
            continue
        base = by_name.get(result.case.after or "")
        if base and base.verdict.outcome in _FAULTS:
            said = f"This is a special case of “{sentence(base.case.name)}”, which fails too."
            result.verdict = replace(verdict, message=said)
            result.is_special = True
        elif verdict.message in first:
            said = f"The same as in “{first[verdict.message]}”."
            result.verdict = replace(verdict, message=said)
        else:
            first[verdict.message] = sentence(result.case.name)
