"""Choose the files to hand in, and say what is missing or wrong before they are sent."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

from . import pages
from .documents import notebook_fault, notebook_notes, pdf_fault, reports
from .packed_documents import listing, look_at_answers, take_pictures
from .rules import Rules, is_handout, matching, misnamed, missing, rename


@dataclass
class Packed:
    """The files to hand in by their path in the zip, and the ones next to it.

    ``refused`` says what is wrong with them, ``warned`` what the student should know.
    """

    files: dict[str, Path] = field(default_factory=dict)
    separate: dict[str, Path] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)


def chosen_files(root: Path, description: dict[str, Any]) -> Packed:
    """Choose the files by rule (modules, notebook, answers, outputs, PDFs); look into each."""
    packed, rules = Packed(), Rules.of(description)
    for problem in description["problems"]:
        folder, place = root / problem["name"], problem["folder"]
        for name in problem["modules"]:
            if _add(packed, place, folder / name, required=True):
                _look_at_module(packed, folder / name, problem)
        if problem["notebook"] and _add(packed, place, folder / problem["notebook"]):
            _look_at_notebook(packed, folder / problem["notebook"])
        if problem["answers"] and _add(packed, place, folder / problem["answers"]):
            packed.warned += look_at_answers(folder / problem["answers"])
        for name in problem["outputs"]:
            _add(packed, place, folder / name)
        for pattern in ("*.pdf", *problem["may_hand_in"]):
            for path in sorted(folder.glob(pattern)):
                if path.is_file() and not is_handout(path.name):
                    _add(packed, place, path)
    top = {path.name: path for path in sorted(root.glob("*")) if path.is_file()}
    packed.files.update({name: path for name, path in top.items() if name.endswith(".pdf")})
    for pattern in rules.required_files:
        packed.files.update({name: top[name] for name in matching(top, pattern)})
    for pattern in rules.separate_files:
        for name in matching(packed.files, pattern):
            packed.separate[name] = packed.files.pop(name)
        packed.separate.update({name: top[name] for name in matching(top, pattern)})
    packed.warned += take_pictures(root, packed.files, rules.folders)
    everything = {**packed.files, **packed.separate}
    packed.refused += missing(everything, rules)
    _look_at_pdfs(packed, everything, rules.max_pages)
    return packed


def _add(packed: Packed, place: str, path: Path, required: bool = False) -> bool:
    shown = f"{path.parent.name}/{path.name}"
    if path.is_file():
        packed.files[f"{place}/{path.name}"] = path
        return True
    names = [each.name for each in path.parent.glob("*")]
    if other := misnamed(names, path.name):
        packed.refused.append(rename(f"{path.parent.name}/{other}", path.name))
    elif required:
        packed.refused.append(
            f"{shown} is missing: put it back, or copy it from the package again."
        )
    else:
        packed.warned.append(f"{shown} is not packed, because it does not exist.")
    return False


def _look_at_module(packed: Packed, path: Path, problem: dict[str, Any]) -> None:
    try:
        tree = ast.parse(path.read_bytes().decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        packed.refused.append(f"{path.name} is not UTF-8 text; save it as UTF-8.")
        return
    except (SyntaxError, ValueError) as error:
        where = f"{path.name}:{getattr(error, 'lineno', None) or 1}"
        packed.refused.append(
            f"{where} is not valid Python ({getattr(error, 'msg', error)}), so it cannot be "
            "graded; run `python check.py` and correct it."
        )
        return
    if open_holes := [node.lineno for node in ast.walk(tree) if _is_hole(node)]:
        number = len(open_holes)
        count = "1 hole is" if number == 1 else f"{number} holes are"
        where = "in line" if number == 1 else "the first in line"
        packed.warned.append(
            f"{path.name}: {count} still open, {where} {min(open_holes)}; what needs an open hole "
            "earns no points."
        )
    listed = {Path(name).stem for name in (*problem["modules"], *problem["provided"])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for top in (name.split(".")[0] for name in names):
            if top not in listed and (path.parent / f"{top}.py").is_file():
                packed.warned.append(
                    f"{path.name}:{node.lineno} imports {top}.py, which is not packed: move "
                    f"what you need into {path.name}."
                )


def _is_hole(node: ast.AST) -> TypeGuard[ast.Raise]:
    call = node.exc if isinstance(node, ast.Raise) else None
    name = call.func if isinstance(call, ast.Call) else call
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _look_at_notebook(packed: Packed, path: Path) -> None:
    content = path.read_bytes()
    if fault := notebook_fault(path.name, content):
        packed.refused.append(fault)
    packed.warned += notebook_notes(path.name, content)


def _look_at_pdfs(packed: Packed, files: dict[str, Path], most: int | None) -> None:
    contents = {n: path.read_bytes() for n, path in files.items() if n.lower().endswith(".pdf")}
    faults = {name: pdf_fault(name, content) for name, content in contents.items()}
    packed.refused += filter(None, faults.values())
    limited = {name: contents[name] for name in reports(files) if not faults[name]}
    if most is None or not limited:
        return
    try:
        packed.refused += pages.faults(limited, most)
    except pages.NoReader:
        packed.warned.append(
            f"The pages of {listing(list(limited))} were not counted: run `python -m pip install "
            "pypdf` and pack again."
        )
