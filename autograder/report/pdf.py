"""Write the PDF report of each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.marks import MarksError, read_total

from .markdown import convert
from .read import ReportError, read_result, result_folders, write_whole
from .typeset import LayoutError, typeset
from .view import View

REPORT = "report.pdf"  # for staff
FOR_STUDENT = "report-student.pdf"


def write_pdf(folder: Path, *, for_student: bool = False, appendix: bool = False) -> Path:
    """Read the result, total and figures in ``folder`` and write its report.

    ``for_student`` leaves out what students may not see; ``appendix`` adds the code of questions
    that passed.
    """
    path = folder / (FOR_STUDENT if for_student else REPORT)
    try:
        total = read_total(folder)
    except MarksError as error:
        raise ReportError(str(error)) from None
    result = read_result(folder)
    view = View(result, folder, total, for_student=for_student, appendix=appendix)
    convert([text for text, _ in view.texts])
    reason = ""
    for _ in _plainer(view):
        try:
            return write_whole(path, typeset("report.typ", view.data, view.files))
        except LayoutError as error:
            reason = str(error)
    raise ReportError(f"{path} cannot be laid out: {reason}.")


def write_reports(
    run: Path,
    *,
    jobs: int = 1,
    for_student: bool = False,
    appendix: bool = False,
    written: Callable[[Path], None] | None = None,
) -> list[Path]:
    """Write the report of every submission of a run, ``jobs`` at a time, as ``write_pdf`` does.

    ``written`` is called with each finished report. A report that fails does not stop the
    others; at the end, ReportError names the missing reports.
    """
    failures: list[str] = []

    def write(folder: Path) -> Path | None:
        try:
            path = write_pdf(folder, for_student=for_student, appendix=appendix)
        except ReportError as error:
            failures.append(str(error))
            return None
        if written:
            written(path)
        return path

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        paths = [path for path in pool.map(write, result_folders(run)) if path]
    if failures:
        missing = "1 report is" if len(failures) == 1 else f"{len(failures)} reports are"
        raise ReportError(f"{missing} missing: {' '.join(sorted(failures))}")
    return paths


def _plainer(view: View) -> Iterator[None]:
    """Prepare the view for each attempt: all texts converted, course texts only, none."""
    view.fill(ours=True, theirs=True)
    yield
    view.fill(ours=True, theirs=False)
    yield
    view.fill(ours=False, theirs=False)
    view.without_figures()
    yield
