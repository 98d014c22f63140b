"""Rules for files to hand in, which packing and grading apply in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

LETTERS = "Use letters without accents, digits, dots, dashes and underscores only."
PART = "[A-Za-z0-9._-]+"  # what fills a place in the pattern of a name
_COPY = re.compile(r" ?\(\d+\)$")  # which browsers put behind the name of a second download
HANDOUTS = frozenset({"handout.pdf", "handout.html", "handout.md"})


@dataclass(frozen=True)
class Rules:
    """What an assignment asks of a submission; ``folders`` maps problems to folders in the zip.

    ``separate_files`` are handed in next to the zip, not in it. Without a ``zip`` the files
    themselves are handed in; ``homes`` are patterns of their names, each with its folder.
    """

    archive: str | None = None
    archive_pattern: str | None = None
    required_files: tuple[str, ...] = ()
    separate_files: tuple[str, ...] = ()
    max_pages: int | None = None
    max_size_mb: float = 20.0
    folders: Mapping[str, str] = field(default_factory=dict)
    zip: bool = True
    homes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Rules:
        """Return the rules that a package states in its ``assignment.json``."""
        rules = description["hand_in"]
        return cls(
            rules["archive"],
            rules["archive_pattern"],
            tuple(rules["required_files"]),
            tuple(rules["separate_files"]),
            rules["max_pages"],
            rules["max_size_mb"],
            {problem["name"]: problem["folder"] for problem in description["problems"]},
            rules["zip"],
            homes_of(description["problems"]),
        )

    def places(self) -> list[str]:
        """Return the places in the name of the archive: what students fill in."""
        return re.findall(r"<(\w+)>", self.archive or "")


def homes_of(problems: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return patterns of file names, each with the folder of its problem; fixed names come first.

    A problem is described as in ``assignment.json``.
    """
    fixed, patterns = [], []
    for problem in problems:
        names = [*problem["modules"], problem["notebook"], *problem["outputs"]]
        fixed += [(name, problem["folder"]) for name in names if name]
        patterns += [(pattern, problem["folder"]) for pattern in problem["may_hand_in"]]
    return (*fixed, *patterns)


def is_handout(name: str) -> bool:
    """Tell whether a path is a handout of the package: the course's, so never handed in."""
    return name.split("/")[-1] in HANDOUTS


def misnamed(paths: Iterable[str], name: str) -> str | None:
    """Return the one path whose file was meant to be called ``name``, if no file is."""
    every = list(paths)
    if any(path.split("/")[-1] == name for path in every):
        return None
    meant = [path for path in every if _plain_name(path) == _plain_name(name)]
    return meant[0] if len(meant) == 1 else None


def rename(path: str, name: str) -> str:
    """Return a sentence on a file that must have another name."""
    return f"{path} must be called {name}: rename it."


def _plain_name(path: str) -> str:
    stem, dot, suffix = path.split("/")[-1].lower().rpartition(".")
    return f"{_COPY.sub('', stem)}{dot}{suffix}"


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """Return the paths that a pattern asks for, in any folder and in any case."""
    wanted, depth = pattern.lower(), pattern.count("/") + 1
    found = []
    for name in names:
        path = name.lower()
        end = "/".join(path.split("/")[-depth:])
        if not is_handout(name) and (fnmatchcase(path, wanted) or fnmatchcase(end, wanted)):
            found.append(name)
    return found


def name_fault(name: str, rules: Rules, prefix: str = "") -> str | None:
    """Return a sentence if an archive does not have the name that the assignment asks for.

    ``prefix`` is the pattern of what a platform may put before it.
    """
    if not rules.archive_pattern or re.fullmatch(prefix + rules.archive_pattern, name):
        return None
    if re.fullmatch(prefix + rules.archive_pattern.replace(PART, ".+"), name):
        return f"{name!r} cannot be the name of the zip. {LETTERS}"
    mend = "`python check.py --pack NAME` with your name in it" if rules.places() else (
        "`python check.py --pack`"
    )  # fmt: skip
    return (
        f"{name!r} is not a name of the form {rules.archive}, which the assignment asks for: run "
        f"{mend}."
    )


def zip_fault(name: str, rules: Rules, prefix: str = "") -> str | None:
    """Return a sentence if a zip is not one that the assignment asks for, as ``name_fault``."""
    if rules.zip:
        return name_fault(name, rules, prefix)
    return (
        f"{name!r} is a zip, but the assignment asks for the files themselves: hand in the files "
        "that `python check.py --pack` puts into a folder."
    )


def is_work(name: str, rules: Rules) -> bool:
    """Tell whether a file has the name of one that the course hands out or grades."""
    file = name.split("/")[-1]
    return any(fnmatchcase(file, pattern) for pattern, _ in rules.homes)


def missing(names: Iterable[str], rules: Rules) -> list[str]:
    """Return a sentence for each file that the assignment asks for and that is not there."""
    here = [_placed(name, rules.folders) for name in names]
    problems = {folder.lower(): problem for problem, folder in rules.folders.items()}
    found = []
    for pattern in (*rules.required_files, *rules.separate_files):
        if not matching(here, pattern):
            problem = problems.get(pattern.split("/")[0].lower()) if "/" in pattern else None
            where = f"to {problem}/" if problem else "next to check.py"
            what = f"A file like {pattern}" if set("*?[") & set(pattern) else pattern
            found.append(
                f"{what} is missing, but the assignment asks for it: add it {where} and pack again."
            )
    return found


def _placed(name: str, folders: Mapping[str, str]) -> str:
    """Return a path with the folder of a problem called as the assignment asks."""
    return "/".join(folders.get(part, part) for part in name.split("/"))


def size_fault(size: int, limit: float, what: str = "The zip has") -> str | None:
    """Return a sentence if a zip of ``size`` bytes is larger than ``limit`` bytes."""
    if size <= limit:
        return None
    digits = ".3g" if size < 100 * 2**20 else ",.0f"
    return (
        f"{what} {size / 2**20:{digits}} MB, but the limit is {limit / 2**20:.3g} MB; leave "
        "out data and models, clear outputs or shrink figures."
    )


def size_of(count: int) -> str:
    """Return a number of bytes as people write it."""
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{-(-count // 1024)} KB"
