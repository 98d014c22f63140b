"""Make the zip to hand in, and say what is missing or wrong before it is sent."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .rules import HANDOUT, matching, pdf_fault

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass
class Packed:
    """The files of the zip, what is wrong with them, and what the student should know."""

    files: dict[str, Path] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)


def chosen_files(root: Path, description: dict[str, Any]) -> Packed:
    """Choose the files by rule (modules, notebook, answers, outputs, PDFs); look into each."""
    packed = Packed()
    for problem in description["problems"]:
        folder = root / problem["name"]
        for name in problem["modules"]:
            if _add(packed, root, folder / name, required=True):
                _look_at_module(packed, folder / name, problem)
        if problem["notebook"] and _add(packed, root, folder / problem["notebook"]):
            _look_at_notebook(packed, folder / problem["notebook"])
        if problem["answers"] and _add(packed, root, folder / problem["answers"]):
            _look_at_answers(packed, folder / problem["answers"])
        for name in problem["outputs"]:
            _add(packed, root, folder / name)
        for pattern in ("*.pdf", *problem["may_hand_in"]):
            for path in sorted(folder.glob(pattern)):
                if path.name != HANDOUT:
                    _add(packed, root, path)
    for path in sorted(root.glob("*.pdf")):
        _add(packed, root, path)
    rules = description["hand_in"]
    for pattern in rules["required_files"]:
        names = [path.relative_to(root).as_posix() for path in root.glob("*") if path.is_file()]
        found = matching([*names, *packed.files], pattern)
        if not found:
            packed.refused.append(f"{pattern} is missing: the assignment asks for it; add it here.")
        packed.files.update({name: root / name for name in found})
    faults = (pdf_fault(name, path.read_bytes()) for name, path in packed.files.items())
    packed.refused += filter(None, faults)
    return packed


def archive_path(root: Path, name: str, description: dict[str, Any]) -> tuple[Path, str | None]:
    """Return where the zip goes, and what is wrong with its name, if anything."""
    template = description["hand_in"]["archive"]
    pattern = description["hand_in"]["archive_pattern"]
    wanted = name or f"{description['assignment']}-submission.zip"
    if not wanted.endswith(".zip"):
        wanted += ".zip"
    if not pattern or re.fullmatch(pattern, wanted):
        return root / wanted, None
    if name and len(re.findall(r"<\w+>", template)) == 1:
        filled = re.sub(r"<\w+>", wanted.removesuffix(".zip"), template)
        if re.fullmatch(pattern, filled):
            return root / filled, None
    return root / wanted, (
        f"{wanted!r} is not a name of the form {template}, which the assignment asks for: run "
        "`python check.py --pack NAME` with your name in it."
    )


def archive_bytes(packed: Packed, assignment: str) -> bytes:
    """Return the zip; equal files give equal bytes."""
    contents = {name: file.read_bytes() for name, file in packed.files.items()}
    contents["manifest.json"] = (json.dumps({"assignment": assignment}) + "\n").encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
    return stream.getvalue()


def too_large(archive: bytes, packed: Packed, description: dict[str, Any]) -> str | None:
    """Return a sentence if the zip is larger than may be handed in."""
    limit = description["hand_in"]["max_size_mb"]
    if len(archive) <= limit * 2**20 or not packed.files:
        return None
    largest = max(packed.files, key=lambda name: packed.files[name].stat().st_size)
    return (
        f"The zip has {len(archive) / 2**20:.3g} MB, but the limit is {limit:g} MB. The largest "
        f"file is {largest}; clear outputs or shrink figures."
    )


def _add(packed: Packed, root: Path, path: Path, required: bool = False) -> bool:
    name = path.relative_to(root).as_posix()
    if path.is_file():
        packed.files[name] = path
        return True
    if required:
        packed.refused.append(f"{name} is missing: put it back, or copy it from the package again.")
    else:
        packed.warned.append(f"{name} does not exist and is not packed.")
    return False


def _look_at_module(packed: Packed, path: Path, problem: dict[str, Any]) -> None:
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        where = f"{path.name}:{getattr(error, 'lineno', None) or 1}"
        packed.refused.append(
            f"{where} is not valid Python ({getattr(error, 'msg', error)}), so it cannot be "
            "graded; run `python check.py` and correct it."
        )
        return
    open_holes = sum(_is_hole(node) for node in ast.walk(tree))
    if open_holes:
        holes = "hole is" if open_holes == 1 else "holes are"
        packed.warned.append(f"{path.name}: {open_holes} {holes} still open.")
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


def _is_hole(node: ast.AST) -> bool:
    call = node.exc if isinstance(node, ast.Raise) else None
    name = call.func if isinstance(call, ast.Call) else call
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _look_at_notebook(packed: Packed, path: Path) -> None:
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (ValueError, KeyError, TypeError):
        packed.refused.append(f"{path.name} is not a valid notebook: save it again in Jupyter.")
        return
    if not any(cell.get("outputs") for cell in cells):
        packed.warned.append(f"{path.name} has no outputs: run all its cells and save it.")


def _look_at_answers(packed: Packed, path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        if not [line for line in body.splitlines() if line.strip() and line.lstrip()[0] != ">"]:
            packed.warned.append(f"{path.name}: {heading.split(' - ')[0]} has no answer yet.")
