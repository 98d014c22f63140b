"""Arrange a result for the report of one submission; computes no score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.text import cleaned, sentence

from .cover import cover, fraction
from .figures import TEXT_WIDTH, figure_files, figure_rows
from .markdown import Text
from .parts import Part, brief_reason, cases_of, code_of, failing_lines, is_whole, optional, prose
from .repairs import repair_view
from .wording import OUTCOMES, breakable, excerpt, is_unsettled, metric, points

_BRIEF = 2500  # an answer and its rubric of this many characters share a page
_OUTPUT_LINES = (40, 15)
_BESIDE_RUBRIC = 80.0  # mm that an answer has beside its rubric

Result = Mapping[str, Any]


class View:
    """The data of the template, its markdown texts before conversion, and its figures.

    ``for_student`` leaves out what students may not see; ``appendix`` adds the code of questions
    that passed.
    """

    def __init__(
        self,
        result: Result,
        folder: Path,
        total: Result | None = None,
        *,
        for_student: bool = False,
        appendix: bool = False,
    ) -> None:
        result, total = cleaned(result), cleaned(total) if total else None
        self.folder, self.for_student = folder, for_student
        self.texts: list[tuple[Text, dict[str, Any]]] = []
        self.files: dict[str, Path] = {}
        self._marks = {q["name"]: q for q in (total or {}).get("questions", [])}
        self._code: dict[tuple[bool, str, int, str], str] = {}
        self._numbers = 0
        self.data: dict[str, Any] = cover(result, total, for_student) | {
            "staff": not for_student,
            "appendix": appendix,
            "nothing": _nothing(result),
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
            for entry in (*problem["questions"], *problem["written"]):
                for item in (item for row in entry["figures"] for item in row):
                    item |= {"file": None, "problem": "This figure cannot be shown."}

    def _text(self, source: str, *, ours: bool) -> Part:
        text = Text(source, ours=ours)
        left_out = f"[… {text.left_out} characters left out; see the submission …]"
        place = {
            "nodes": None,
            "plain": breakable(text.source, 60, 10),
            "left_out": left_out if text.left_out else None,
        }
        self.texts.append((text, place))
        return place

    def _problem(self, problem: Result) -> Part:
        data = ", ".join(f"{name} ({size})" for name, size in problem["data"].items())
        name = problem["name"]
        return {
            "title": prose(problem["title"]),
            "total": f"{points(problem['score'])} of {points(problem['max_score'])} points"
            if not any(is_unsettled(question) for question in problem["questions"])
            else "needs a regrade",
            "data": f"Data: {data}" if data else "",
            "questions": [
                self._question(question, self._marks.get(f"{name}.{question['name']}"))
                for question in problem["questions"]
            ],
            "written": [
                self._written(entry, self._marks.get(f"{name}.{entry['name']}"))
                for entry in problem["written"]
            ],
        }

    def _question(self, question: Result, mark: Result | None) -> Part:
        output = excerpt(question["output"], *_OUTPUT_LINES, width=300)
        marked = failing_lines(question, self.for_student)
        is_open = not self.for_student or all(
            case["visibility"] != "hidden" for case in question["cases"]
        )
        settled = not is_unsettled(question)
        outcome, word = _ending(question, settled)
        return {
            "id": self._id(),
            "title": prose(question["title"]),
            "outcome": outcome,
            "word": word,
            "settled": settled,
            "passed": _passed(question),
            "brief": brief_reason(question, self.for_student) if settled else None,
            "note": _note(question),
            "score": points(question["score"]),
            "max": points(question["max_score"]),
            "fraction": fraction(question["score"], question["max_score"]),
            "message": optional(question["message"]),
            "cases": [] if is_whole(question) else cases_of(question, self.for_student),
            "repair": None if self.for_student else repair_view(question["repair"]),
            "code": [
                self._part(part, question, marked.get(part["file"], []))
                for part in question["code"]
                if question["outcome"] not in ("not_attempted", "skipped")
            ],
            "figures": self._figures(question["figures"]) if is_open else [],
            "metrics": [
                [prose(sentence(name)), metric(value)]
                for name, value in question["metrics"].items()
                if is_open
            ],
            "output": breakable(output, 60, 10)
            if output.strip() and not self.for_student
            else None,
            "comments": list(_comments(mark)),
        }

    def _part(self, part: Result, question: Result, marked: list[int]) -> Part:
        """Arrange a piece of code once for all failed questions, and once for all that passed."""
        title = question["title"]
        key = (_passed(question), part["file"], part["line"], part["source"])
        seen = self._code.setdefault(key, title)
        return code_of(part, None if seen == title else seen, marked)

    def _written(self, entry: Result, mark: Result | None) -> Part:
        answer = entry["answer"]
        handed_in = answer is not None and answer.strip()
        given = mark["criteria"] if mark else [None] * len(entry["criteria"])
        score = mark["score"] if mark else None
        ours = [entry["prompt"], entry["model_answer"], *(c["text"] for c in entry["criteria"])]
        return {
            "id": self._id(),
            "title": prose(entry["title"]),
            "brief": sum(map(len, [*ours, answer or ""])) < _BRIEF and not entry["figures"],
            "score": None if score is None else points(score),
            "max": points(entry["max_points"]),
            "prompt": self._text(entry["prompt"], ours=True),
            "answer": self._text(answer, ours=False) if handed_in else None,
            "figures": self._figures(entry["figures"], _BESIDE_RUBRIC),
            "faults": [prose(fault) for fault in entry["faults"]],
            "model": None if self.for_student else self._text(entry["model_answer"], ours=True),
            "criteria": [
                {
                    "points": points(criterion["points"]),
                    "given": None if not one or one["points"] is None else points(one["points"]),
                    "comment": optional(one["comment"] if one else None),
                    "text": None if self.for_student else self._text(criterion["text"], ours=True),
                }
                for criterion, one in zip(entry["criteria"], given, strict=True)
            ],
            "comments": list(_comments(mark)),
        }

    def _figures(
        self, figures: list[Result], width: float = TEXT_WIDTH
    ) -> list[list[dict[str, Any]]]:
        rows = figure_rows(figures, self.folder, width)
        self.files |= figure_files(rows, self.folder)
        return rows

    def _id(self) -> str:
        self._numbers += 1
        return f"part-{self._numbers}"


def _note(question: Result) -> str:
    """Return what to say behind the title of a question that need not be answered."""
    if not question["counted"]:
        return "not counted"
    return "optional" if question["optional"] and not question["max_score"] else ""


def _ending(question: Result, settled: bool) -> tuple[str, str]:
    """Return how a question ended, and the word for it.

    With full points it counts as passed, even if a case without points fails.
    """
    outcome = question["outcome"] if settled else "grader_error"
    if outcome == "failed" and question["score"] >= question["max_score"] > 0:
        return "passed", "full points"
    return outcome, OUTCOMES[outcome]


def _passed(question: Result) -> bool:
    return question["outcome"] == "passed" and not is_unsettled(question)


def _comments(mark: Result | None) -> Iterator[str]:
    """Yield the comments of markers on a question and on lines of its code."""
    if mark:
        if mark["comment"]:
            yield prose(mark["comment"])
        for place, comment in mark["lines"].items():
            file, _, line = place.rpartition(":")
            yield prose(f"{file}, line {line}: {comment}")


def _nothing(result: Result) -> list[str] | None:
    """Return why there is nothing to report on, a sentence each; None if there is something."""
    questions = [q for problem in result["problems"] for q in problem["questions"]]
    answers = [w["answer"] for problem in result["problems"] for w in problem["written"]]
    is_empty = all(
        q["outcome"] == "not_attempted"
        or (q["outcome"] in ("error", "skipped") and not q["code"] and not q["score"])
        for q in questions
    )
    if not questions or not is_empty or any(a and a.strip() for a in answers):
        return None
    messages = dict.fromkeys(q["message"] for q in questions if q["message"])
    notes = set(result["submission"]["notes"])
    return [prose(message) for message in messages if message not in notes]
