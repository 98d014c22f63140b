"""Find uses of what a student has to write alone, by reading the code, never by running it.

The search itself is the one that students have in their package.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autograder.course import Forbidden
from autograder.errors import SubmissionError
from autograder.kit.checking import forbidden as kit
from autograder.kit.checking.forbidden import Search, notes
from autograder.submission.source import SOURCE_LIMIT, student_source

__all__ = ["Search", "notes", "search"]


def search(
    sources: Mapping[str, str],
    forbidden: Forbidden,
    objects: Collection[str] = (),
    beside: Mapping[str, bytes] | None = None,
) -> Search:
    """Search ``sources`` (file name to text) for what ``forbidden`` holds.

    ``forbidden.imports`` are modules with everything below them; ``forbidden.names`` are dotted
    names and may hold wildcards (``torch.nn.Transformer*``). Aliases are followed, and so are
    imports of the student's own files, which lie ``beside``. Only what ``objects`` may reach counts
    as used.
    """
    size = 0

    def own(path: str) -> str | None:
        nonlocal size
        if beside is None or path not in beside:
            return None
        size += len(beside[path])
        if size > SOURCE_LIMIT:
            raise SubmissionError(
                f"Your modules import more than {SOURCE_LIMIT >> 10} KB of files; hand in less "
                "code."
            )
        return student_source(path, beside[path])

    try:
        return kit.search(sources, kit.Forbidden(forbidden.imports, forbidden.names), objects, own)
    except SubmissionError as error:
        return Search(str(error))
