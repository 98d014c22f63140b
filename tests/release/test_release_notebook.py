"""Notebooks: what jupytext would make of the same master, valid, without outputs, stable."""

import json
from pathlib import Path

import jupytext
import nbformat

from autograder.course import Course
from autograder.course.source import parse, read_source
from autograder.release.notebook import notebook_skeleton
from autograder.release.skeleton import skeleton

MASTER = '''\
"""A docstring for the instructor."""

# %% [markdown]
# # Title with $x_1^2$
#
# - a list
#   - deeper
#
#     code

# %%
# %matplotlib inline
# !ls
import math  # a remark


def area(r):
    # BEGIN SOLUTION: pi r squared
    return math.pi * r**2
    # END SOLUTION


TEXT = """
# %% nor is it in a string
"""

# %% [markdown]
# BEGIN SOLUTION: describe it
# It grows with the square.
# END SOLUTION

# %%

# %%
# %%time
area(2.0)
'''


def test_it_is_what_jupytext_makes_of_the_skeleton(course: Course) -> None:
    path = course.solutions / "columns" / "columns.nb.py"
    source = read_source(path)
    ours = json.loads(notebook_skeleton(source, "columns"))
    theirs = jupytext.reads(skeleton(source, notebook=True), fmt="py:percent")
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in ours["cells"]] == [
        (cell.cell_type, cell.source) for cell in theirs.cells
    ]


def test_a_master_with_everything_in_it() -> None:
    text = notebook_skeleton(parse(MASTER, Path("m.nb.py")), "m")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == [
        "markdown", "code", "markdown", "code", "code",
    ]  # fmt: skip
    assert [cell.id for cell in notebook.cells] == ["m-1", "m-2", "m-3", "m-4", "m-5"]
    assert notebook.cells[0].source == "# Title with $x_1^2$\n\n- a list\n  - deeper\n\n    code"
    assert notebook.cells[1].source.startswith("%matplotlib inline\n!ls\nimport math  # a remark\n")
    assert '# %% nor is it in a string\n"""' in notebook.cells[1].source
    assert notebook.cells[2].source == "*Your answer: describe it*"
    assert notebook.cells[3].source == ""
    assert notebook.cells[4].source == "%%time\narea(2.0)"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "pi * r" not in text
    assert "docstring for the instructor" not in text


def test_it_is_written_as_nbformat_writes_it(course: Course) -> None:
    text = notebook_skeleton(read_source(course.solutions / "columns" / "columns.nb.py"), "columns")
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text
    assert notebook_skeleton(parse(MASTER, Path("m.nb.py")), "m") == notebook_skeleton(
        parse(MASTER, Path("m.nb.py")), "m"
    )
