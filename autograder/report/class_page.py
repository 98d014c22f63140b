"""The report of a class as one HTML page that needs no network and no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.similarity import Pair, Passage
from autograder.submission.class_list import HandedIn
from autograder.text import cleaned, sentence, source_lines, visible

from .class_numbers import QuestionNumbers, not_attempted, question_numbers, seconds_of, slow
from .class_report import class_view, parts_of, write_class_pdf
from .class_results import ClassResults, read_class
from .pdf import REPORT
from .read import write_whole
from .wording import points, unsettled

PAGE = "class.html"
_FOLDER = Path(__file__).parent
_AROUND = 2  # lines of a passage that are shown around those that both submissions have

Result = Mapping[str, Any]


def write_class_reports(run: Path, *, pdf: bool = True) -> list[Path]:
    """Write ``class.html`` of a run, and ``class.pdf`` unless that is turned off."""
    found = read_class(run)
    view = class_view(found.results, found.totals, found.pairs, found.lost)
    page = write_whole(run / PAGE, class_page(found, view).encode())
    return [page, *([write_class_pdf(run, view)] if pdf else [])]


def class_page(found: ClassResults, view: dict[str, Any]) -> str:
    """Return the page; all texts in it are escaped, and its policy forbids all other code.

    ``view`` is what the PDF shows too.
    """
    style, script = (
        (_FOLDER / name).read_text(encoding="utf-8") for name in ("class.css", "class.js")
    )
    templates = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    view = _without_breaks(view)
    suspects = {visible(name) for pair in found.pairs for name in (pair.left, pair.right)}
    numbers = question_numbers(found.results)
    extra = {
        "style": Markup(style),  # noqa: S704 - our own files
        "script": Markup(script),  # noqa: S704
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
        "questions": [_question(entry) for entry in numbers.values()],
        "rows": _rows(found, suspects),
        "pairs": [_pair(pair) for pair in found.pairs],
        "points": points,
        "most": max([1, *(entry["count"] for entry in view["histogram"])]),
    }
    return templates.get_template("class.html").render(view | extra)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _without_breaks(value: Any) -> Any:
    """Return a view without the places where the PDF may break a word."""
    if isinstance(value, str):
        return value.replace("\u200b", "")
    if isinstance(value, Mapping):
        return {key: _without_breaks(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_breaks(item) for item in value]
    return value


def _question(numbers: QuestionNumbers) -> dict[str, Any]:
    places, at = [], 0.0
    for part in parts_of(numbers):
        places.append((round(100 * at, 2), round(100 * part, 2)))
        at += part
    return {
        "numbers": numbers,
        "parts": places,
        "cases": [(sentence(case.name), case) for case in numbers.cases],
        "left_out": numbers.outcomes.get("not_attempted", 0),
    }


def _rows(found: ClassResults, suspects: set[str]) -> list[dict[str, Any]]:
    """Return a row for each submission, those without a result too."""
    late_ones = {name for name, _ in slow(found.results)}
    rows = []
    for result, total in zip(found.results, found.totals, strict=True):
        name = str(result["submission"]["name"])
        left_out, again = not_attempted(result), unsettled(result)
        rows.append(
            _person(name, found.listed.get(name))
            | {
                "report": f"{quote(name)}/{REPORT}" if _has_report(found.run, name) else None,
                "score": None if again else result["score"],
                "max": points(result["max_score"]),
                "lost": total["late"] if total else 0.0,
                "final": total["total"] if total else None,
                "grade": (total["grade"] if total else None) or "",
                "left_out": left_out,
                "seconds": seconds_of(result),
                "flags": [
                    flag
                    for flag, holds in (
                        ("regrade", again),
                        ("late", total and total["late"]),
                        ("not attempted", left_out),
                        ("slow", name in late_ones),
                        ("similar", name in suspects),
                    )
                    if holds
                ],
            }
        )
    empty = {"report": None, "score": None, "max": "", "lost": 0.0, "final": None, "grade": "",
             "left_out": [], "seconds": 0.0, "flags": ["lost"]}  # fmt: skip
    return rows + [_person(name, found.listed.get(name)) | empty for name in found.lost]


def _has_report(run: Path, name: str) -> bool:
    return (run / name / REPORT).is_file()


def _person(name: str, entry: HandedIn | None) -> dict[str, Any]:
    students = entry.students if entry else ()
    return {
        "name": name,
        "people": visible("; ".join(s.name or s.key for s in students)),
        "section": visible("; ".join(dict.fromkeys(s.section for s in students if s.section))),
        "attempt": f"{entry.attempt} of {entry.attempts}" if entry and entry.attempts > 1 else "",
    }


def _pair(pair: Pair) -> dict[str, Any]:
    left, right = (list(map(_passage, side)) for side in pair.evidence)
    return {
        "left": visible(pair.left),
        "right": visible(pair.right),
        "share": f"{pair.share:.0%}",
        "sides": (left, right),
        "functions": sorted({passage["name"] for passage in left}),
    }


def _passage(passage: Passage) -> dict[str, Any]:
    """Return the lines of a passage as (number, text, marked); None stands for lines left out."""
    shown = {n + step for n in passage.marked for step in range(-_AROUND, _AROUND + 1)}
    lines: list[tuple[int, str, bool] | None] = []
    for number, text in enumerate(source_lines(passage.source)):
        if number in shown:
            lines.append((passage.line + number, visible(text), number in passage.marked))
        elif lines and lines[-1] is not None:
            lines.append(None)
    return {"file": cleaned(passage.file), "name": cleaned(passage.name), "lines": lines}
