"""The public version of a test file: nothing hidden in it, and Otter can still read it."""

import sys
import textwrap
import warnings
from pathlib import Path

import pytest

import checks
from autograder.course import Course
from autograder.course.casefile import read_case_file
from autograder.errors import CourseError
from autograder.release.public import public_version

with warnings.catch_warnings():  # of packages that otter imports
    warnings.simplefilter("ignore", DeprecationWarning)
    from otter.test_files import ExceptionTestFile

PUBLIC_MEANS = '''\
"""Public checks of column_means; the grader has more."""

import numpy as np
from checks import test_case

from checks import expect_shape

OK_FORMAT = False
name = "column_means"

# a table whose means are plain to see
TABLE = np.array([[1.0, 2.0], [3.0, 6.0]])


def small_table():
    """Return a copy of the table."""
    return TABLE.copy()


@test_case(points=1, hidden=False, failure_message="There is one mean for each column.")
def has_one_mean_for_each_column(column_means):
    expect_shape(column_means(small_table()), (2,), "the means", "(D,)")  # D = 2


@test_case(points=0.5, hidden=False, failure_message="These means are wrong.")
def is_right_for_a_small_table(column_means):
    means = column_means(TABLE)
    assert means[0] == 2.0, f"the first mean is {means[0]}, but it should be 2"
    assert means[1] == 4.0
'''


def public(path: Path, text: str) -> str | None:
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return public_version(read_case_file(path))


HEAD = """
    from checks import test_case
    OK_FORMAT = False
    name = "q"
    """
CASE = """
    @test_case(points=1, hidden=False)
    def works(f):
        assert f() == 1
    """


def test_public_cases_and_what_they_use_are_kept(course: Course) -> None:
    file = read_case_file(course.problem("columns").question("column_means").test_file)
    assert public_version(file) == PUBLIC_MEANS


def test_a_question_without_a_public_case_has_no_public_version(course: Course) -> None:
    assert (
        public_version(read_case_file(course.problem("columns").question("ranks").test_file))
        is None
    )


def test_otter_reads_it(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "checks", checks)
    path = tmp_path / "column_means.py"
    path.write_text(PUBLIC_MEANS, encoding="utf-8")
    parsed = ExceptionTestFile.from_file(str(path))
    assert [case.points for case in parsed.test_cases] == [1, 0.5]
    assert not any(case.hidden for case in parsed.test_cases)
    parsed.run({"column_means": lambda table: table.mean(axis=0)})
    assert [result.passed for result in parsed.test_case_results] == [True, True]
    parsed.run({"column_means": lambda table: table.mean(axis=1)})
    assert [result.passed for result in parsed.test_case_results] == [True, False]


def test_imports_are_cut_down_and_renamed_wherever_they_stand(tmp_path: Path) -> None:
    text = public(
        tmp_path / "q.py",
        '''
        """Hidden words."""
        from __future__ import annotations

        import os, json
        import numpy.linalg as la
        from checks import (
            expect_close,  # a remark
            rng,
            run_beside,
        )
        import checks.draw as draw
        from checks import test_case

        OK_FORMAT = False
        name = "q"
        all_or_nothing = True
        SECRET: int = 42
        A, B = 1, 2
        TOLERANCE = 1e-3  # float32


        def beside(f):
            from checks.compare import expect_shape
            return expect_shape(f(), ())


        class Shape:
            size: int = A


        @test_case(points=2, hidden=True)
        def hides(f, *, limit=SECRET):
            assert la.norm(f()) < limit and os.sep


        @test_case(points=1, hidden=False, failure_message="wrong")
        def shows(f, size=Shape.size):
            run_beside(beside, f)
            expect_close(f(), draw.case_seed(), rtol=TOLERANCE)
        ''',
    )
    assert text == textwrap.dedent('''\
        """Public checks of q; the grader has more."""

        from __future__ import annotations

        from checks import expect_close, run_beside
        import checks.draw as draw
        from checks import test_case

        OK_FORMAT = False
        name = "q"
        all_or_nothing = True
        A, B = 1, 2
        TOLERANCE = 1e-3  # float32


        def beside(f):
            from checks.compare import expect_shape
            return expect_shape(f(), ())


        class Shape:
            size: int = A


        @test_case(points=1, hidden=False, failure_message="wrong")
        def shows(f, size=Shape.size):
            run_beside(beside, f)
            expect_close(f(), draw.case_seed(), rtol=TOLERANCE)
        ''')


MALFORMED = {
    "hidden not said": (
        HEAD + CASE.replace(", hidden=False", ""),
        "q.py:5: the case works does not say whether it is hidden; write `hidden=True` or",
    ),
    "hidden not written out": (
        HEAD + CASE.replace("hidden=False", "hidden=not True"),
        "q.py:5: hidden of the case works is not written out; write a plain number, string, True",
    ),
    "no points": (
        HEAD + CASE.replace("points=1, ", ""),
        "q.py:5: the case works has no points; write `points=1`.",
    ),
    "points of the whole": (
        HEAD + "\n    points = 3\n" + CASE,
        "q.py:5: the points of a question are the sum of its cases; remove `points`.",
    ),
    "no name": (
        HEAD.replace('name = "q"', "") + CASE,
        "q.py:1: the test file sets no `name`; write it below the imports.",
    ),
    "loop at the top": (
        HEAD + "\n    for i in range(3):\n        print(i)\n" + CASE,
        "q.py:5: a test file has only imports, assignments, functions and classes at its top;",
    ),
    "bare decorator": (
        HEAD + CASE.replace("(points=1, hidden=False)", ""),
        "q.py:5: the decorator of works is not understood; write `@test_case(points=1, hidden",
    ),
    "another decorator above": (
        HEAD + CASE.replace("@test_case", "@other\n    @test_case"),
        "q.py:6: the decorator of works is not understood; write `@test_case(points=1, hidden",
    ),
    "two on a line": (
        HEAD + "\n    OPEN = 1; SECRET = 2\n" + CASE,
        "q.py:5: two statements share a line; write one on each line.",
    ),
    "grader's module": (
        HEAD + CASE.replace("assert", "from autograder.grade import x; assert"),
        "q.py:7: a public case uses autograder.grade, which students do not have; use `checks`",
    ),
    "oracle of hidden cases": (
        HEAD + CASE.replace("assert", "from oracle import x; assert"),
        "q.py:7: a public case uses oracle, which students do not have; use `checks` or `support`",
    ),
    "held-out data": (
        "from data import holdout\n" + textwrap.dedent(HEAD + CASE).replace("f() ==", "holdout =="),
        "a public case uses data.holdout, which students do not have; use `checks` or `suppo",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_file_that_could_give_something_away_is_refused(case: str, tmp_path: Path) -> None:
    text, expected = MALFORMED[case]
    with pytest.raises(CourseError) as caught:
        public(tmp_path / "q.py", text)
    assert expected in str(caught.value)


def test_a_hidden_case_may_use_what_only_the_grader_has(tmp_path: Path) -> None:
    text = public(
        tmp_path / "q.py",
        "from data import holdout\n"
        + textwrap.dedent(HEAD + CASE)
        + "\n\n@test_case(points=1, hidden=True)\ndef counts(f):\n    assert f(holdout.images)\n",
    )
    assert text is not None
    assert "holdout" not in text
