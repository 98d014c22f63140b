"""Every form of a malformed marker stops the build, with the place and what to write instead."""

import textwrap
from pathlib import Path

import pytest

from autograder.course.source import parse, read_source
from autograder.errors import CourseError
from autograder.release.blocks import find_blocks
from autograder.release.markers import find_markers
from autograder.release.skeleton import skeleton_of

BEGIN = "# BEGIN SOLUTION: add (1 line)"
END = "# END SOLUTION"


def function(*body: str) -> str:
    return "\n".join(["def f(x):", *(f"    {line}".rstrip() for line in body), "    return x", ""])


INEXACT = {
    "no space": ("#BEGIN SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "lower case": ("# begin solution: add", 2, "`# BEGIN SOLUTION: add`"),
    "one word": ("# BEGINSOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "underscore": ("# BEGIN_SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "several signs": ("### BEGIN SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "two spaces": ("# BEGIN  SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "space before the colon": ("# BEGIN SOLUTION : add", 2, "`# BEGIN SOLUTION: add`"),
    "no space after the colon": ("# BEGIN SOLUTION:add", 2, "`# BEGIN SOLUTION: add`"),
    "no colon": ("# BEGIN SOLUTION add", 2, "`# BEGIN SOLUTION: add`"),
    "letter missing": ("# BEGN SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "letters swapped": ("# BEGIN SOLUTOIN: add", 2, "`# BEGIN SOLUTION: add`"),
    "plural": ("# BEGIN SOLUTIONS: add", 2, "`# BEGIN SOLUTION: add`"),
    "another word": ("# START SOLUTION: add", 2, "`# BEGIN SOLUTION: add`"),
    "other order": ("# SOLUTION BEGIN: add", 2, "`# BEGIN SOLUTION: add`"),
    "inside a remark": ("# TODO BEGIN SOLUTION: add", 2, "`# BEGIN SOLUTION: "),
    "Otter's line marker": ("# SOLUTION", 2, "`# BEGIN SOLUTION: "),
    "no hint": ("# BEGIN SOLUTION", 2, "has no hint for the student; write `# BEGIN SOLUTION: "),
    "empty hint": ("# BEGIN SOLUTION:", 2, "has no hint for the student; write `# BEGIN SOLUT"),
}


@pytest.mark.parametrize("case", INEXACT)
def test_an_inexact_begin_is_refused_with_the_exact_form(case: str) -> None:
    marker, line, expected = INEXACT[case]
    with pytest.raises(CourseError) as caught:
        find_markers(parse(function(marker, "x += 1", END), Path("m.py")))
    assert str(caught.value).startswith(f"m.py:{line}: `{marker}` ")
    assert expected in str(caught.value)
    assert str(caught.value).endswith("` instead.")


@pytest.mark.parametrize(
    "marker",
    ["#END SOLUTION", "# end solution", "# END SOLUTION: add", "# ENDSOLUTION", "# END OF SOLUTION",
     "# SOLUTION END", "# END SOLUTIN", "## END SOLUTION", "# STOP SOLUTION", "# END SOLUTION."],
)  # fmt: skip
def test_an_inexact_end_is_refused_with_the_exact_form(marker: str) -> None:
    with pytest.raises(CourseError) as caught:
        find_markers(parse(function(BEGIN, "x += 1", marker), Path("m.py")))
    assert str(caught.value) == f"m.py:4: `{marker}` is not an exact marker; write `{END}` instead."


STRUCTURE = {
    "nested": (
        function(BEGIN, "x += 1", "# BEGIN SOLUTION: more", "x += 2", END, END),
        "m.py:4: a solution block begins inside the one of line 2; write `# END SOLUTION` before",
    ),
    "never closed": (
        function(BEGIN, "x += 1"),
        "m.py:2: this solution block is never closed; write `# END SOLUTION` below it.",
    ),
    "end alone": (
        function("x += 1", END),
        "m.py:3: `# END SOLUTION` without a `# BEGIN SOLUTION: hint` above it; write the missing",
    ),
    "begin behind code": (
        function(f"y = x  {BEGIN}", "x += 1", END),
        "m.py:2: this marker follows code on its line; write `# BEGIN SOLUTION: add (1 line)` on",
    ),
    "end behind code": (
        function(BEGIN, f"x += 1  {END}"),
        "m.py:3: this marker follows code on its line; write `# END SOLUTION` on a line of its own",
    ),
    "end indented otherwise": (
        function(BEGIN, "x += 1", f"    {END}"),
        "m.py:4: the end marker is indented by 8, its begin marker in line 2 by 4; write `    # E",
    ),
    "code indented otherwise": (
        f"def f(x):\n{BEGIN}\n    x += 1\n{END}\n    return x\n",
        "m.py:2: the markers are indented by 0, their code by 4; write `    # BEGIN SOLUTION: add",
    ),
    "empty": (
        function(BEGIN, "", END),
        "m.py:2: this solution block holds no code; write the solution between the markers",
    ),
    "only a comment": (
        function(BEGIN, "# add one", END),
        "m.py:2: this solution block holds no code; write the solution between the markers",
    ),
    "inside a statement": (
        function("x = [", f"    {BEGIN}", "    1,", f"    {END}", "]"),
        "m.py:3: this solution block cuts a statement in two; write the markers around whole",
    ),
    "start of a statement": (
        function(BEGIN, "x = [", "    1,", END, "]"),
        "m.py:2: this solution block cuts a statement in two; write the markers around whole",
    ),
    "else without if": (
        function("if x:", "    x = 1", BEGIN, "else:", "    x = 2", END),
        "m.py:4: this solution block cuts a statement in two; write the markers around whole",
    ),
    "two indentations": (
        function("if x:", f"    {BEGIN}", "    x = 1", "x = 2", f"    {END}"),
        "m.py:3: this solution block cuts a statement in two; write the markers around whole",
    ),
    "header of a loop": (
        function(BEGIN, "for y in x:", END, "    x += y"),
        "m.py:2: this solution block cuts a statement in two; write the markers around whole",
    ),
    "decorator without its function": (
        f"{BEGIN}\n@staticmethod\n{END}\ndef f(x):\n    return x\n",
        "m.py:1: this solution block cuts a statement in two; write the markers around whole",
    ),
    "top of a module": (
        f"import math\n{BEGIN}\nTAU = 2 * math.pi\n{END}\n",
        "m.py:2: this solution block is not inside a function, its hole would stop the module",
    ),
    "body of a class": (
        f"class A:\n    {BEGIN}\n    size = 3\n    {END}\n",
        "m.py:2: this solution block is not inside a function, its hole would stop the module",
    ),
    "no Python at all": (
        "def f(:\n    pass\n",
        "m.py:1: this is not valid Python (invalid syntax); correct it.",
    ),
    "bare carriage return": (
        "x = 1\ry = 2\n",
        "m.py has bare carriage returns; save it with line feeds.",
    ),
    "skeleton would not compile": (
        function(BEGIN, "y = 1", END, "def g():", "    nonlocal y", "    y = 2"),
        "m.py:5: the skeleton is not valid Python (no binding for nonlocal 'y' found); move the",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STRUCTURE)
def test_a_misplaced_marker_is_refused(case: str) -> None:
    text, expected = STRUCTURE[case]
    with pytest.raises(CourseError) as caught:
        skeleton_of(text, Path("m.py"))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


NOTEBOOK = {
    "across cells": (
        f"# %%\nx = 1\n{BEGIN}\nx += 1\n# %%\ny = 1\n{END}\n",
        "m.py:7: the block of line 3 reaches into another cell; write one block for each cell",
    ),
    "no text": (
        f"# %% [markdown]\n{BEGIN}\n#\n{END}\n",
        "m.py:2: this solution block holds no text; write the model answer between the markers",
    ),
    "code in a text cell": (
        '# %% [markdown]\n"""\nBEGIN SOLUTION: words\n"""\n',
        "m.py:2: a markdown cell holds code; write its lines as `# ` comments.",
    ),
    "unknown cell": (
        "# %% [raw]\n# text\n",
        "m.py:1: `# %% [raw]` is not a known cell header; write `# %%` or `# %% [markdown]`",
    ),
    "code above the first cell": (
        '"""Master."""\nimport math\n\n# %%\nx = 1\n',
        "m.py:2: this code is above the first cell; write `# %%` above it.",
    ),
    "no cell": ("x = 1\n", "m.py:1: this notebook has no cells; write `# %%` above the first one."),
}


@pytest.mark.parametrize("case", NOTEBOOK)
def test_a_malformed_notebook_master_is_refused(case: str) -> None:
    text, expected = NOTEBOOK[case]
    with pytest.raises(CourseError) as caught:
        skeleton_of(text, Path("m.py"), notebook=True)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '"""BEGIN SOLUTION: this is a docstring\nEND SOLUTION"""\n',
        'MARK = "# BEGIN SOLUTION: text"\n',
        'def f():\n    """\n    # BEGIN SOLUTION: example\n    # END SOLUTION\n    """\n',
        'x = f"""\n# END SOLUTION {1}\n"""\n',
        "x = 1  # the solution of the equation ends in a pole\n",
        "# The resolution begins at 28 by 28.\nx = 1\n",
        "# Solve it, then begin with the next solver.\nx = 1\n",
    ],
)
def test_words_that_are_no_markers_are_left_alone(text: str) -> None:
    source = parse(text, Path("m.py"))
    assert find_blocks(source) == ()
    assert skeleton_of(text, Path("m.py")) == text


def test_markers_are_found_where_they_stand() -> None:
    text = textwrap.dedent("""
        class A:
            async def run(self):
                for _ in "ab":
                    # BEGIN SOLUTION: wait: for it
                    @print
                    def inner(): ...

                    await self
                    # END SOLUTION

            def outer(self):
                def inner():
                    # BEGIN SOLUTION: count
                    return 1
                    # END SOLUTION
                return inner
        """)
    source = parse(text, Path("m.py"))
    assert [
        (b.markers.begin, b.markers.end, b.markers.hint, b.name) for b in find_blocks(source)
    ] == [(5, 10, "wait: for it", "A.run"), (14, 16, "count", "A.outer.inner")]
    assert "".join(find_blocks(source)[1].lines(source)).strip() == "return 1"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"absent\.py cannot be read .*; add the file"):
        read_source(tmp_path / "absent.py")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9\n")
    with pytest.raises(CourseError, match=r"latin\.py is not UTF-8 text; save it as UTF-8"):
        read_source(tmp_path / "latin.py")
