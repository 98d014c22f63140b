"""What an instructor writes, read and checked: problems, questions, mistakes, assignments."""

from .mistakes import Edit, Mistake, load_mistakes
from .reading import (
    VISIBILITIES,
    Assignment,
    Course,
    Entry,
    Forbidden,
    Limits,
    Problem,
    Question,
    default_course,
)
from .written import WrittenQuestion

__all__ = [
    "VISIBILITIES",
    "Assignment",
    "Course",
    "Edit",
    "Entry",
    "Forbidden",
    "Limits",
    "Mistake",
    "Problem",
    "Question",
    "WrittenQuestion",
    "default_course",
    "load_mistakes",
]
