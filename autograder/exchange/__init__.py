"""Results in the formats that other systems read: gradebook tables and Gradescope."""

from .gradebook import table, write_grades_csv
from .gradescope import gradescope_results

__all__ = ["gradescope_results", "table", "write_grades_csv"]
