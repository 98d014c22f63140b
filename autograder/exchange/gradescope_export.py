"""Read ``submission_metadata.yml``, Gradescope's list of who handed in what and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import KitError
from autograder.exchange.layouts import Export, Packed
from autograder.exchange.roster import Clue


def with_metadata(export: Export, path: Path) -> Export:
    """Return ``export`` with the people and times of its metadata; raises KitError."""
    if not path.is_file():
        return export
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (safe)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise KitError(f"{path} cannot be read; download the export again.") from None
    if not isinstance(content, dict):
        raise KitError(f"{path} lists no submissions; download the export again.")
    return replace(
        export, packed=tuple(_described(entry, content.get(entry.title)) for entry in export.packed)
    )


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads Ruby's tags as the plain values below them; makes no object of any class."""


def _untagged(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_Loader.add_multi_constructor("!ruby/", _untagged)


def _described(packed: Packed, entry: object) -> Packed:
    if not isinstance(entry, dict):
        return packed
    people = _get(entry, "submitters")
    clues = [
        Clue(email=_text(person, "email"), id=_text(person, "sid"), name=_text(person, "name"))
        for person in (people if isinstance(people, list) else [])
        if isinstance(person, dict)
    ]
    title = " and ".join(clue.name or clue.email for clue in clues) or packed.title
    return replace(packed, title=title, clues=tuple(clues), submitted=_time(entry))


def _get(table: Mapping[Any, Any], key: str) -> Any:
    """Return the value of a key, which Ruby writes with a colon before it."""
    return table.get(f":{key}", table.get(key))


def _text(table: Mapping[Any, Any], key: str) -> str:
    value = _get(table, key)
    return "" if value is None else str(value)


def _time(entry: Mapping[Any, Any]) -> datetime | None:
    value = _get(entry, "created_at")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace(" Z", "+00:00"))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
