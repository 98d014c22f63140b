"""Characters that only some readers take for a new line do not shift what a result shows."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("separator", ["\x0c", "\u2028", "\x1c", "\x85"])
def test_the_reported_line_and_code_are_the_right_ones(grader, hand_in, tmp_path, separator):
    def edit(text: str) -> str:
        head, mark, tail = text.partition("def affine_forward")
        page_break = "\x0c\n" if separator == "\x0c" else ""
        return (f"{head}# one{separator}line\n{page_break}{mark}{tail}").replace(
            "out = x @ w + b", "out = x @ w + b + nothing"
        )

    folder = hand_in(affine=edit)
    lines = (folder / "affine.py").read_bytes().decode().split("\n")
    first = next(i for i, line in enumerate(lines, 1) if line.startswith("def affine_forward"))
    wrong = next(i for i, line in enumerate(lines, 1) if "nothing" in line)
    result = grader.grade(folder, tmp_path / "out")
    question = result["problems"][0]["questions"][0]
    assert question["cases"][0]["message"].startswith(
        "Your code raised NameError: name 'nothing' is not defined "
        f"(affine.py, line {wrong}: `out = x @ w + b + nothing`)."
    )
    (code,) = question["code"]
    assert (code["name"], code["line"]) == ("affine_forward", first)
    assert code["source"].startswith("def affine_forward(x, w, b):\n")
    assert code["source"].rstrip().splitlines()[-1].strip() == "return out, (x, w)"
