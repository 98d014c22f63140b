"""The table "How it is graded" of a handout, made from the cases and the written questions."""

from __future__ import annotations

from autograder.course import Problem
from autograder.course.casefile import read_case_file

PLACE = "{{ grading }}"


def with_grading_table(handout: str, problem: Problem) -> str:
    """Return ``handout`` with the table where it says ``{{ grading }}``."""
    return handout.replace(PLACE, grading_table(problem))


def grading_table(problem: Problem) -> str:
    """Return one row for each autograded and each written question, with its points."""
    rows = ["| question | what | points | judged by |", "|---|---|---|---|"]
    for question in problem.questions:
        points = read_case_file(question.test_file).points
        note = " (optional)" if question.optional else ""
        rows.append(
            f"| `{question.name}` | {question.title}{note} | {points:g} | {question.judged_by} |"
        )
    for written in problem.written:
        rows.append(f"| `{written.name}` | {written.title} | {written.points:g} | a person |")
    return "\n".join(rows)
