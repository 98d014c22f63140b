"""Write the reference of all TOML keys and of results into ``docs/``, from their models.

Run: python -m autograder.reference
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from autograder.course import default_course
from autograder.course.assignment_file import AssignmentFile
from autograder.course.files import MistakesFile, ProblemFile, Threshold
from autograder.course.machines import BackendFile
from autograder.marks.totals import Total
from autograder.result import GradedSubmission, schema

_FILES = (
    ("problem.toml", "A problem", ProblemFile),
    ("mistakes/*.toml", "Known mistakes", MistakesFile),
    ("calibration.toml", "Thresholds", Threshold),
    ("assignments/*.toml", "An assignment", AssignmentFile),
    ("backend.toml", "Where jobs run", BackendFile),
    ("result.json", "A result", GradedSubmission),
    ("total.json", "A total with all marks", Total),
)
_INTRODUCTION = """\
# Reference

Written by `python -m autograder.reference` from the models in `autograder/course/`,
`autograder/result.py` and `autograder/marks/totals.py`. Do not edit.

A TOML file with an unknown key, a missing key or a wrong type is refused with its line. Points are
not in `problem.toml`: cases and criteria state them, and an assignment can split other points over
the same questions.
"""


def pages() -> dict[str, str]:
    """Return the text of every generated file by its name in ``docs/``."""
    parts = [_INTRODUCTION]
    for name, title, kind in _FILES:
        parts += [f"## {title}: `{name}`\n", *_sections(kind, name)]
    return {
        "reference.md": "\n".join(parts),
        "result.schema.json": json.dumps(schema(), indent=2) + "\n",
    }


def write(folder: Path) -> None:
    """Write every page into ``folder``."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _sections(kind: type[msgspec.Struct], file: str) -> Iterator[str]:
    """Yield the description and table of ``kind`` and of every table inside it, each once."""
    todo: list[tuple[str, Any]] = [("", inspect.type_info(kind))]
    done = set()
    while todo:
        path, info = todo.pop(0)
        if info.cls in done:
            continue
        done.add(info.cls)
        if path:
            yield f"### `{path}` in `{file}`\n"
        yield f"{' '.join((info.cls.__doc__ or '').split())}\n"
        yield "\n".join(_table(info)) + "\n"
        todo += _inner(info, path.strip("[]"), file.endswith(".toml"))


def _table(info: inspect.StructType) -> Iterator[str]:
    defaults = any(not field.required for field in info.fields)
    yield "| key | type |" + (" default |" if defaults else "") + " description |"
    yield "|---|---|" + ("---|" if defaults else "") + "---|"
    for field in info.fields:
        description, bare = _described(field.type)
        default = f" {_default(field)} |" if defaults else ""
        kind = _type(bare) if field.required else _type(bare).removesuffix(" or null")
        yield f"| `{field.name}` | {kind} |{default} {description} |"


def _inner(info: inspect.StructType, above: str, is_toml: bool) -> Iterator[tuple[str, Any]]:
    """Yield the path and the description of every table directly inside ``info``."""
    for field in info.fields:
        bare = _described(field.type)[1]
        path = f"{above}.{field.name}" if above else field.name
        for kind in bare.types if isinstance(bare, inspect.UnionType) else (bare,):
            if isinstance(kind, inspect.StructType):
                yield f"[{path}]" if is_toml else path, kind
            elif isinstance(item := getattr(kind, "item_type", None), inspect.StructType):
                yield f"[[{path}]]" if is_toml else path, item


def _described(info: Any) -> tuple[str, Any]:
    """Return the description of a field's type and the type without it."""
    description = ""
    while isinstance(info, inspect.Metadata):
        description = (info.extra_json_schema or {}).get("description", description)
        info = info.type
    return description, info


def _default(field: inspect.Field) -> str:
    if field.required:
        return "required"
    default = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    empty = isinstance(default, msgspec.Struct) or default in (None, (), {})
    return "–" if empty else f"`{json.dumps(default)}`"


def _type(info: Any) -> str:
    """Return a type in words."""
    info = _described(info)[1]
    match info:
        case inspect.UnionType():
            return " or ".join(map(_type, info.types))
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType():
            return " or ".join(f"`{json.dumps(value)}`" for value in info.values)
        case inspect.StructType():
            return "table"
        case inspect.DictType():
            return f"table: name = {_type(info.value_type)}"
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType():
            return "text"
        case inspect.DateTimeType():
            return "date and time with offset"
        case inspect.IntType() | inspect.FloatType():
            word = "whole number" if isinstance(info, inspect.IntType) else "number"
            bounds = (("> ", info.gt), ("≥ ", info.ge), ("< ", info.lt), ("≤ ", info.le))
            shown = [f"{sign}{bound:g}" for sign, bound in bounds if bound is not None]
            return f"{word} {', '.join(shown)}" if shown else word
        case _:
            item = _type(info.item_type)
            return f"list of {'tables' if item == 'table' else item}"


if __name__ == "__main__":
    write(default_course().root / "docs")
