"""What `check.py` says to do next."""

from __future__ import annotations

import pytest

from checking.explain import Explanation
from checking.report import Result, print_summary


@pytest.mark.parametrize(
    ("hole", "step"),
    [
        ("", "make the file that labels needs, then run `python check.py labels` again."),
        ("predict", "fill the hole in predict (a.py:3), then run `python check.py labels` again."),
    ],
)
def test_a_missing_file_is_no_hole(hole, step, capsys):
    verdict = Explanation("not attempted", ("There is no labels.csv.",), hole, "a.py:3")
    result = Result(
        "labels", "Your file", False, "a.py", cases=[("has a line for each text", verdict)]
    )
    print_summary([result], "pack it")
    assert capsys.readouterr().out == f"Next: {step}\n"
