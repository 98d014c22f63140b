"""Check your work, and pack it: `python check.py --help` says how."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from checking import archive, ask, forbidden, loose, notebooks, pack, watch  # noqa: E402
from checking.questions import QuestionCheck  # noqa: E402
from checking.report import Result, print_question, print_summary, print_title  # noqa: E402
from checking.rules import Rules  # noqa: E402
from checking.students import close_match  # noqa: E402

_leave = os._exit  # while code of a student runs, the name in os refuses
_PACK_HINT = "all checks pass. Run `python check.py --pack` to pack your work for handing in."
_MORE_HINT = "this passes. Run `python check.py` to check the other questions."
_EPILOG = """exit status: 0 if all checks pass (an optional question may stay untouched),
1 if one fails, ends with an error or is not attempted, or nothing could be packed,
2 if the command line is wrong."""


class LocalGrader:
    """Run the checks of this package: `grader.check("name")` or `grader.check_all()`."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._description: dict[str, Any] = json.loads((root / "assignment.json").read_bytes())
        self._questions = {
            question["name"]: (problem, question)
            for problem in self._description["problems"]
            for question in problem["questions"]
        }

    def check(self, *names: str) -> None:
        """Check the questions called `names`; your modules are read again each time."""
        self.run(names)

    def check_all(self) -> None:
        """Check every question."""
        self.run(())

    def questions(self) -> None:
        """Print all questions."""
        for problem in self._description["problems"]:
            print(f"{problem['title']} ({problem['name']}/)")
            width = max((len(question["name"]) for question in problem["questions"]), default=0)
            for question in problem["questions"]:
                note = " (optional)" if question["optional"] else ""
                note += "" if question["checks"] else " (graded after you hand in)"
                print(f"  {question['name']:{width}}  {question['title']}{note}")

    def run(self, names: Iterable[str], limited: bool = True) -> int:
        """Check, print, and return the exit status; time limits hold if ``limited``."""
        chosen = list(dict.fromkeys(names)) or list(self._questions)
        if unknown := [name for name in chosen if name not in self._questions]:
            similar = close_match(unknown[0], self._questions)
            hint = f"did you mean {similar}?" if similar else "see `python check.py --list`."
            print(f"There is no question {unknown[0]!r}; {hint}")
            return 2
        results: list[Result] = []
        checks = [
            QuestionCheck(self._root, *self._questions[name], limited, _stuck) for name in chosen
        ]
        for name, check in zip(chosen, checks, strict=True):
            print_title(check.empty_result())
            try:
                result = check.run()
            except KeyboardInterrupt:
                print(f"Stopped while checking {name}.")
                return 130
            print_question(result, results)
            results.append(result)
        for note in forbidden.notes(check.searched for check in checks):
            print(f"Note: {note}\n")
        print_summary(results, _PACK_HINT if len(chosen) == len(self._questions) else _MORE_HINT)
        return 0 if all(result.fine() for result in results) else 1

    def watch(self, names: Iterable[str], limited: bool = True) -> int:
        """Check, and check again what a changed file concerns, until Ctrl-C."""
        chosen = list(dict.fromkeys(names)) or list(self._questions)
        if any(name not in self._questions for name in chosen):
            return self.run(chosen)  # which says what is wrong
        folders = {}
        for name in chosen:
            problem = self._questions[name][0]
            folders[name] = {self._root / each for each in (problem["name"], *problem["builds_on"])}
        return watch.check_on_change(lambda some: self.run(some, limited), chosen, folders)

    def pack(self, name: str = "", anyway: bool = False) -> int:
        """Write what is handed in, a zip or a folder of files, and return the exit status."""
        packed = pack.chosen_files(self._root, self._description)
        rules = Rules.of(self._description)
        name = name or ask.for_name(rules)
        kind = archive.Archive if rules.zip else loose.Folder
        made = kind(self._root, self._description, packed, name)
        refused = [*packed.refused, *made.faults]
        for line in packed.warned:
            print(f"Note: {line}")
        for line in refused:
            print(f"Problem: {line}")
        if refused and not anyway:
            print("Nothing was packed; `--anyway` packs the files that exist.")
            return 1
        for line in made.write():
            print(line)
        return 0


def _stuck(where: str) -> None:
    """End the program, in which the student's code can no longer be stopped."""
    line = f"Your code cannot be stopped at {where}" if where else "The check cannot be stopped"
    if "ipykernel" in sys.modules:
        print(f"{line}\nRestart the kernel.", flush=True)
        return
    print(f"  out of time    {line}\n                 The checks end here.", flush=True)
    _leave(1)


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        "check.py", description="Check your work on this assignment, or pack it.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="default: all")
    parser.add_argument("--no-limit", action="store_true", help="let each check take its time")
    parser.add_argument("--watch", action="store_true", help="check again when a file changes")
    parser.add_argument("--list", action="store_true", help="list the questions")
    parser.add_argument(
        "--pack",
        nargs="?",
        const="",
        metavar="NAME",
        help="pack what you hand in; your NAME goes into the name of the zip if it has a place",
    )
    parser.add_argument("--anyway", action="store_true", help="pack despite problems")
    options = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may not know every letter
    if options.list:
        grader.questions()
        return 0
    if options.pack is not None:
        return grader.pack(options.pack, options.anyway)
    check = grader.watch if options.watch else grader.run
    return check(options.questions, not options.no_limit)


try:
    grader = LocalGrader()
except (OSError, ValueError):
    sys.exit("assignment.json is missing or damaged; unpack the assignment's zip again.")
notebooks.install(ROOT)

if __name__ == "__main__":
    sys.exit(main())
