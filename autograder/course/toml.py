"""Read a TOML file into its model; a fault is one sentence with file and line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from autograder.course.faults import explain
from autograder.course.places import Keys, line_of
from autograder.errors import CourseError

T = TypeVar("T")

_SYNTAX = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class TomlFile:
    """The text of a TOML file, which is decoded and whose faults have lines."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """Read the file at ``path``."""
        try:
            return cls(path, path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CourseError(f"{path} cannot be read ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise CourseError(f"{path} is not UTF-8 text; save it as UTF-8.") from None

    def decode(self, kind: type[T]) -> T:
        """Return the content as a ``kind``; raises CourseError with the line of the first fault."""
        try:
            values = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            at = _SYNTAX.search(str(error))
            line = at["line"] if at and at["line"] else self.text.count("\n") + 1
            what = _SYNTAX.sub("", str(error))
            raise CourseError(f"{self.path}:{line}: this is not valid TOML ({what}).") from None
        try:
            return msgspec.convert(values, kind)
        except msgspec.ValidationError as error:
            keys, sentence = explain(str(error), values, kind)
            raise self.error(keys, sentence) from None

    def error(self, keys: Keys, sentence: str) -> CourseError:
        """Return an error at the line of the item that ``keys`` lead to."""
        return CourseError(f"{self.path}:{line_of(self.text, keys)}: {sentence}.")
