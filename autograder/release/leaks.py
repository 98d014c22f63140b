"""Scan a finished package, with every archive in it, for what must stay private."""

from __future__ import annotations

import bisect
import gzip
import io
import json
import marshal
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from autograder.release.private import Secret, Secrets, code_bytes
from autograder.release.texts import flat, split_comment, squeezed, string_constants

_DEPTH = 5
_PYC_HEADER = 16
_DECORATION = "> \t-*|`#"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Leak:
    """One private thing found: the file (``outer.zip!inner`` inside archives), where, what."""

    problem: str
    file: str
    place: str
    what: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.place}: {self.what}" if self.place else f"{self.file}: {self.what}"
        )


def scan(name: str, content: bytes, secrets: Secrets) -> list[Leak]:
    """Return everything private in a file; archives are opened, nested ones too."""
    found = dict.fromkeys(_scan(name, content, secrets, 0))
    return list(found)


def _scan(name: str, content: bytes, secrets: Secrets, depth: int) -> Iterator[Leak]:
    suffix = PurePosixPath(name).suffix
    if depth > _DEPTH:
        yield Leak("", name, "", "archives nested too deeply to look into")
    elif (members := _members(content)) is not None:
        for inner, data in members:
            label = inner if depth == 0 else f"{name}!{inner}"
            yield from _scan(label, data, secrets, depth + 1)
    elif content.startswith(b"\x93NUMPY"):
        yield from _scan_array(name, content, secrets)
    elif suffix in (".pyc", ".pyo"):
        yield from _scan_compiled(name, content, secrets)
    else:
        text = _decoded(content)
        if suffix in (".ipynb", ".json"):
            yield from _scan_json(name, text, secrets)
        else:
            yield from _scan_text(name, text, secrets, "")
            if suffix == ".py":
                yield from _scan_strings(name, text, secrets)


def _members(content: bytes) -> list[tuple[str, bytes]] | None:
    """Return the files of an archive, or None if ``content`` is none."""
    try:
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return [(name, archive.read(name)) for name in archive.namelist()]
        if content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or content[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                files = ((member.name, archive.extractfile(member)) for member in archive)
                return [(name, file.read()) for name, file in files if file]
    except tarfile.ReadError:
        if content.startswith(b"\x1f\x8b"):
            return [("content", gzip.decompress(content))]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError):
        pass
    return None


def _decoded(content: bytes) -> str:
    """Return the text of a file, or its printable ASCII characters."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return _readable(content)


def _readable(content: bytes) -> str:
    """Return bytes as text; a space replaces each byte that is not printable ASCII."""
    return re.sub(rb"[^\t\n\r -~]", b" ", content).decode("ascii")


def _scan_array(name: str, content: bytes, secrets: Secrets) -> Iterator[Leak]:
    import numpy as np

    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError:
        yield Leak("", name, "", "an array of Python objects, which cannot be scanned safely")
        return
    yield from _scan_held_out(name, content, secrets)
    if array.dtype.kind in "uif" and array.size:
        with np.errstate(invalid="ignore"):
            values = np.ravel(array).astype(np.uint8).tobytes()
        for part, labels in zip(secrets.held_out, secrets.labels, strict=True):
            if labels and labels in values:
                yield Leak("", name, "", f"the labels of the {part.many} held out for grading")
    if array.dtype.kind in "US":
        yield from _scan_text(name, "\n".join(map(str, array.ravel())), secrets, "")


def _scan_held_out(name: str, content: bytes, secrets: Secrets, place: str = "") -> Iterator[Leak]:
    """Look for held-out items of all datasets in an array or in text."""
    for part in secrets.held_out:
        known = part.fingerprints()
        for at, fingerprint in part.fingerprints_in(content, name):
            if fingerprint in known:
                where = f"{place}, line {at}" if place else at
                yield Leak("", name, where, f"{part.one} that is held out for grading")


def _scan_compiled(name: str, content: bytes, secrets: Secrets) -> Iterator[Leak]:
    yield Leak("", name, "", "compiled Python, which must not be in a package")
    yield from _scan_text(name, _readable(content), secrets, "")
    try:
        code = marshal.loads(content[_PYC_HEADER:])  # noqa: S302 - from our own package
        for piece in code_bytes(code):
            if secret := secrets.codes.get(piece):
                yield Leak(secret.problem, name, "", secret.what)
    except (ValueError, EOFError, TypeError, AttributeError):
        yield Leak("", name, "", "compiled Python that this interpreter cannot read")


def _scan_json(name: str, text: str, secrets: Secrets) -> Iterator[Leak]:
    try:
        document = json.loads(text)
    except ValueError:
        yield from _scan_text(name, text, secrets, "")
        return
    for place, string in _json_strings(document, ""):
        yield from _scan_text(name, string, secrets, place)
        yield from _scan_strings(name, string, secrets, place)


def _json_strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of all strings; a list of only strings, as in a cell, is one text."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield place, "".join(value)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _json_strings(item, f"{place} {number}".strip())
    elif isinstance(value, dict):
        for key, item in value.items():
            word = {"cells": "cell", "source": ""}.get(key, key)
            yield from _json_strings(item, f"{place} {word}".strip())
            yield place, key


def _scan_text(name: str, text: str, secrets: Secrets, place: str) -> Iterator[Leak]:
    lines = text.split("\n")

    def leak(number: int, secret: Secret, what: str) -> Leak:
        where = f"{place}, line {number}" if place else str(number)
        return Leak(secret.problem, name, where, what)

    words = secrets.words.keys() & set(_WORD.findall(text))
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        code, comment = split_comment(line)
        for part in {code, comment, line.strip(_DECORATION)}:
            secret = secrets.lines.get(squeezed(part)) or secrets.lines.get(
                squeezed(split_comment(part)[0])
            )
            if secret and (not secret.home or _at_home(name, secret)):
                yield leak(number, secret, f"{secret.what}: `{part.strip()}`")
        for word in words and words.intersection(_WORD.findall(line)):
            yield leak(number, secrets.words[word], secrets.words[word].what)
    yield from _scan_held_out(name, text.encode("utf-8", "replace"), secrets, place)
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for line in lines:
        starts.append(length)
        if part := flat(line.strip().lstrip(_DECORATION)):
            parts.append(part)
            length += len(part) + 1
    for phrase, at in secrets.index.found_in(" ".join(parts)):
        secret = secrets.phrases[phrase]
        yield leak(bisect.bisect_right(starts, at), secret, f"{secret.what}: '{phrase}'")


def _at_home(name: str, secret: Secret) -> bool:
    parts = PurePosixPath(name).parts
    return secret.problem in parts and "tests" not in parts and name.endswith((".py", ".ipynb"))


def _scan_strings(name: str, text: str, secrets: Secrets, place: str = "") -> Iterator[Leak]:
    """Scan the string constants of Python text, with adjacent literals joined."""
    for number, string in string_constants(text):
        for phrase, _ in secrets.index.found_in(flat(string)):
            secret = secrets.phrases[phrase]
            where = f"{place}, line {number}" if place else str(number)
            yield Leak(secret.problem, name, where, f"{secret.what}: '{phrase}'")
