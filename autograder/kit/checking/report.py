"""Results as text: each question, a summary, and the one next step."""

from __future__ import annotations

import os
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .explain import Explanation

_WIDTH = 96
_COLOURS = {"passed": "32", "failed": "31", "error": "31", "not attempted": "33",
            "out of time": "31", "forbidden": "31"}  # fmt: skip
_INDENT = " " * 17


@dataclass
class Result:
    """One question: the verdict on each case, or one verdict on all of it."""

    name: str
    title: str
    optional: bool
    file: str
    cases: list[tuple[str, Explanation]] = field(default_factory=list)
    whole: Explanation | None = None

    def verdicts(self) -> list[Explanation]:
        """Return all verdicts."""
        return [self.whole] if self.whole else [verdict for _, verdict in self.cases]

    def untouched(self) -> bool:
        """Say whether nothing of the question has been attempted."""
        return bool(self.cases) and all(v.outcome == "not attempted" for v in self.verdicts())

    def stopped_at_once(self) -> bool:
        """Say whether all cases ended in the same way, for the same reason."""
        verdicts = self.verdicts()
        return bool(verdicts[0].lines) and all(verdict == verdicts[0] for verdict in verdicts)

    def fine(self) -> bool:
        """Say whether all passed, or the question is optional and untouched."""
        if self.optional and self.untouched():
            return True
        return all(verdict.outcome == "passed" for verdict in self.verdicts())

    def summary(self) -> str:
        """Return the question's state in a few words."""
        if self.whole and self.whole.outcome == "forbidden":
            return "forbidden"
        if self.whole:
            return "could not be checked"
        if not self.cases:
            return "no checks here, it is graded after you hand in"
        if self.untouched():
            return "not attempted" + (" (optional)" if self.optional else "")
        counts = Counter(verdict.outcome for verdict in self.verdicts())
        words = [f"{counts['passed']} of {len(self.cases)} passed"]
        plural = {"failed": "failed", "error": "with an error", "out of time": "out of time",
                  "not attempted": "not attempted"}  # fmt: skip
        words += [f"{counts[key]} {text}" for key, text in plural.items() if counts[key]]
        return ", ".join(words)


def print_title(result: Result) -> None:
    """Print the question at once, before its checks run."""
    print(f"{result.name}: {result.title}", flush=True)


def print_question(result: Result, earlier: list[Result]) -> None:
    """Print the verdicts; a reason that stopped an earlier question too is shortened."""
    if result.whole and any(result.whole == other.whole for other in earlier):
        _show_verdict("as above", Explanation(result.whole.outcome, result.whole.lines[:1]))
    elif result.whole:
        _show_verdict("nothing could be checked", result.whole)
    elif not result.cases:
        print("  There are no checks for this question here; it is graded after you hand in.")
    elif len(result.cases) > 1 and result.stopped_at_once():
        _show_verdict(f"all {len(result.cases)} checks", result.cases[0][1])
    else:
        for name, verdict in result.cases:
            _show_verdict(name, verdict)
    print()


def print_summary(results: list[Result], hint: str) -> None:
    """Print a line for each question and the one next step."""
    if len(results) > 1:
        width = max(len(result.name) for result in results)
        print("Summary")
        for result in results:
            print(f"  {result.name:{width}}  {result.summary()}")
        print()
    print(f"Next: {_next_step(results, hint)}")


def _next_step(results: list[Result], hint: str) -> str:
    for result in results:
        if not result.fine():
            order = ("forbidden", "error", "out of time", "failed", "not attempted", "passed")
            return _step(result, min(result.verdicts(), key=lambda v: order.index(v.outcome)))
    return hint


def _step(result: Result, verdict: Explanation) -> str:
    again = f"then run `python check.py {result.name}` again."
    if verdict.outcome == "not attempted" and not verdict.hole:
        return f"make the file that {result.name} needs, {again}"
    if verdict.outcome == "not attempted":
        return f"fill the hole in {verdict.hole} ({verdict.place}), {again}"
    if verdict.outcome in ("error", "out of time"):
        return f"look at {verdict.place or result.file}, {again}"
    return f"look at {result.name} in {result.file}, {again}"


def _show_verdict(name: str, verdict: Explanation) -> None:
    label = _coloured(f"{verdict.outcome:13}", verdict.outcome)
    print(f"  {label}  {name}" if name else f"  {label}")
    for line in _wrapped(verdict.lines):
        print(_INDENT + line)


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith(" "):  # a line of code with its caret
            yield line
        else:
            yield from textwrap.wrap(line, _WIDTH - len(_INDENT)) or [""]


def _coloured(text: str, outcome: str) -> str:
    old_console = os.name == "nt" and "WT_SESSION" not in os.environ
    if old_console or "NO_COLOR" in os.environ or not sys.stdout.isatty():
        return text
    return f"\033[{_COLOURS[outcome]}m{text}\033[0m"
