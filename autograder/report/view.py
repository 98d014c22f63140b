"""Arrange a result for the report of one submission; computes no score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.text import cleaned, clipped, sentence

from .figures import figure_files, figure_rows
from .markdown import Text
from .repairs import repair_view
from .wording import (
    OUTCOMES,
    breakable,
    excerpt,
    is_unsettled,
    labelled_questions,
    metric,
    points,
    unsettled,
)

_MESSAGE = 1500
_CODE_LINES, _CODE_CHARACTERS = 300, 20_000
_OUTPUT_LINES = (40, 15)
_BRIEF = 2500  # prompt, model answer and marking scheme of this many characters share a page


class View:
    """The data of the template, its markdown texts before conversion, and its figures."""

    def __init__(self, result: Mapping[str, Any], folder: Path) -> None:
        result = cleaned(result)
        self.folder = folder
        self.texts: list[tuple[Text, dict[str, Any]]] = []
        self.files: dict[str, Path] = {}
        self.code: dict[tuple[str, int, str], str] = {}
        self.data: dict[str, Any] = {
            "title": breakable(clipped(result["title"], 120)),
            "submission": breakable(clipped(result["submission"]["name"], 80)),
            "short": {
                "title": clipped(result["title"], 60),
                "submission": clipped(result["submission"]["name"], 36),
            },
            "score": points(result["score"]),
            "max": points(result["max_score"]),
            "fraction": _fraction(result["score"], result["max_score"]),
            "regrade": unsettled(result),
            "notes": [_prose(note) for note in result["submission"]["notes"]],
            "mistakes": _mistakes(result),
            "facts": _facts(result),
            "problems": [self._problem(problem) for problem in result["problems"]],
        }

    def fill(self, *, ours: bool, theirs: bool) -> None:
        """Use the converted course texts and student texts, or their source where that is off."""
        for text, place in self.texts:
            place["nodes"] = text.nodes if (ours if text.ours else theirs) else None

    def without_figures(self) -> None:
        """Replace each figure by a sentence."""
        self.files = {}
        for problem in self.data["problems"]:
            for question in problem["questions"]:
                for item in (item for row in question["figures"] for item in row):
                    item |= {"file": None, "problem": "This figure cannot be shown."}

    def _text(self, source: str, *, ours: bool) -> dict[str, Any]:
        text = Text(source, ours=ours)
        left_out = f"[… {text.left_out} characters left out; see the submission …]"
        place = {
            "nodes": None,
            "plain": breakable(text.source, 60, 10),
            "left_out": left_out if text.left_out else None,
        }
        self.texts.append((text, place))
        return place

    def _problem(self, problem: Mapping[str, Any]) -> dict[str, Any]:
        data = ", ".join(f"{name} ({size})" for name, size in problem["data"].items())
        return {
            "title": _prose(problem["title"]),
            "total": f"{points(problem['score'])} of {points(problem['max_score'])} points"
            if not any(is_unsettled(question) for question in problem["questions"])
            else "needs a regrade",
            "data": f"Data: {data}" if data else "",
            "questions": [self._question(question) for question in problem["questions"]],
            "written": [self._written(entry) for entry in problem["written"]],
        }

    def _question(self, question: Mapping[str, Any]) -> dict[str, Any]:
        rows = figure_rows(question["figures"], self.folder)
        self.files |= figure_files(rows, self.folder)
        output = excerpt(question["output"], *_OUTPUT_LINES, width=300)
        return {
            "title": _prose(question["title"]),
            "outcome": "grader_error" if is_unsettled(question) else question["outcome"],
            "word": OUTCOMES["grader_error" if is_unsettled(question) else question["outcome"]],
            "settled": not is_unsettled(question),
            "optional": question["optional"],
            "score": points(question["score"]),
            "max": points(question["max_score"]),
            "fraction": _fraction(question["score"], question["max_score"]),
            "message": _optional(question["message"]),
            "cases": _cases(question),
            "repair": repair_view(question["repair"]),
            "code": [self._code(part, question["title"]) for part in question["code"]],
            "figures": rows,
            "metrics": [
                [_prose(sentence(name)), metric(value)]
                for name, value in question["metrics"].items()
            ],
            "output": breakable(output, 60, 10) if output.strip() else None,
        }

    def _code(self, part: Mapping[str, Any], title: str) -> dict[str, Any]:
        """Arrange a piece of code; ``seen`` is the question that already shows it, or None."""
        seen = self.code.setdefault((part["file"], part["line"], part["source"]), title)
        source = part["source"]
        if len(source) > _CODE_CHARACTERS:
            source = f"{source[:_CODE_CHARACTERS]}\n[… the rest is left out …]"
        source = excerpt(source, _CODE_LINES, 0, width=1000)
        last = part["line"] + part["source"].rstrip("\n").count("\n")
        return {
            "file": breakable(part["file"]),
            "name": breakable(part["name"]),
            "first": part["line"],
            "lines": f"lines {part['line']} to {last}",
            "source": breakable(source, 60, 10),
            "seen": None if seen == title else _prose(seen),
        }

    def _written(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        answer = entry["answer"]
        handed_in = answer is not None and answer.strip()
        ours = [entry["prompt"], entry["model_answer"], *(c["text"] for c in entry["criteria"])]
        return {
            "title": _prose(entry["title"]),
            "max": points(entry["max_points"]),
            "brief": sum(map(len, ours)) < _BRIEF,
            "prompt": self._text(entry["prompt"], ours=True),
            "answer": self._text(answer, ours=False) if handed_in else None,
            "model": self._text(entry["model_answer"], ours=True),
            "criteria": [
                {
                    "points": points(criterion["points"]),
                    "text": self._text(criterion["text"], ours=True),
                }
                for criterion in entry["criteria"]
            ],
        }


def _mistakes(result: Mapping[str, Any]) -> list[list[str]]:
    """Return each (question, explanation) once, in the order of the questions."""
    found = dict.fromkeys(
        (question["title"], case["diagnosis"]["explanation"])
        for _, question in labelled_questions(result)
        for case in question["cases"]
        if case["diagnosis"]
    )
    return [[_prose(title), _prose(explanation)] for title, explanation in found]


def _cases(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Arrange the cases of a question; a known mistake is explained once."""
    explained: set[str] = set()
    rows = []
    for case in question["cases"]:
        mistake = case["diagnosis"]["mistake"] if case["diagnosis"] else None
        rows.append(_case(case, question["message"], mistake in explained))
        explained |= {mistake} if mistake else set()
    return rows


def _case(case: Mapping[str, Any], said: str | None, again: bool) -> dict[str, Any]:
    """Arrange a case; does not repeat a message that its question already ``said``."""
    settled = case["outcome"] != "grader_error"
    diagnosis = case["diagnosis"]
    of_points = f"{points(case['points']) if settled else '–'} / {points(case['max_points'])}"
    return {
        "title": _prose(sentence(case["name"])),
        "tag": "hidden" if case["hidden"] else "",
        "outcome": case["outcome"],
        "word": OUTCOMES[case["outcome"]],
        "settled": settled,
        "points": of_points if case["max_points"] else "",
        "message": None if case["message"] == said else _optional(case["message"]),
        "detail": _optional(case["detail"]),
        "diagnosis": _prose(_explained(diagnosis)) if diagnosis and not again else None,
        "again": again,
    }


def _explained(diagnosis: Mapping[str, Any]) -> str:
    """Return the explanation, and how far it goes where it does not explain everything."""
    if diagnosis["explains"] == diagnosis["failed"]:
        return str(diagnosis["explanation"])
    return (
        f"{diagnosis['explanation']} (It explains {diagnosis['explains']} of the "
        f"{diagnosis['failed']} failed cases that could be compared.)"
    )


def _facts(result: Mapping[str, Any]) -> list[list[str]]:
    data = {
        f"{name} ({size})"
        for problem in result["problems"]
        for name, size in problem["data"].items()
    }
    submission, isolation = result["submission"], result["isolation"]
    layers = f" ({', '.join(isolation['layers'])})" if isolation["layers"] else ""
    files = ", ".join(submission["files"][:30]) or "no file of the assignment"
    grades = sorted(result["grades"].items(), key=lambda item: item[1])
    scale = ", ".join(f"{name} from {share:.0%}" for name, share in grades)
    facts = {
        "Assignment": result["assignment"],
        **({"Grades": f"{scale} of all points, including written questions"} if scale else {}),
        "Files": clipped(files, 400),
        "SHA-256": submission["sha256"],
        "Seed": str(result["seed"]),
        "Isolation": isolation["level"] + layers,
        "Data": ", ".join(sorted(data)) or "none",
        "Versions": ", ".join(f"{name} {v}" for name, v in result["environment"].items()),
    }
    return [[name, breakable(value)] for name, value in facts.items()]


def _fraction(score: float, max_score: float) -> float:
    """Return the filled part of a score bar."""
    return min(1.0, max(0.0, score / max_score)) if max_score else 0.0


def _prose(text: str) -> str:
    return breakable(clipped(text, _MESSAGE))


def _optional(text: str | None) -> str | None:
    return _prose(text) if text else None
