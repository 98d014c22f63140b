"""Read a student's Python source on the trusted side: checked, parsed, never run."""

from __future__ import annotations

import io
import subprocess
import sys
import tokenize

from autograder.errors import SubmissionError
from autograder.kit.checking.uses import parse
from autograder.text import plain_text

__all__ = ["SOURCE_LIMIT", "parse", "student_source"]

SOURCE_LIMIT = 2**18
# Python's parser takes time and memory that grow with the square of some lines: half a megabyte
# of "import a.a.a..." takes 20 GB. Up to this size that is 0.3 GB; beyond, another process tries.
_HARMLESS_BYTES = 2**15
_TRIAL = """
import ast, resource, sys, warnings
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
warnings.simplefilter("ignore")
try:
    ast.parse(sys.stdin.buffer.read().decode())
except SyntaxError:
    pass
"""


def student_source(name: str, raw: bytes) -> str:
    """Return the text of a Python file; raises SubmissionError with a sentence for the student.

    What is returned is what an import would compile, and ``parse`` takes it.
    """
    if len(raw) > SOURCE_LIMIT:
        raise SubmissionError(
            f"{name} is larger than {SOURCE_LIMIT >> 10} KB; hand in only source code."
        )
    text = _decoded(name, raw)
    if "\0" in text:
        raise SubmissionError(f"{name} contains null bytes; save it as plain text.")
    too_hard = f"{name} has a line or an expression too long for Python's parser; split it."
    if len(raw) > _HARMLESS_BYTES and not _parses_within_limits(text):
        raise SubmissionError(too_hard)
    try:
        parse(text)
    except SyntaxError as error:
        line = plain_text((error.text or "").strip(), 120)
        code = f": `{line}`" if line else ""
        raise SubmissionError(
            f"{name}, line {error.lineno} is not valid Python ({plain_text(error.msg, 200)}){code}"
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise SubmissionError(too_hard) from None
    return text


def _decoded(name: str, raw: bytes) -> str:
    """Return the text; a declared encoding must not make Python read another one."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SubmissionError(f"{name} is not UTF-8 text; save it as UTF-8.") from None
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(lines).readline)
        if declared != "utf-8-sig" and raw.decode(declared) != text:
            raise LookupError
    except (SyntaxError, LookupError, ValueError):
        raise SubmissionError(
            f"{name} declares an encoding in its first lines; remove that and save it as UTF-8."
        ) from None
    return text


def _parses_within_limits(text: str) -> bool:
    trial = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", _TRIAL],
        input=text.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
    )
    return trial.returncode == 0
