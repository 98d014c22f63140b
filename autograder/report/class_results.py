"""Read what a run holds of a class: results, totals, who handed in, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.marks import MarksError, read_total
from autograder.result import RESULT
from autograder.similarity import Pair, read_pairs
from autograder.submission.class_list import HandedIn, read_class_list
from autograder.text import cleaned, visible

from .read import ReportError, read_cleaned_result, result_folders

Result = Mapping[str, Any]


@dataclass(frozen=True)
class ClassResults:
    """The cleaned results of a class by name, with their totals; ``lost`` have no result.

    ``listed`` says by cleaned name who handed in what; ``pairs`` share unusual code.
    """

    run: Path
    results: tuple[Result, ...]
    totals: tuple[Result | None, ...]
    listed: Mapping[str, HandedIn]
    lost: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()


def read_class(run: Path) -> ClassResults:
    """Read every result of a run that counts; raises ReportError if there is none."""
    try:
        found = [
            (read_cleaned_result(folder), cleaned(read_total(folder)))
            for folder in result_folders(run)
        ]
    except MarksError as error:
        raise ReportError(str(error)) from None
    found.sort(key=lambda entry: str(entry[0]["submission"]["name"]))
    listed = read_class_list(run)
    lost = tuple(
        visible(name)
        for name, entry in listed.items()
        if entry.counts and not (run / name / RESULT).is_file()
    )
    people = {visible(name): entry for name, entry in listed.items()}
    results, totals = (tuple(values) for values in zip(*found, strict=True))
    return ClassResults(run, results, totals, people, lost, read_pairs(run))
