"""Write the PDF report of each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .markdown import convert
from .read import ReportError, read_result, result_folders, write_whole
from .typeset import LayoutError, typeset
from .view import View

REPORT = "report.pdf"


def write_pdf(folder: Path) -> Path:
    """Read ``folder/result.json`` and its figures and write ``folder/report.pdf``."""
    view = View(read_result(folder), folder)
    convert([text for text, _ in view.texts])
    reason = ""
    for _ in _plainer(view):
        try:
            return write_whole(folder / REPORT, typeset("report.typ", view.data, view.files))
        except LayoutError as error:
            reason = str(error)
    raise ReportError(f"{folder / REPORT} cannot be laid out: {reason}.")


def write_reports(
    run: Path, *, jobs: int = 1, written: Callable[[Path], None] | None = None
) -> list[Path]:
    """Write the report of every submission of a run, ``jobs`` at a time.

    ``written`` is called with each finished report. A report that fails does not stop the
    others; at the end, ReportError names the missing reports.
    """
    failures: list[str] = []

    def write(folder: Path) -> Path | None:
        try:
            path = write_pdf(folder)
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
