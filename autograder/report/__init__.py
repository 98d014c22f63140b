"""From results to what people read; a writer of reports never computes a score."""

from .class_report import write_class_pdf
from .gradebook import table, write_grades_csv
from .gradescope import gradescope_results
from .pdf import write_pdf, write_reports
from .read import ReportError, read_result, read_results

__all__ = [
    "ReportError",
    "gradescope_results",
    "read_result",
    "read_results",
    "table",
    "write_class_pdf",
    "write_grades_csv",
    "write_pdf",
    "write_reports",
]
