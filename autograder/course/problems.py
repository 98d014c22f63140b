"""Read a problem's folder: ``problem.toml``, and the files that it must and must not list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.course.files import ForbiddenTable, LimitsTable, ProblemFile, QuestionTable
from autograder.course.model import Forbidden, Limits, Problem, Question, listing
from autograder.course.toml import TomlFile
from autograder.course.written import read_written
from autograder.errors import CourseError

_HELPERS = ("support", "oracle")


def read_problem(
    folder: Path, base: Callable[[str], Problem], names: list[str], above: tuple[str, ...]
) -> Problem:
    """Read the problem in ``folder``; ``base`` reads one of ``names`` that it builds on.

    ``above`` are this problem and the ones that are being read because they build on it.
    """
    file = TomlFile.read(folder / "problem.toml")
    table = file.decode(ProblemFile)
    _check_bases(file, table, names, above)
    _check_questions(file, table, folder)
    _check_outputs(file, table, folder)
    _check_unlisted(table, folder)
    limits = _limits(table.limits, Limits())
    forbidden = _forbidden(table.forbidden, Forbidden())
    return Problem(
        name=folder.name,
        title=table.title,
        folder=folder,
        modules=table.modules,
        provided=table.provided,
        outputs=table.outputs,
        may_hand_in=table.may_hand_in,
        builds_on=tuple(base(name) for name in table.builds_on),
        stand_ins=table.stand_ins,
        notebook=table.notebook,
        preload=table.preload,
        data=table.data,
        questions=tuple(
            Question(
                name=item.name,
                title=item.title,
                judged_by=item.judged_by,
                test_file=folder / "questions" / f"{item.name}.py",
                modules=item.modules or table.modules,
                objects=item.objects or (item.name,),
                needs=item.needs,
                limits=_limits(item.limits, limits),
                forbidden=_forbidden(item.forbidden, forbidden),
                optional=item.optional,
            )
            for item in table.questions
        ),
        written=tuple(read_written(folder / "written" / f"{name}.md") for name in table.written),
    )


def _check_bases(
    file: TomlFile, table: ProblemFile, names: list[str], above: tuple[str, ...]
) -> None:
    for number, base in enumerate(table.builds_on):
        if base in above:
            raise file.error(
                ("builds_on", number),
                f"it builds on {base!r}, which builds on it; remove one of the two",
            )
        if base not in names:
            raise file.error(
                ("builds_on", number), f"it builds on {base!r}, which is no problem of this course"
            )


def _check_questions(file: TomlFile, table: ProblemFile, folder: Path) -> None:
    known: set[str] = set()
    for number, item in enumerate(table.questions):
        if item.name in known:
            raise _double(file, item.name, ("questions", number, "name"))
        known.add(item.name)
    for number, name in enumerate(table.written):
        if name in known:
            raise _double(file, name, ("written", number))
        known.add(name)
    autograded = {item.name for item in table.questions}
    for number, item in enumerate(table.questions):
        _check_question(file, number, item, autograded, table.modules, folder)


def _check_question(
    file: TomlFile,
    number: int,
    item: QuestionTable,
    known: set[str],
    modules: tuple[str, ...],
    folder: Path,
) -> None:
    path = folder / "questions" / f"{item.name}.py"
    if not path.is_file():
        raise file.error(("questions", number, "name"), f"its test file {path} does not exist")
    if missing := set(item.needs) - known:
        raise file.error(
            ("questions", number, "needs"),
            f"question {item.name!r} needs unknown questions {listing(missing)}",
        )
    if missing := set(item.modules) - set(modules):
        raise file.error(
            ("questions", number, "modules"),
            f"question {item.name!r} names unknown modules {listing(missing)}",
        )


def _double(file: TomlFile, name: str, keys: tuple[str | int, ...]) -> CourseError:
    return file.error(keys, f"two questions are called {name!r}; rename one")


def _check_outputs(file: TomlFile, table: ProblemFile, folder: Path) -> None:
    for number, name in enumerate(table.outputs):
        if not (folder / name).is_file():
            raise file.error(
                ("outputs", number), f"the reference's own {folder / name} does not exist; write it"
            )


def _check_unlisted(table: ProblemFile, folder: Path) -> None:
    """Refuse files of questions that ``problem.toml`` does not list."""
    autograded = {item.name for item in table.questions}
    for pattern, listed, where in (
        ("questions/*.py", autograded | set(_HELPERS), "[[questions]]"),
        ("mistakes/*.toml", autograded, "[[questions]]"),
        ("written/*.md", set(table.written), "`written`"),
    ):
        for path in sorted(folder.glob(pattern)):
            if path.stem not in listed:
                raise CourseError(
                    f"{path}: problem.toml has no question {path.stem!r}; "
                    f"list it under {where}, rename this file or delete it."
                )


def _limits(table: LimitsTable, default: Limits) -> Limits:
    return Limits(
        cpu_seconds=default.cpu_seconds if table.cpu_seconds is None else table.cpu_seconds,
        memory_mb=default.memory_mb if table.memory_mb is None else table.memory_mb,
        import_seconds=default.import_seconds
        if table.import_seconds is None
        else table.import_seconds,
        device=table.device or default.device,
    )


def _forbidden(table: ForbiddenTable, default: Forbidden) -> Forbidden:
    return Forbidden(default.imports + table.imports, default.names + table.names)
