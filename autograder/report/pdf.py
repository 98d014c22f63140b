"""Write the PDF report of each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.marks import MarksError, read_total

from .markdown import convert, convert_all
from .read import ReportError, read_result, result_folders, write_whole
from .typeset import LayoutError, typeset
from .view import View

REPORT = "report.pdf"  # for staff
FOR_STUDENT = "report-student.pdf"
AT_ONCE = 16  # reports that share a run of pandoc


def write_pdf(folder: Path, *, for_student: bool = False, appendix: bool = False) -> Path:
    """Read the result, total and figures in ``folder`` and write its report.

    ``for_student`` leaves out what students may not see; ``appendix`` adds the code of questions
    that passed.
    """
    view = _view(folder, for_student, appendix)
    convert([text for text, _ in view.texts])
    return _written(view, folder / (FOR_STUDENT if for_student else REPORT))


def write_pdfs(
    folders: Sequence[Path], *, for_student: bool = False, appendix: bool = False
) -> Iterator[Path | ReportError]:
    """Write the reports of several folders as ``write_pdf`` does, with one run of pandoc.

    Yields for each folder the path of its report, or why there is none.
    """
    views: list[View | ReportError] = []
    for folder in folders:
        try:
            views.append(_view(folder, for_student, appendix))
        except ReportError as error:
            views.append(error)
    convert_all([[text for text, _ in v.texts] for v in views if isinstance(v, View)])
    for folder, view in zip(folders, views, strict=True):
        if isinstance(view, ReportError):
            yield view
            continue
        try:
            yield _written(view, folder / (FOR_STUDENT if for_student else REPORT))
        except ReportError as error:
            yield error


def _view(folder: Path, for_student: bool, appendix: bool) -> View:
    try:
        total = read_total(folder)
    except MarksError as error:
        raise ReportError(str(error)) from None
    result = read_result(folder)
    return View(result, folder, total, for_student=for_student, appendix=appendix)


def _written(view: View, path: Path) -> Path:
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

    def write(folders: Sequence[Path]) -> list[Path]:
        paths = []
        for path in write_pdfs(folders, for_student=for_student, appendix=appendix):
            if isinstance(path, ReportError):
                failures.append(str(path))
                continue
            paths.append(path)
            if written:
                written(path)
        return paths

    every = result_folders(run)
    parts = [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        paths = [path for part in pool.map(write, parts) for path in part]
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
