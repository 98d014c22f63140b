"""What the marking page shows of a run: questions, answers, code; and who may be known by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from autograder.errors import KitError
from autograder.report.figures import figure_rows
from autograder.report.markdown import LONGEST, as_html
from autograder.text import cleaned, sentence, source_lines, visible

from .likeness import order_by_likeness

Result = Mapping[str, Any]
Shown = dict[str, Any]


class Board:
    """The submissions of a run by number; the numbers tell nothing about the names."""

    def __init__(self, run: Path, results: Sequence[Result], anonymous: bool) -> None:
        self.run, self.anonymous = run, anonymous
        ordered = sorted(results, key=lambda r: hashlib.sha256(_name(r).encode()).digest())
        self.results = ordered
        self.names = [_name(result) for result in ordered]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.title = visible(str(ordered[0]["title"]))
        self._orders: dict[str, list[int]] = {}
        if not self.questions:
            raise KitError(f"{run} has no written questions; there is nothing to mark.")

    @cached_property
    def questions(self) -> dict[str, Result]:
        """The written questions, in order, by label."""
        return {label: entry for result in self.results for label, entry in _written(result)}

    def shown_name(self, number: int) -> str:
        """Return what the page calls a submission."""
        return f"Submission {number + 1}" if self.anonymous else visible(self.names[number])

    def question(self, label: str) -> Shown:
        """Return a question with its model answer, its criteria and the order of its answers."""
        entry = self.questions[label]
        texts = [entry["prompt"], entry["model_answer"], *(c["text"] for c in entry["criteria"])]
        prompt, model, *criteria = rendered(tuple(map(visible, texts)))
        answered = self._answers(label)
        return {
            "label": label,
            "title": visible(entry["title"]),
            "prompt": prompt,
            "model": model,
            "criteria": [
                {"html": html, "points": criterion["points"]}
                for html, criterion in zip(criteria, entry["criteria"], strict=True)
            ],
            "max": entry["max_points"],
            "order": [
                {"id": n, "name": self.shown_name(n), "empty": not (answered[n] or "").strip()}
                for n in self._order(label, answered)
            ],
        }

    def answer(self, label: str, number: int) -> Shown:
        """Return an answer with its pictures, and the code of the same problem."""
        result = self.results[number]
        entry = dict(_written(result)).get(label)
        text = visible((entry or {}).get("answer") or "")
        figures = (entry or {}).get("figures", [])
        rows = figure_rows(cleaned(figures), self.run / self.names[number])
        return {
            "id": number,
            "name": self.shown_name(number),
            "html": rendered((text[:LONGEST],))[0] if text.strip() else "",
            "left_out": max(0, len(text) - LONGEST),
            "faults": cleaned((entry or {}).get("faults", [])),
            "figures": [
                {"file": item["file"], "caption": item["caption"], "fault": item["problem"]}
                for row in rows
                for item in row
            ],
            "code": list(_code(result, label.partition(".")[0])),
            "checks": list(_failed(result, label.partition(".")[0])),
        }

    def figure(self, number: int, file: str) -> Path | None:
        """Return the path of a picture of an answer; None for any other file."""
        for _, entry in _written(self.results[number]):
            for row in figure_rows(entry["figures"], self.run / self.names[number]):
                if any(item["file"] == file for item in row):
                    return self.run / self.names[number] / file
        return None

    def _answers(self, label: str) -> list[str | None]:
        return [dict(_written(r)).get(label, {}).get("answer") for r in self.results]

    def _order(self, label: str, answered: Sequence[str | None]) -> list[int]:
        if label not in self._orders:
            self._orders[label] = order_by_likeness(answered)
        return self._orders[label]


@lru_cache(maxsize=512)
def rendered(texts: tuple[str, ...]) -> list[str]:
    """Return texts as safe HTML; one that cannot be read as Markdown is shown as it was typed."""
    return [
        html if html is not None else f"<pre>{_escaped(text)}</pre>"
        for text, html in zip(texts, as_html(texts), strict=True)
    ]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(result: Result) -> str:
    return str(result["submission"]["name"])


def _written(result: Result) -> Iterator[tuple[str, Result]]:
    for problem in result["problems"]:
        for entry in problem["written"]:
            yield f"{problem['name']}.{entry['name']}", entry


def _code(result: Result, problem: str) -> Iterator[Shown]:
    """Yield each piece of the student's code of a problem once."""
    seen = set()
    for graded in result["problems"]:
        for question in graded["questions"] if graded["name"] == problem else ():
            for part in question["code"]:
                if (part["file"], part["line"]) not in seen:
                    seen.add((part["file"], part["line"]))
                    yield {
                        "question": f"{problem}.{question['name']}",
                        "file": visible(part["file"]),
                        "name": visible(part["name"]),
                        "first": part["line"],
                        "lines": [visible(line) for line in source_lines(part["source"])],
                    }


def _failed(result: Result, problem: str) -> Iterator[Shown]:
    """Yield each question of a problem that has a case which did not pass."""
    for graded in result["problems"]:
        for question in graded["questions"] if graded["name"] == problem else ():
            if failed := [case for case in question["cases"] if case["outcome"] != "passed"]:
                yield {
                    "question": f"{problem}.{question['name']}",
                    "title": visible(question["title"]),
                    "cases": shown_cases(failed),
                }


def shown_cases(cases: Sequence[Result]) -> list[Shown]:
    """Return cases as the page shows them: name, outcome and what staff are told."""
    return [
        {
            "name": sentence(visible(case["name"])),
            "outcome": case["outcome"].replace("_", " "),
            "said": visible(case["detail"] or case["message"] or ""),
        }
        for case in cases
    ]
