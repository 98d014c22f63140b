"""What an instructor writes, read and checked: problems, questions, mistakes, assignments."""

from .assignment_file import RepairFeedback
from .assignments import Assignment, Entry
from .calibration import load_thresholds
from .course import Course, default_course
from .files import Edit, Threshold
from .hand_in import HandInTable, LateTable
from .late import Lateness, lateness
from .mistakes import Mistake, load_mistakes
from .model import Forbidden, Limits, Problem, Question
from .points import Choice, Points, points_of
from .written import WrittenQuestion

__all__ = [
    "Assignment",
    "Choice",
    "Course",
    "Edit",
    "Entry",
    "Forbidden",
    "HandInTable",
    "LateTable",
    "Lateness",
    "Limits",
    "Mistake",
    "Points",
    "Problem",
    "Question",
    "RepairFeedback",
    "Threshold",
    "WrittenQuestion",
    "default_course",
    "lateness",
    "load_mistakes",
    "load_thresholds",
    "points_of",
]
