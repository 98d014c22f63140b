"""Turn repairs that many submissions need into drafts of known mistakes."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from autograder.course import Edit, Mistake, Problem, load_mistakes
from autograder.course.source import Source, read_source
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.release.blocks import find_blocks

from .edits.backwards import matched, renamed

_FILL_IN = "FILL IN"


@dataclass(frozen=True)
class Draft:
    """A mistake that several submissions share, without the text for students.

    ``mistake`` is None where the reference has no line like the students' one; ``known`` is the
    mistake of the bank that changes the reference in the same way.
    """

    question: str
    count: int
    example: Mapping[str, Any]  # one of the repairs
    mistake: Mistake | None
    known: str | None


def drafts(
    problem: Problem, repairs: Iterable[tuple[str, str, Mapping[str, Any]]], least: int
) -> list[Draft]:
    """Return a draft for each repair that at least ``least`` submissions need, frequent ones first.

    ``repairs`` are submission, question and repair. Repairs are the same if they are the same edit
    of the reference, whatever names the students use.
    """
    found: dict[tuple[str, ...], tuple[set[str], str, Mapping[str, Any], Mistake | None]] = {}
    for submission, question, repair in repairs:
        mistake = _on_reference(problem, question, repair)
        edit = mistake.edits[0] if mistake is not None else None
        own = repair["old"].split(), repair["new"].split()
        texts = (edit.old, edit.new) if edit is not None else tuple(map(" ".join, own))
        key = repair["file"], repair["function"], *texts
        found.setdefault(key, (set(), question, repair, mistake))[0].add(submission)
    taken, every = {m.name for m in load_mistakes(problem)}, list[Draft]()
    known = _known(problem)
    frequent = sorted(found.items(), key=lambda item: (-len(item[1][0]), item[0]))
    for _, (submissions, question, repair, mistake) in frequent:
        if len(submissions) < least:
            continue
        same = None
        if mistake is not None:
            same = known.get(_tree(bank.apply(mistake, problem)))
            name = _free(mistake.name, taken)
            taken.add(name)
            mistake = msgspec.structs.replace(mistake, name=name)
        every.append(Draft(question, len(submissions), repair, mistake, same))
    return every


def as_toml(problem: Problem, draft: Draft) -> str:
    """Return a draft as an entry of ``mistakes/<question>.toml``."""
    example = draft.example
    lines = [
        f"# {draft.count} submissions; for mistakes/{draft.question}.toml",
        *_quoted("a student wrote", example["old"]),
        *_quoted("and it should be", example["new"]),
    ]
    if draft.known is not None:
        lines.append(f"# The bank has it already: {draft.known}.")
        return "\n".join(lines)
    if draft.mistake is None:
        lines.append("# The reference has no line like this one: write the edit by hand.")
        return "\n".join(lines)
    mistake = draft.mistake
    lines += ["[[mistakes]]", f"name = {json.dumps(mistake.name)}"]
    lines += [f"title = {json.dumps(mistake.title)}"]
    if mistake.module is not None and mistake.module != problem.modules[0]:
        lines.append(f"module = {json.dumps(mistake.module)}")
    lines.append(f"block = {json.dumps(mistake.block)}")
    lines += [f"explanation = {json.dumps(mistake.explanation)}", "", "[[mistakes.edits]]"]
    (edit,) = mistake.edits
    lines += [f"old = {json.dumps(edit.old)}", f"new = {json.dumps(edit.new)}"]
    return "\n".join(lines)


def _quoted(what: str, text: str) -> list[str]:
    first, *others = [line.strip() for line in text.strip().splitlines()] or [""]
    return [f"# {what}: {first}", *(f"#     {line}" for line in others)]


def _on_reference(problem: Problem, question: str, repair: Mapping[str, Any]) -> Mistake | None:
    """Return the student's error as an edit of the reference, with the reference's names."""
    pair = _statements(repair)
    if pair is None or repair["file"] not in problem.modules:
        return None
    wrong, right = pair
    source = read_source(problem.folder / repair["file"])
    for block, statement in _of_function(source, repair["function"]):
        names = matched(right, statement)
        if names is None:
            continue
        old = ast.get_source_segment(source.text, statement) or ""
        mistake = Mistake(
            name=f"{repair['function']}_{repair['kind']}".lower().replace(" ", "_"),
            title=f"{_FILL_IN}: the mistake in a few words",
            explanation=f"{_FILL_IN}: what is wrong, why, and where to look",
            edits=(Edit(old=old, new=renamed(wrong, names)),),
            module=repair["file"],
            block=block,
            question=question,
        )
        try:
            bank.apply(mistake, problem)
        except CourseError:  # the text occurs more than once in the block
            continue
        return mistake
    return None


def _statements(repair: Mapping[str, Any]) -> tuple[ast.stmt, ast.stmt] | None:
    """Return the one statement that differs, before and after the repair."""
    parsed = []
    for text in (repair["old"], repair["new"]):
        text = textwrap.dedent(text).strip()
        text = f"{text} pass" if text.endswith(":") else text
        try:
            parsed.append(ast.parse(text).body)
        except (SyntaxError, ValueError):
            return None
    old, new = parsed
    if len(old) != len(new):
        return None
    pairs = zip(old, new, strict=True)
    changed = [(a, b) for a, b in pairs if ast.dump(a) != ast.dump(b)]
    return changed[0] if len(changed) == 1 and not hasattr(changed[0][1], "body") else None


def _of_function(source: Source, function: str) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the statements of the solution blocks of a function, with the name of the block."""
    for block in find_blocks(source):
        if block.name.split(".")[-1] != function:
            continue
        for node in ast.walk(source.tree):
            is_inside = block.markers.begin < getattr(node, "lineno", 0) < block.markers.end
            if isinstance(node, ast.stmt) and is_inside:
                yield block.name, node


def _known(problem: Problem) -> dict[str, str]:
    """Return the names of the known mistakes by the tree of the reference with them."""
    return {_tree(bank.apply(m, problem)): m.name for m in load_mistakes(problem)}


def _tree(texts: Mapping[str, str]) -> str:
    return "".join(ast.dump(ast.parse(texts[name])) for name in sorted(texts) if name[-3:] == ".py")


def _free(name: str, taken: Iterable[str]) -> str:
    numbered = (f"{name}_{number}" for number in range(2, 10_000))
    return next(each for each in (name, *numbered) if each not in taken)
