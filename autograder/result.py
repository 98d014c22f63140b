"""``result.json`` as one model: what the grader writes and every report reads.

``docs/reference.md`` and ``docs/result.schema.json`` are generated from it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from autograder.atomic import write_json
from autograder.course.tables import Visibility

SCHEMA: Literal[1] = 1
RESULT = "result.json"

Result: TypeAlias = dict[str, Any]  # one result as plain data, as the file holds it
Outcome: TypeAlias = Literal[
    "passed", "failed", "not_attempted", "error", "timeout", "out_of_memory", "forbidden",
    "skipped", "grader_error",
]  # fmt: skip
Name: TypeAlias = Annotated[str, Meta(min_length=1)]
Score: TypeAlias = Annotated[float, Meta(ge=0)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a result; every key is always present."""


class HandedIn(Part, frozen=True):
    """What was handed in."""

    name: Annotated[Name, Meta(description="The name of the submission.")]
    sha256: Annotated[
        str,
        Meta(
            pattern="^([0-9a-f]{64})?$",
            description="The hash of its files; empty if the grader failed before it read them.",
        ),
    ]
    files: Annotated[list[str], Meta(description="The first 200 paths in it, sorted.")]
    notes: Annotated[list[str], Meta(description="What the hand-in rules find wrong.")]


class Confinement(Part, frozen=True):
    """How the student's code was confined."""

    level: Annotated[str, Meta(description="The level that was asked for.")]
    layers: Annotated[list[str], Meta(description="The layers that were active.")]


class Versions(Part, frozen=True):
    """The versions that a result may depend on."""

    python: Annotated[str, Meta(description="The version of Python.")]
    torch: Annotated[str, Meta(description="The version of torch.")]
    numpy: Annotated[str, Meta(description="The version of numpy.")]


class Diagnosis(Part, frozen=True):
    """The known mistake that gives the same wrong values."""

    mistake: Annotated[Name, Meta(description="The name of the mistake.")]
    explanation: Annotated[str, Meta(description="What is wrong, why, and where to look.")]
    explains: Annotated[
        int,
        Meta(ge=1, description="In how many failed cases of the question it gives these values."),
    ]
    failed: Annotated[
        int, Meta(ge=1, description="How many failed cases of the question could be compared.")
    ]
    question: Annotated[
        str | None,
        Meta(description="The title of the question it belongs to, if another one."),
    ]


class RepairCandidate(Part, frozen=True):
    """A small change of the student's code that makes a failed question right."""

    file: Annotated[str, Meta(description="The module that it changes.")]
    lines: Annotated[
        list[int], Meta(min_length=1, description="Where the statements start that it changes.")
    ]
    function: Annotated[str, Meta(description="The function or class around them.")]
    kind: Annotated[str, Meta(description="What kind of change it is, in a few words.")]
    old: Annotated[str, Meta(description="The lines as the student wrote them.")]
    new: Annotated[str, Meta(description="The lines after the change, for course staff only.")]
    mends: Annotated[
        list[str], Meta(description="Other failed questions that it makes right as well.")
    ]


class Repair(Part, frozen=True):
    """The search for a small change that makes a failed question right. It gives no points."""

    candidates: Annotated[
        list[RepairCandidate],
        Meta(description="The best change of each place, best first; only for course staff."),
    ]
    cases: Annotated[list[str], Meta(description="The failed cases that each of them mends.")]
    tried: Annotated[int, Meta(ge=0, description="How many changes were tried.")]
    passed: Annotated[
        int, Meta(ge=0, description="How many of them passed all cases, on new inputs too.")
    ]
    ran_out: Annotated[
        bool, Meta(description="Whether the search ended because its CPU time was used up.")
    ]
    told: Annotated[
        str | None,
        Meta(description="What the student is told; null if nothing or if places compete."),
    ]
    outweighs: Annotated[
        bool,
        Meta(
            description="Whether it contradicts a known mistake that explains fewer cases, so that "
            "the student is not told about the mistake."
        ),
    ]


class GradedCase(Part, frozen=True):
    """The result of one case."""

    name: Annotated[Name, Meta(description="The name of the case.")]
    hidden: Annotated[bool, Meta(description="Whether students do not have the case.")]
    visibility: Annotated[Visibility, Meta(description="When students see it in Gradescope.")]
    outcome: Annotated[Outcome, Meta(description="How the case ended.")]
    points: Annotated[Score, Meta(description="The points that it earned.")]
    max_points: Annotated[Score, Meta(description="The points that it can earn.")]
    message: Annotated[str | None, Meta(description="What is wrong, for the student.")]
    detail: Annotated[
        str | None,
        Meta(
            description="Numbers and expected values; only for course staff if the case is hidden."
        ),
    ]
    diagnosis: Annotated[Diagnosis | None, Meta(description="The known mistake behind it.")]


class Code(Part, frozen=True):
    """A function or class that a question is about, as the student wrote it."""

    file: Annotated[str, Meta(description="The module.")]
    line: Annotated[int, Meta(ge=1, description="Its first line there.")]
    name: Annotated[str, Meta(description="The name of the function or class.")]
    source: Annotated[str, Meta(description="Its source, at most 20,000 characters.")]


class Figure(Part, frozen=True):
    """A figure that a case left for the report."""

    file: Annotated[
        str,
        Meta(
            pattern=r"^figures/[A-Za-z0-9_][A-Za-z0-9_.-]*\.png$",
            description="Its path in the folder of the result.",
        ),
    ]
    sha256: Annotated[
        str, Meta(pattern="^[0-9a-f]{64}$", description="The hash of the file's content.")
    ]
    caption: Annotated[str, Meta(description="Its caption.")]


class GradedQuestion(Part, frozen=True):
    """The result of one autograded question."""

    name: Annotated[Name, Meta(description="The name of the question.")]
    title: Annotated[str, Meta(description="Its title.")]
    outcome: Annotated[
        Outcome, Meta(description="The most serious outcome of its cases, or the only one.")
    ]
    score: Annotated[Score, Meta(description="The points that it earned.")]
    max_score: Annotated[
        Score,
        Meta(
            description="The points that it can earn of the total: 0 for an optional question, "
            "unless it is one of those that the student chose."
        ),
    ]
    optional: Annotated[bool, Meta(description="Whether a student may leave it out.")]
    counted: Annotated[
        bool,
        Meta(
            description="Whether its score is part of the sum. Where students choose among "
            "optional questions, only the best ones are."
        ),
    ]
    message: Annotated[str | None, Meta(description="What concerns the whole question.")]
    cases: Annotated[list[GradedCase], Meta(description="The cases, in order.")]
    code: Annotated[list[Code], Meta(description="The student's code of the question.")]
    figures: Annotated[list[Figure], Meta(description="The figures of its cases.")]
    metrics: Annotated[
        dict[str, float], Meta(description="Metric = its value, such as an accuracy.")
    ]
    output: Annotated[str, Meta(description="What the student's code printed, at most 64 KiB.")]
    repair: Annotated[
        Repair | None,
        Meta(description="The search for a change that makes it right; null if there was none."),
    ]


class Criterion(Part, frozen=True):
    """A criterion of a written question."""

    points: Annotated[Score, Meta(description="What it is worth.")]
    text: Annotated[str, Meta(description="What earns the points.")]


class WrittenAnswer(Part, frozen=True):
    """A written question with the student's answer, for a person to mark."""

    name: Annotated[Name, Meta(description="The name of the question.")]
    title: Annotated[str, Meta(description="Its title.")]
    prompt: Annotated[str, Meta(description="The question, in Markdown.")]
    max_points: Annotated[Score, Meta(description="What it is worth.")]
    answer: Annotated[
        str | None, Meta(description="The student's Markdown; null if there is none.")
    ]
    figures: Annotated[
        list[Figure], Meta(description="The pictures of the submission that the answer shows.")
    ]
    faults: Annotated[
        list[str], Meta(description="Why a picture of the answer cannot be shown, a line each.")
    ]
    model_answer: Annotated[str, Meta(description="The model answer, for course staff.")]
    criteria: Annotated[list[Criterion], Meta(description="The criteria, for course staff.")]


class GradedProblem(Part, frozen=True):
    """The result of one problem."""

    name: Annotated[Name, Meta(description="The name of the problem.")]
    title: Annotated[str, Meta(description="Its title.")]
    score: Annotated[Score, Meta(description="The points of its autograded questions.")]
    max_score: Annotated[
        Score, Meta(description="The points that its autograded questions can earn.")
    ]
    data: Annotated[
        dict[str, str], Meta(description="Dataset = the size that was used, or `none`.")
    ]
    questions: Annotated[
        list[GradedQuestion], Meta(description="The autograded questions, in order.")
    ]
    written: Annotated[list[WrittenAnswer], Meta(description="The written questions, in order.")]


class GradedSubmission(Part, frozen=True):
    """The result of grading one submission: `result.json`."""

    schema: Annotated[Literal[1], Meta(description="The version of this format.")]
    assignment: Annotated[Name, Meta(description="The name of the assignment.")]
    title: Annotated[str, Meta(description="Its title.")]
    submission: Annotated[HandedIn, Meta(description="What was handed in.")]
    seed: Annotated[int, Meta(ge=0, description="The seed from which all inputs are drawn.")]
    isolation: Annotated[Confinement, Meta(description="How the student's code was confined.")]
    environment: Annotated[Versions, Meta(description="The versions that were used.")]
    grades: Annotated[
        dict[str, Share],
        Meta(description="Grade = the share of all points, written ones included, that earns it."),
    ]
    score: Annotated[Score, Meta(description="The points of all autograded questions.")]
    max_score: Annotated[
        Score, Meta(description="The points that the autograded questions can earn.")
    ]
    problems: Annotated[list[GradedProblem], Meta(description="The problems, in order.")]
    times: Annotated[
        dict[str, float],
        Meta(
            description="Seconds by name; the only part that may differ between two runs with "
            "one seed."
        ),
    ]


def plain(result: GradedSubmission) -> dict[str, Any]:
    """Return a result as plain data, as reports read it."""
    values: dict[str, Any] = msgspec.to_builtins(result)
    return values


def write_result(folder: Path, result: dict[str, Any]) -> None:
    """Write ``result.json`` into ``folder``; raises msgspec.ValidationError if it is no result."""
    msgspec.convert(result, GradedSubmission)
    write_json(folder / RESULT, result)


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``result.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The result of grading one submission",
        **msgspec.json.schema(GradedSubmission),
    }
