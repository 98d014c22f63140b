"""A written question as one Markdown file: title, prompt, model answer and criteria."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

_FORM = re.compile(
    r"# (?P<title>[^\n]+)\n(?P<prompt>.+?)\n## Model answer\n(?P<answer>.+?)\n## Criteria\n"
    r"(?P<criteria>.+)",
    re.DOTALL,
)
_CRITERION = re.compile(r"- (?P<points>\d+(?:\.\d+)?): (?P<text>.+)")


@dataclass(frozen=True)
class WrittenQuestion:
    """A question that a person marks; the criteria give its points."""

    name: str
    title: str
    prompt: str
    model_answer: str
    criteria: tuple[tuple[float, str], ...]

    @property
    def points(self) -> float:
        """The points of all criteria."""
        return round(sum(points for points, _ in self.criteria), 6)


def read_written(path: Path) -> WrittenQuestion:
    """Read a written question; raises CourseError with the file and what it lacks."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}); add the file.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    form = _FORM.fullmatch(text)
    if form is None:
        raise CourseError(
            f"{path}: a written question needs '# Title', a prompt, '## Model answer' and "
            "'## Criteria', in this order."
        )
    first = text[: form.start("criteria")].count("\n") + 1
    criteria = []
    for number, line in enumerate(form["criteria"].strip("\n").splitlines(), first):
        if line.strip():
            found = _CRITERION.fullmatch(line)
            if found is None:
                raise CourseError(
                    f"{path}:{number}: a criterion is one line like '- 1: what earns the point'."
                )
            criteria.append((float(found["points"]), found["text"]))
    return WrittenQuestion(
        path.stem, form["title"].strip(), form["prompt"].strip(), form["answer"].strip(),
        tuple(criteria),
    )  # fmt: skip
