"""The known mistakes of a question as data: titles, edits of the reference, what to tell."""

from __future__ import annotations

import msgspec

from autograder.course.files import MistakesFile, MistakeTable
from autograder.course.model import Problem
from autograder.course.toml import TomlFile


class Mistake(MistakeTable, frozen=True):
    """A wrong variant of the reference; ``question`` is the name of its TOML file."""

    question: str = ""


def load_mistakes(problem: Problem) -> list[Mistake]:
    """Read ``mistakes/<question>.toml`` of every question, in the order of the questions."""
    found: list[Mistake] = []
    for question in problem.questions:
        path = problem.folder / "mistakes" / f"{question.name}.toml"
        if not path.is_file():
            continue
        file = TomlFile.read(path)
        for number, table in enumerate(file.decode(MistakesFile).mistakes):
            if any(table.name == other.name for other in found):
                raise file.error(
                    ("mistakes", number, "name"),
                    f"two mistakes are called {table.name!r}; rename one",
                )
            values = msgspec.structs.asdict(table)
            values["explanation"] = " ".join(table.explanation.split())
            found.append(Mistake(**values, question=question.name))
    return found
