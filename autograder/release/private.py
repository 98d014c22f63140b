"""Collect what must never reach a student: solutions, hidden cases, mistakes, held-out data."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType

import data
from autograder.course import Course, Problem, load_mistakes
from autograder.course.casefile import first_line, read_case_file
from autograder.course.source import Source, read_source, syntax_tree
from autograder.errors import CourseError
from autograder.release.blocks import find_blocks
from autograder.release.phrases import Phrases
from autograder.release.public import public_version
from autograder.release.skeleton import skeleton
from autograder.release.texts import (
    flat,
    sentences,
    split_comment,
    squeezed,
    string_constants,
    weight,
)
from data.held_out import HeldOut

_TELLING = 3  # a line with less content could be anybody's
_TELLING_AT_HOME = 2  # enough in the skeleton of the module that the line comes from


@dataclass(frozen=True)
class Secret:
    """What a piece of text reveals; ``home`` limits the search to files of ``problem``."""

    problem: str
    what: str
    home: bool = False


@dataclass
class Secrets:
    """The private content of some problems, prepared for the scan.

    ``lines`` are squeezed lines of code, ``phrases`` flat sentences, ``words`` names of hidden
    cases, ``codes`` compiled functions, ``held_out`` the parts of datasets that only the grader
    has.
    """

    lines: dict[str, Secret] = field(default_factory=dict)
    phrases: dict[str, Secret] = field(default_factory=dict)
    words: dict[str, Secret] = field(default_factory=dict)
    codes: dict[bytes, Secret] = field(default_factory=dict)
    held_out: tuple[HeldOut, ...] = ()

    @cached_property
    def index(self) -> Phrases:
        """The phrases, prepared for many texts."""
        return Phrases(self.phrases)

    @cached_property
    def labels(self) -> tuple[bytes, ...]:
        """The labels of each held-out part; some are made of images, which takes time."""
        return tuple(part.labels_bytes() for part in self.held_out)


@dataclass
class _Open:
    """Public text: everything outside solution blocks and hidden cases."""

    lines: set[str] = field(default_factory=set)
    checks: set[str] = field(default_factory=set)
    text: str = ""
    words: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        self.lines |= {squeezed(split_comment(line)[0]) for line in text.splitlines()}
        self.text += " " + flat(" ".join([text, *(string for _, string in string_constants(text))]))


def collect(course: Course, problems: Iterable[Problem]) -> Secrets:
    """Return the secrets of ``problems`` and of the course's held-out data.

    What an assignment leaves out of a problem is secret all the same.
    """
    problems = [course.problem(problem.name) for problem in problems]
    secrets, seen = Secrets(), _Open()
    kit = Path(__file__).resolve().parents[1] / "kit"
    for folder in (kit / "checks", kit / "figures", course.root / "data"):
        for path in sorted(folder.glob("*.py")):
            seen.add(path.read_text(encoding="utf-8"))
    for problem in problems:
        _add_open(problem, seen)
    for problem in problems:
        _add_solutions(problem, secrets, seen)
        _add_cases(problem, secrets, seen)
        _add_mistakes(problem, secrets, seen)
        _add_rubric(problem, secrets)
    for sentence, _ in Phrases(secrets.phrases).found_in(seen.text):
        del secrets.phrases[sentence]
    _add_held_out(course, secrets)
    return secrets


def _sources(problem: Problem) -> Iterator[tuple[Source, bool]]:
    for name in problem.modules:
        yield read_source(problem.folder / name), False
    if problem.notebook:
        yield read_source(problem.folder / problem.notebook), True


def _add_open(problem: Problem, seen: _Open) -> None:
    for source, notebook in _sources(problem):
        seen.add(skeleton(source, notebook))
    for name in problem.provided:
        if name.endswith(".py"):
            seen.add((problem.folder / name).read_text(encoding="utf-8"))
    for question in problem.questions:
        file = read_case_file(question.test_file)
        text = public_version(file) or ""
        seen.checks |= {squeezed(split_comment(line)[0]) for line in text.splitlines()}
        seen.text += " " + flat(" ".join([text, *(string for _, string in string_constants(text))]))
        seen.words |= {case.name for case in file.cases if not case.hidden}
    support = problem.folder / "questions" / "support.py"
    if support.is_file():
        seen.checks |= {
            squeezed(split_comment(line)[0]) for line in support.read_text().splitlines()
        }
    seen.text += " " + flat(" ".join(written.prompt for written in problem.written))


def _add_solutions(problem: Problem, secrets: Secrets, seen: _Open) -> None:
    for source, notebook in _sources(problem):
        for block in find_blocks(source, notebook):
            secret = Secret(problem.name, f"solution of {block.name} ({source.path.name})")
            lines = block.lines(source)
            if block.written:
                _add_prose("".join(line.lstrip("# ") for line in lines), secret, secrets)
            _add_lines(lines, secret, secrets, seen, home=True)
        if not notebook:
            skeleton_codes = set(_codes(skeleton(source)))
            for code in _codes(source.text):
                if code not in skeleton_codes:
                    what = f"compiled solution ({source.path.name})"
                    secrets.codes[code] = Secret(problem.name, what)


def _add_cases(problem: Problem, secrets: Secrets, seen: _Open) -> None:
    open_lines = _Open(seen.lines | seen.checks)
    for question in problem.questions:
        file = read_case_file(question.test_file)
        name = file.source.path.name
        for case in file.cases:
            if not case.hidden:
                continue
            what = f"hidden case {case.name} ({name})"
            secret = Secret(problem.name, what)
            last = case.node.end_lineno or case.node.lineno
            body = file.source.lines[first_line(case.node) - 1 : last]
            _add_lines(body, secret, secrets, open_lines)
            if "_" in case.name and case.name not in seen.words:
                secrets.words[case.name] = secret
            for message in case.messages:
                _add_prose(message, Secret(problem.name, f"message of {what}"), secrets)
        secret = Secret(problem.name, f"part of the hidden checks ({name})")
        _add_lines(file.source.lines, secret, secrets, open_lines)
    oracle = problem.folder / "questions" / "oracle.py"
    if oracle.is_file():
        secret = Secret(problem.name, "part of the hidden checks (oracle.py)")
        _add_lines(read_source(oracle).lines, secret, secrets, open_lines)


def _add_mistakes(problem: Problem, secrets: Secrets, seen: _Open) -> None:
    for mistake in load_mistakes(problem):
        secret = Secret(problem.name, f"known mistake {mistake.name}")
        for edit in mistake.edits:
            for text in (edit.old, edit.new):
                _add_lines(text.splitlines(), secret, secrets, seen)
        for text in (mistake.title, mistake.explanation):
            _add_prose(text, secret, secrets)


def _add_rubric(problem: Problem, secrets: Secrets) -> None:
    for written in problem.written:
        answer = Secret(problem.name, f"model answer of {written.name}")
        _add_prose(written.model_answer, answer, secrets)
        scheme = Secret(problem.name, f"marking scheme of {written.name}")
        _add_prose("\n\n".join(text for _, text in written.criteria), scheme, secrets)


def _add_held_out(course: Course, secrets: Secrets) -> None:
    path = course.root / "data" / "holdout" / "__init__.py"
    if not path.is_file():
        return
    module = importlib.import_module("data.holdout")
    if not path.samefile(str(module.__file__)):
        raise CourseError(
            f"{path} is not the data.holdout that Python finds ({module.__file__}); "
            "run the build in the folder of its own course."
        )
    parts = (data.dataset(name).held_out for name in data.names())
    secrets.held_out = tuple(part for part in parts if part is not None)


def _add_lines(
    lines: Iterable[str], secret: Secret, secrets: Secrets, seen: _Open, home: bool = False
) -> None:
    for line in lines:
        code = split_comment(line)[0]
        key = squeezed(code)
        if key in seen.lines or key in secrets.lines or code.startswith(("import ", "from ")):
            continue
        telling = weight(code)
        if telling >= _TELLING:
            secrets.lines[key] = secret
        elif home and telling >= _TELLING_AT_HOME:
            secrets.lines[key] = Secret(secret.problem, secret.what, home=True)


def _add_prose(text: str, secret: Secret, secrets: Secrets) -> None:
    for sentence in sentences(text):
        secrets.phrases.setdefault(sentence, secret)


def _codes(text: str) -> Iterator[bytes]:
    return code_bytes(compile(syntax_tree(text), "<module>", "exec", dont_inherit=True))


def code_bytes(code: CodeType) -> Iterator[bytes]:
    """Yield bytes for each function in compiled code that do not depend on its position."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_bytes(constant)
    plain = [item for item in code.co_consts if not isinstance(item, CodeType)]
    if code.co_name != "<module>":
        yield repr((code.co_name, code.co_names, code.co_code, plain)).encode()
