"""Find the markers of solution blocks among comments; refuse comments that resemble one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from autograder.course.source import Comment, Source

END = "# END SOLUTION"
_WORD = "sol"  # how the word of every marker begins, however it is spelt
_BEGIN = re.compile(r"# BEGIN SOLUTION: (?P<hint>\S.*)")
_WORDS = re.compile(
    r"(?<![a-z])(begin|start|end|stop)[\W_]*((of|the)[\W_]+)*solution", re.IGNORECASE
)
_SPELLINGS = tuple(
    first + second
    for word in ("begin", "start", "end", "stop")
    for first, second in ((word, "solution"), ("solution", word))
)
_HINT = re.compile(r"#+\W*[a-z]+[\W_]*[a-z]+[\W_]*(?P<hint>.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Markers:
    """A pair of exact markers: their lines (from 1), their indentation, the hint."""

    begin: int
    end: int
    indent: str
    hint: str


def find_markers(source: Source) -> tuple[Markers, ...]:
    """Return the pairs of markers in order; anything malformed raises CourseError."""
    pairs: list[Markers] = []
    opened: tuple[Comment, str] | None = None
    for comment, hint in _exact(source):
        if hint is not None:
            if opened:
                raise source.error(
                    comment.line,
                    f"a solution block begins inside the one of line {opened[0].line}",
                    f"write `{END}` before it, blocks cannot be nested",
                )
            opened = comment, hint
            continue
        if opened is None:
            raise source.error(
                comment.line,
                f"`{END}` without a `# BEGIN SOLUTION: hint` above it",
                "write the missing BEGIN line or remove this line instead",
            )
        first, opened_hint = opened
        if comment.before != first.before:
            raise source.error(
                comment.line,
                f"the end marker is indented by {len(comment.before)}, "
                f"its begin marker in line {first.line} by {len(first.before)}",
                f"write `{first.before}{END}` instead",
            )
        pairs.append(Markers(first.line, comment.line, first.before, opened_hint))
        opened = None
    if opened:
        raise source.error(
            opened[0].line, "this solution block is never closed", f"write `{END}` below it"
        )
    return tuple(pairs)


def _exact(source: Source) -> Iterator[tuple[Comment, str | None]]:
    """Yield the comments that are markers; the hint is None for an end."""
    if _WORD not in source.text.lower():
        return
    for comment in source.comments:
        if not _looks_like_marker(comment.text):
            continue
        begin = _BEGIN.fullmatch(comment.text)
        if begin is None and comment.text != END:
            _refuse(source, comment)
        if comment.before.strip():
            raise source.error(
                comment.line,
                "this marker follows code on its line",
                f"write `{comment.text}` on a line of its own instead",
            )
        yield comment, begin["hint"] if begin else None


def _looks_like_marker(text: str) -> bool:
    if _WORD not in text.lower():
        return False
    if _WORDS.search(text):
        return True
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", text)]
    if words in (["solution"], ["solution", "no", "prompt"]):
        return True
    heads = {"".join(words[:1]), "".join(words[:2])}
    return any(difflib.get_close_matches(head, _SPELLINGS, 1, 0.84) for head in heads)


def _refuse(source: Source, comment: Comment) -> NoReturn:
    """Raise for a comment that resembles a marker; say the exact form."""
    words = "".join(re.findall(r"[A-Za-z]+", comment.text)[:2]).lower()
    if found := _WORDS.search(comment.text):
        words = found[1].lower()
    elif words != "solution":
        words = (difflib.get_close_matches(words, _SPELLINGS, 1, 0.84) or [""])[0]
    if "end" in words or "stop" in words:
        raise source.error(
            comment.line, f"`{comment.text}` is not an exact marker", f"write `{END}` instead"
        )
    if comment.text in ("# BEGIN SOLUTION", "# BEGIN SOLUTION:"):
        what = f"`{comment.text}` has no hint for the student"
    else:
        what = f"`{comment.text}` is not an exact marker"
    match = _HINT.match(comment.text)
    _, colon, after = comment.text.partition(":")
    hint = after.strip() if colon else match["hint"] if match else ""
    hint = hint or "what to do here (about 3 lines)"
    raise source.error(comment.line, what, f"write `# BEGIN SOLUTION: {hint}` instead")
