"""Reports of one submission and of a class, PDF and HTML; a report never computes a score."""

from .class_page import write_class_reports
from .pdf import write_pdf, write_reports
from .read import ReportError, read_result, read_results

__all__ = [
    "ReportError",
    "read_result",
    "read_results",
    "write_class_reports",
    "write_pdf",
    "write_reports",
]
