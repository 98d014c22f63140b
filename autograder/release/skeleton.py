"""Turn a reference into a skeleton: each solution block becomes a named hole."""

from __future__ import annotations

import ast
import functools
import json
from pathlib import Path

from autograder.course.source import Source, parse
from autograder.errors import CourseError
from autograder.release.blocks import Block, find_blocks


@functools.lru_cache(maxsize=512)
def skeleton(source: Source, notebook: bool = False) -> str:
    """Return the text of the skeleton; outside the blocks it equals the source exactly."""
    parts: list[str] = []
    copied = 0
    for block in find_blocks(source, notebook):
        parts += source.lines[copied : block.markers.begin - 1]
        parts.append(_hole(source, block))
        copied = block.markers.end
    text = "".join(parts) + "".join(source.lines[copied:])
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0
    for what, code in (("the reference", source.text), ("the skeleton", text)):
        try:
            compile(code, str(source.path), "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise CourseError(
                f"{source.path}:{line}: {what} is not valid Python "
                f"({getattr(error, 'msg', error)}); move the markers so that it compiles."
            ) from None
    return text


def solution(source: Source, is_notebook: bool = False) -> str:
    """Return the text of a reference without its markers."""
    markers = [block.markers for block in find_blocks(source, is_notebook)]
    left_out = {line for pair in markers for line in (pair.begin, pair.end)}
    return "".join(line for n, line in enumerate(source.lines, 1) if n not in left_out)


def skeleton_of(text: str, path: Path, notebook: bool = False) -> str:
    """Return the skeleton of a reference given as text; ``path`` is only for messages."""
    return skeleton(parse(text, path), notebook)


def _hole(source: Source, block: Block) -> str:
    first = source.lines[block.markers.begin - 1]
    end = first[len(first.rstrip("\r\n")) :]
    indent, hint = block.markers.indent, block.markers.hint
    if block.written:
        return f"{indent}# *Your answer: {hint}*{end}"
    name = json.dumps(block.name, ensure_ascii=False)
    return f"{indent}# TODO: {hint}{end}{indent}raise NotImplementedError({name}){end}"
