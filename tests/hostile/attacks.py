"""What attacks are made of, and what is read from the result of one."""

from __future__ import annotations

import os
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.worker import system_calls

SMALL = Path(__file__).parents[1] / "courses" / "small"
REFERENCE = {p: (SMALL / "solutions" / p / f"{p}.py").read_text() for p in ("affine", "attention")}
ALL = ("affine_forward", "affine_backward", "attention", "Gate")
TYPES = ("passed", "failed", "not_attempted", "error", "timeout", "out_of_memory", "forbidden")


@dataclass(frozen=True)
class Graded:
    """A result with the questions by name, and how long it took."""

    result: dict[str, Any]
    seconds: float
    folder: Path

    def question(self, name: str) -> dict[str, Any]:
        """Return one question; each that earned less than all says why in one sentence."""
        return next(q for q in self._questions() if q["name"] == name)

    def outcomes(self) -> dict[str, str]:
        """Return the outcome of every question."""
        return {q["name"]: q["outcome"] for q in self._questions()}

    def scores(self) -> dict[str, float]:
        """Return the points of every question."""
        return {q["name"]: q["score"] for q in self._questions()}

    def sentence(self, name: str) -> str:
        """Return what the student is told first about a question."""
        question = self.question(name)
        return next(c["message"] for c in question["cases"] if c["outcome"] != "passed")

    def details(self, name: str) -> str:
        """Return what staff are told about the cases of a question, messages and details."""
        cases = [case for case in self.question(name)["cases"] if case["outcome"] != "passed"]
        return "\n".join(f"{case['message']}\n{case['detail']}" for case in cases)

    def hidden_messages(self, name: str) -> str:
        """Return what students may be told about hidden cases, without lines of their own code."""
        cases = [case for case in self.question(name)["cases"] if case["hidden"]]
        return "\n".join(re.sub("`.*`", "", case["message"] or "") for case in cases)

    def outputs(self, name: str) -> list[str]:
        """Return the lines that were printed for a question, in all its workers."""
        return str(self.question(name)["output"]).splitlines()

    def _questions(self) -> list[dict[str, Any]]:
        return [q for problem in self.result["problems"] for q in problem["questions"]]


def number(call: str) -> int:
    """Return this architecture's number of a system call."""
    others = {"tgkill": system_calls.TGKILL, "prlimit64": system_calls.PRLIMIT}
    known = {**system_calls.ALLOWED, **system_calls.REFUSED, **others}
    found = known[call][os.uname().machine != "x86_64"]
    assert found is not None
    return found


def in_call(body: str, function: str = "affine_backward") -> str:
    """Return affine.py with ``body`` at the start of one of its functions."""
    head, mark, tail = REFERENCE["affine"].partition(f"def {function}(")
    signature, quotes, rest = tail.partition('"""')
    docstring, end, rest = rest.partition('"""\n')
    return f"{head}{mark}{signature}{quotes}{docstring}{end}{textwrap.indent(body, '    ')}\n{rest}"


def on_import(code: str) -> str:
    """Return affine.py with ``code`` at its end, so that everything is there when it runs."""
    return f"{REFERENCE['affine']}\n\n{textwrap.dedent(code)}\n"


PROBE = """
import ctypes, json, os, sys
_libc = ctypes.CDLL(None, use_errno=True)

def _call(number, *arguments):
    result = _libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def _outcome(attempt):
    try:
        return "done: %r" % (attempt(),)
    except BaseException as error:
        return type(error).__name__

print(json.dumps({name: _outcome(attempt) for name, attempt in TABLE.items()}))
"""
