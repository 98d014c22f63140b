"""The rules for handing in, as an assignment's TOML file states them."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta

from autograder.course.tables import Count, Names, NotNegative, Positive, Share, Table
from autograder.course.toml import TomlFile
from autograder.kit.checking.rules import PART

_ARCHIVE = re.compile(r"(?:[A-Za-z0-9._-]|<\w+>)+\.zip")


class LateTable(Table, frozen=True):
    """What a late submission costs: `per_day` or `per_hour`, never both.

    Each started day or hour after `due` costs a share of the points. Extra points are not part of
    `maximum`.
    """

    per_day: Annotated[
        Share | None, Meta(description="The share of the points that each started day costs.")
    ] = None
    per_hour: Annotated[
        Share | None, Meta(description="The share of the points that each started hour costs.")
    ] = None
    of: Annotated[
        Literal["score", "maximum"],
        Meta(description="Whether it is a share of the points earned or of all points."),
    ] = "score"
    grace_minutes: Annotated[
        NotNegative,
        Meta(
            description="A submission that is at most this late costs nothing; "
            "a later one counts from `due`."
        ),
    ] = 0.0
    cap: Annotated[Share, Meta(description="The largest share that lateness can cost.")] = 1.0
    free_days: Annotated[
        Annotated[int, Meta(ge=0)],
        Meta(
            description="Days of 24 hours that cost nothing, used up first. A class can give each "
            "student what is left of a common number instead."
        ),
    ] = 0


class HandInTable(Table, frozen=True):
    """The rules for what students hand in."""

    zip: Annotated[
        bool,
        Meta(
            description="Whether students hand in a zip. If not: the files themselves, from one "
            "folder that `--pack` makes."
        ),
    ] = True
    archive: Annotated[
        str | None,
        Meta(description="The name of the zip, with places to fill: `hw2-<login>.zip`."),
    ] = None
    required_files: Annotated[
        Names, Meta(description="Patterns of further files to hand in, such as `*.pdf`.")
    ] = ()
    separate_files: Annotated[
        Names,
        Meta(description="Patterns of files to hand in next to the zip, such as `report.pdf`."),
    ] = ()
    max_pages: Annotated[
        Count | None,
        Meta(
            description="The most pages of each PDF. One that shows a notebook, and has its "
            "name, may have more. Without it: no limit."
        ),
    ] = None
    max_size_mb: Annotated[
        Positive, Meta(description="The largest size of the zip, or of all files, in MB.")
    ] = 20.0
    due: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(
            description="Date and time with its offset: `2030-03-14T23:59:00+01:00`. "
            "Without it: nothing is late."
        ),
    ] = None
    late: Annotated[
        LateTable | None,
        Meta(
            description="What lateness costs. Without it: a late submission is marked as late "
            "and loses no points."
        ),
    ] = None
    attempts: Annotated[
        Literal["last", "best"],
        Meta(description="Which of several submissions counts: the last one or the best one."),
    ] = "last"
    groups: Annotated[
        Count | None,
        Meta(
            description="The largest number of students who hand in together; 1: each alone. "
            "Without it: as a roster says."
        ),
    ] = None

    @property
    def archive_pattern(self) -> str | None:
        """The regular expression of names that fill the places of ``archive``."""
        if self.archive is None:
            return None
        fixed = re.split(r"<\w+>", self.archive)
        return PART.join(re.escape(part) for part in fixed)


def check_hand_in(file: TomlFile, rules: HandInTable) -> None:
    """Raise CourseError for rules that contradict each other or that nobody can follow."""
    if not rules.zip:
        for key in ("archive", "separate_files"):
            if getattr(rules, key):
                raise file.error(
                    ("hand_in", key), f"{key!r} says something about a zip, but 'zip' is false; "
                    f"remove {key!r}"
                )  # fmt: skip
    if rules.archive is not None and not _ARCHIVE.fullmatch(rules.archive):
        raise file.error(("hand_in", "archive"), "'archive' must be a name like 'hw2-<login>.zip'")
    for key, patterns in (
        ("required_files", rules.required_files),
        ("separate_files", rules.separate_files),
    ):
        for number, pattern in enumerate(patterns):
            path = PurePosixPath(pattern)
            if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in pattern:
                raise file.error(
                    ("hand_in", key, number),
                    f"{pattern!r} in {key!r} is not the pattern of a file inside the zip; "
                    "write one like 'report.pdf' or '*.pdf'",
                )
    if rules.late is not None:
        _check_late(file, rules.late, rules.due)


def _check_late(file: TomlFile, late: LateTable, due: datetime | None) -> None:
    if late.per_day is not None and late.per_hour is not None:
        raise file.error(
            ("hand_in", "late", "per_hour"),
            "'late' has 'per_day' and 'per_hour'; remove one of the two",
        )
    if late.per_day is None and late.per_hour is None:
        raise file.error(
            ("hand_in", "late"), "'late' says no price; write 'per_day' or 'per_hour', such as 0.1"
        )
    if due is None:
        raise file.error(
            ("hand_in", "late"), "'late' needs to know when; write 'due' with date, time and offset"
        )
