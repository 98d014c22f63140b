"""Say in one sentence what msgspec finds wrong with the values of a TOML file, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import inspect

from autograder.course.places import Keys

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false",
          "array": "a list", "object": "a table", "datetime": "a date with time and offset",
          "date": "a date without a time", "time": "a time without a date"}  # fmt: skip
_TIMES = ("Expected `datetime` with a timezone component", "Invalid RFC3339 encoded datetime")
_TIME = "2030-03-14T23:59:00+01:00"
_LIMITS = {">": "greater than", ">=": "at least", "<": "less than", "<=": "at most"}


def explain(message: str, values: dict[str, Any], kind: Any) -> tuple[Keys, str]:
    """Return where ``values`` are no ``kind`` and what is wrong, given msgspec's ``message``."""
    keys, what = _exact_keys(message, values, kind), _PATH.sub("", message)
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", what):
        return (*keys, found[1]), _unknown(found[1], keys, values, kind)
    if found := re.fullmatch(r"Object missing required field `(.+)`", what):
        return keys, f"the key {found[1]!r} is missing"
    name = next((repr(key) for key in reversed(keys) if isinstance(key, str)), "the file")
    part = f"an entry of {name}" if keys and isinstance(keys[-1], int) else name
    if found := re.fullmatch(r"Invalid enum value (.+)", what):
        choices = ", ".join(sorted(map(str, _at(kind, keys).values)))
        return keys, f"{part} is {found[1]}, but it must be one of {choices}"
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", what):
        expected = " or ".join(_kind(word) for word in found[1].split(" | ") if word != "null")
        return keys, f"{part} has the wrong type: expected {expected}, found {_kind(found[2])}"
    if found := re.fullmatch(r"Expected `\w+(?: \| null)?` ([<>]=?) (.+)", what):
        return keys, f"{part} must be {_LIMITS[found[1]]} {found[2].removesuffix('.0')}"
    if what in _TIMES:
        return keys, f"{part} must be {_kind('datetime')} from UTC, such as {_TIME}"
    return keys, f"{part}: {what}"


def _unknown(key: str, keys: Keys, values: dict[str, Any], kind: Any) -> str:
    """Return the sentence on an unknown key; it names a missing key that may be meant."""
    table = _inside(values, keys)
    fields = _at(kind, keys).fields
    missing = [field.name for field in fields if field.required and field.name not in table]
    if missing:
        return f"{key!r} is an unknown key, and the key {missing[0]!r} is missing; correct its name"
    known = ", ".join(field.name for field in fields)
    return f"unknown key {key!r}; remove it or correct its name (known keys: {known})"


def _exact_keys(message: str, values: dict[str, Any], kind: Any) -> Keys:
    """Return the path of the item that msgspec names.

    msgspec does not name the key of an entry of a table with free keys; the entry that gives the
    same message alone is the one.
    """
    found = _PATH.search(message)
    keys: list[str | int] = []
    for step in _STEP.finditer(found["path"] if found else ""):
        if step["key"] or step["index"]:
            keys.append(step["key"] or int(step["index"]))
            continue
        table = _inside(values, keys)
        entries = dict(table)
        for key in entries:
            table.clear()
            table[key] = entries[key]
            if _message(values, kind) == message:
                break
        table |= entries
        keys.append(key)
    return tuple(keys)


def _message(values: dict[str, Any], kind: Any) -> str | None:
    try:
        msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _inside(values: Any, keys: Iterable[str | int]) -> Any:
    for key in keys:
        values = values[key]
    return values


def _at(kind: Any, keys: Keys) -> Any:
    """Return msgspec's description of the type that ``keys`` lead to."""
    info: Any = _bare(inspect.type_info(kind))
    for key in keys:
        if isinstance(info, inspect.StructType):
            info = next(field.type for field in info.fields if field.name == key)
        elif isinstance(info, inspect.DictType):
            info = info.value_type
        else:
            info = info.item_type
        info = _bare(info)
    return info


def _bare(info: Any) -> Any:
    """Return a type without what describes it and without its ``None``."""
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.Metadata):
            info = info.type
        else:
            info = next(kind for kind in info.types if not isinstance(kind, inspect.NoneType))
    return info


def _kind(name: str) -> str:
    return _KINDS.get(name, name)
