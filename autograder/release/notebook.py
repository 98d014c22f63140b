"""Turn a notebook master into the students' notebook: no outputs, reproducible bytes.

This module writes the format itself, because importing nbformat or jupytext takes longer than the
rest of a build; tests compare the result with both.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.course.source import Source, parse
from autograder.release.percent import Cell, cell_text, cells_of
from autograder.release.skeleton import skeleton

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook_skeleton(source: Source, name: str) -> str:
    """Return the skeleton of a percent-format master as the text of an ``.ipynb`` file."""
    return notebook(parse(skeleton(source, notebook=True), source.path), name)


def notebook(source: Source, name: str) -> str:
    """Return a text in percent format as the text of an ``.ipynb`` file.

    Cell ids are ``<name>-<number>``, so that a rebuild gives the same notebook.
    """
    cells = [_cell(source, cell) for cell in cells_of(source)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"{name}-{number}"
    document = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(source: Source, cell: Cell) -> dict[str, Any]:
    text = cell_text(source, cell).splitlines(keepends=True)
    if cell.markdown:
        return {"cell_type": "markdown", "metadata": {}, "source": text}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text,
    }
