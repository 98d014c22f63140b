"""Skeletons: holes with names, and everything outside the blocks as it was, byte for byte."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import Course
from autograder.release.skeleton import skeleton_of
from autograder.release.student import student_tree

COLUMNS = '''\
"""Means and scales of columns; "BEGIN SOLUTION" in a string is only text.

Axes: N rows, D columns.
"""

import numpy as np

from shapes import width

EPS = 1e-8  # keeps a constant column finite


def column_means(x):
    """Return the mean of each column of `x` (N, D), of shape (D,).

    # BEGIN SOLUTION is a word here, not a marker.
    """
    if x.ndim != 2:
        raise ValueError("x must be a table")
    # TODO: add the rows up and divide (1 line)
    raise NotImplementedError("column_means")


class Scaler:
    """Centre and scale columns as those of `x` (N, D)."""

    def __init__(self, x):
        self.means = column_means(x)
        # TODO: keep the standard deviation of each column (1 line)
        raise NotImplementedError("Scaler")

    def transform(self, x):
        """Return `x` centred and scaled, of the same shape."""
        # TODO: use both attributes (1 line)
        raise NotImplementedError("Scaler.transform")
        return result


def ranks(x):
    """Return the rank of each entry of `x` (N,)."""
    # TODO: sort twice (1 line)
    raise NotImplementedError("ranks")
'''
ANSWERS = """\
# Columns of a table: written answers

Write below each question; leave the headings as they are.

## centring - why centre? (2 points)

> Why is a table centred before it is scaled?
> One sentence is enough.

"""


TABLE = """\
| question | what | points | judged by |
|---|---|---|---|
| `column_means` | the mean of each column | 3 | hidden cases |
| `Scaler` | centre and scale | 3 | hidden cases |
| `ranks` | ranks, if you like (optional) | 1 | hidden cases |
| `centring` | why centre? | 2 | a person |"""


def test_the_student_tree_of_a_problem(course: Course) -> None:
    tree = student_tree(course.problem("columns"))
    assert list(tree) == [
        "answers.md",
        "columns.ipynb",
        "columns.py",
        "handout.md",
        "shapes.py",
        "tests/Scaler.py",
        "tests/column_means.py",
    ]
    assert tree["columns.py"].decode() == COLUMNS
    assert tree["answers.md"].decode() == ANSWERS
    assert tree["shapes.py"] == (course.solutions / "columns" / "shapes.py").read_bytes()
    handout = (course.solutions / "columns" / "handout.md").read_text()
    assert tree["handout.md"].decode() == handout.replace("{{ grading }}", TABLE)


def test_holes_raise_their_name_when_they_are_reached(course: Course) -> None:
    tree = student_tree(course.problem("columns"))
    namespace = {}
    code = tree["columns.py"].decode().replace("from shapes import width\n", "")
    exec(code, namespace)
    with pytest.raises(NotImplementedError, match=r"^ranks$"):
        namespace["ranks"](None)
    with pytest.raises(NotImplementedError, match=r"^Scaler\.transform$"):
        namespace["Scaler"].transform(None, None)


def test_windows_line_ends_tabs_and_odd_letters_stay() -> None:
    text = (
        "# caf\u00e9 \u2028 stays\r\ndef f(x):\r\n\tif x:\r\n\t\t# BEGIN SOLUTION: \u03c3(x)\r\n"
        "\t\treturn 1\r\n\t\t# END SOLUTION\r\n\r\n\treturn 2   \r\n"
    )
    assert skeleton_of(text, Path("m.py")) == (
        "# caf\u00e9 \u2028 stays\r\ndef f(x):\r\n\tif x:\r\n\t\t# TODO: \u03c3(x)\r\n"
        '\t\traise NotImplementedError("f")\r\n\r\n\treturn 2   \r\n'
    )


def test_a_block_at_the_very_end_of_a_file() -> None:
    text = "def f():\n    # BEGIN SOLUTION: one\n    return 1\n    # END SOLUTION"
    assert skeleton_of(text, Path("m.py")).endswith('    raise NotImplementedError("f")\n')


def test_cells_get_holes_and_text_cells_a_place_for_an_answer() -> None:
    text = """\
# %% [markdown]
# # Title
# BEGIN SOLUTION: say "why"
# Because.
#
# And so on.
# END SOLUTION

# %%
# %time
def f():
    # BEGIN SOLUTION: one
    return 1
    # END SOLUTION


# BEGIN SOLUTION: show "f"
print(f())
# END SOLUTION
"""
    assert (
        skeleton_of(text, Path("m.py"), notebook=True)
        == """\
# %% [markdown]
# # Title
# *Your answer: say "why"*

# %%
# %time
def f():
    # TODO: one
    raise NotImplementedError("f")


# TODO: show "f"
raise NotImplementedError("show \\"f\\"")
"""
    )


LINES = st.lists(
    st.sampled_from(["x = 1", "# a remark", "", "if x:\n        y = 2", 'z = "# END SOLUTION"',
                     '"""\n# BEGIN SOLUTION: no\n"""', "for _ in ():\n        pass"]),
    max_size=4,
)  # fmt: skip


@given(before=LINES, inside=LINES, after=LINES)
def test_nothing_changes_outside_a_block(
    before: list[str], inside: list[str], after: list[str]
) -> None:
    head = "def f(x):\n" + "".join(f"    {line}\n" for line in before)
    tail = "".join(f"    {line}\n" for line in [*after, "return x"])
    block = "".join(f"    {line}\n" for line in ["# BEGIN SOLUTION: do it", *inside, "x = 3"])
    text = head + block + "    # END SOLUTION\n" + tail
    hole = '    # TODO: do it\n    raise NotImplementedError("f")\n'
    result = skeleton_of(text, Path("m.py"))
    assert result == head + hole + tail
    ast.parse(result)
