"""Find the line of a key in the text of a TOML file."""

from __future__ import annotations

from typing import Any

_MARK = "9b1d6c0e-4f57-4c1f-8a30-7d2e5b9f6a11"  # a text that no file holds

Keys = tuple[str | int, ...]


def line_of(text: str, keys: Keys) -> int:
    """Return the line of the key or table that ``keys`` lead to, or of the nearest one above it.

    The item is marked, the document is written again, and the mark is looked for: tomlkit changes
    nothing in front of it.
    """
    import tomlkit  # only an error needs it
    from tomlkit.exceptions import TOMLKitError

    while keys:
        try:
            document = tomlkit.parse(text)
            _mark(document, keys)
        except (TOMLKitError, LookupError, TypeError, ValueError, AttributeError):
            pass
        else:
            before, mark, _ = tomlkit.dumps(document).partition(_MARK)
            if mark:
                return before.count("\n") + 1
        keys = keys[:-1]
    return 1


def _mark(document: Any, keys: Keys) -> None:
    from tomlkit.items import AoT, Table

    parent = item = document
    steps = list(keys)
    for number, key in enumerate(steps, 1):
        parent, item = item, item[key]
        if number == len(steps) and isinstance(item, Table) and item.is_super_table():
            steps.append(next(iter(item)))  # it has no line of its own
    if isinstance(item, AoT):
        item = item[0]
    if isinstance(item, Table):
        item.comment(_MARK)
    else:
        parent[steps[-1]] = _MARK
