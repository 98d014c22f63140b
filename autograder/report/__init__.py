"""PDF reports of one submission and of a class; a report never computes a score."""

from .class_report import write_class_pdf
from .pdf import write_pdf, write_reports
from .read import ReportError, read_result, read_results

__all__ = [
    "ReportError",
    "read_result",
    "read_results",
    "write_class_pdf",
    "write_pdf",
    "write_reports",
]
