"""Python files of an instructor, taken apart once: lines, comments, code, tree."""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Comment:
    """A real comment: its line from 1, what stands before it on the line, and its text."""

    line: int
    before: str
    text: str


@dataclass(frozen=True, eq=False)
class Source:
    """A Python file taken apart once: lines with their ends, comments, lines with code, tree."""

    path: Path
    lines: tuple[str, ...]
    comments: tuple[Comment, ...]
    code_lines: frozenset[int]
    tree: ast.Module

    @property
    def text(self) -> str:
        """The whole file."""
        return "".join(self.lines)

    def error(self, line: int, what: str, instead: str) -> CourseError:
        """Return an error that says where, what is wrong and what to write instead."""
        return CourseError(f"{self.path}:{line}: {what}; {instead}.")


def read_source(path: Path) -> Source:
    """Read a Python file of an instructor."""
    try:
        return parse(path.read_bytes().decode("utf-8"), path)
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}); add the file.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8 text; save it as UTF-8.") from None


@functools.lru_cache(maxsize=512)
def parse(text: str, path: Path) -> Source:
    """Take Python text apart; ``path`` is only for messages."""
    if "\r" in text.replace("\r\n", ""):
        raise CourseError(f"{path} has bare carriage returns; save it with line feeds.")
    try:
        tree = ast.parse(text, str(path))
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (SyntaxError, tokenize.TokenError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise CourseError(
            f"{path}:{line}: this is not valid Python ({getattr(error, 'msg', error)}); correct it."
        ) from None
    comments, code_lines = [], set[int]()
    for token in tokens:
        if token.type == tokenize.COMMENT:
            row, column = token.start
            comments.append(Comment(row, token.line[:column], token.string.rstrip()))
        elif token.type not in _LAYOUT:
            code_lines.update(range(token.start[0], token.end[0] + 1))
    lines = tuple(re.findall(r"[^\n]*\n|[^\n]+", text))
    return Source(path, lines, tuple(comments), frozenset(code_lines), tree)
