"""Python files of an instructor, taken apart once: lines, comments, code, tree."""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
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
    """A Python file taken apart once: lines with their ends, tree; on demand, its tokens."""

    path: Path
    lines: tuple[str, ...]
    tree: ast.Module

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The real comments, in order."""
        return self._layout[0]

    @property
    def code_lines(self) -> frozenset[int]:
        """The numbers, from 1, of the lines with code."""
        return self._layout[1]

    @functools.cached_property
    def _layout(self) -> tuple[tuple[Comment, ...], frozenset[int]]:
        comments, code_lines = [], set[int]()
        for token in _tokens(self.text, self.path):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                comments.append(Comment(row, token.line[:column], token.string.rstrip()))
            elif token.type not in _LAYOUT:
                code_lines.update(range(token.start[0], token.end[0] + 1))
        return tuple(comments), frozenset(code_lines)

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


@functools.lru_cache(maxsize=1024)
def syntax_tree(text: str) -> ast.Module:
    """Return the tree of Python text, which nobody may change; the same text gives the same one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as an invalid escape, which is not ours to report
        return ast.parse(text)


@functools.lru_cache(maxsize=512)
def parse(text: str, path: Path) -> Source:
    """Take Python text apart; ``path`` is only for messages."""
    if "\r" in text.replace("\r\n", ""):
        raise CourseError(f"{path} has bare carriage returns; save it with line feeds.")
    try:
        tree = syntax_tree(text)
    except (SyntaxError, ValueError) as error:
        raise _invalid(path, error) from None
    return Source(path, tuple(re.findall(r"[^\n]*\n|[^\n]+", text)), tree)


def _tokens(text: str, path: Path) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    except (SyntaxError, tokenize.TokenError) as error:
        raise _invalid(path, error) from None


def _invalid(path: Path, error: Exception) -> CourseError:
    line = getattr(error, "lineno", None) or 1
    return CourseError(
        f"{path}:{line}: this is not valid Python ({getattr(error, 'msg', error)}); correct it."
    )
