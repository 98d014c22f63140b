"""Check your work, and pack it: `python check.py --help` says how."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from checking import pack  # noqa: E402
from checking.cases import PublicCase, load_cases  # noqa: E402
from checking.explain import Explanation, Place, explain, special  # noqa: E402
from checking.report import Result, print_question, print_summary  # noqa: E402
from checking.students import arguments, close_match, fresh_modules  # noqa: E402

_PACK_HINT = "all checks pass. Run `python check.py --pack` to make the zip to hand in."
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

    def run(self, names: Iterable[str]) -> int:
        """Check, print, and return the exit status."""
        chosen = list(dict.fromkeys(names)) or list(self._questions)
        if unknown := [name for name in chosen if name not in self._questions]:
            similar = close_match(unknown[0], self._questions)
            hint = f"did you mean {similar}?" if similar else "see `python check.py --list`."
            print(f"There is no question {unknown[0]!r}; {hint}")
            return 2
        results: list[Result] = []
        for name in chosen:
            try:
                result = self._question(*self._questions[name])
            except KeyboardInterrupt:
                print(f"Stopped while checking {name}.")
                return 130
            print_question(result, results)
            results.append(result)
        print_summary(results, _PACK_HINT if len(chosen) == len(self._questions) else _MORE_HINT)
        return 0 if all(result.fine() for result in results) else 1

    def pack(self, name: str = "", anyway: bool = False) -> int:
        """Write the zip to hand in and return the exit status."""
        packed = pack.chosen_files(self._root, self._description)
        path, wrong_name = pack.archive_path(self._root, name, self._description)
        archive = pack.archive_bytes(packed, self._description["assignment"])
        too_large = pack.too_large(archive, packed, self._description)
        refused = [*packed.refused, *filter(None, (wrong_name, too_large))]
        for line in packed.warned:
            print(f"Note: {line}")
        for line in refused:
            print(f"Problem: {line}")
        if refused and not anyway:
            print("Nothing was packed; `--anyway` packs the files that exist.")
            return 1
        path.write_bytes(archive)
        print(f"Wrote {path} ({len(archive) / 1024:.0f} KB):")
        for item in sorted(packed.files):
            print(f"  {item}")
        return 0

    def _question(self, problem: dict[str, Any], question: dict[str, Any]) -> Result:
        folder = self._root / problem["name"]
        modules = question["modules"]
        file = f"{problem['name']}/{', '.join(modules)}"
        result = Result(question["name"], question["title"], question["optional"], file)
        if not question["checks"]:
            return result
        place = Place(folder, modules)
        path = folder / "tests" / f"{question['name']}.py"
        missing = [name for name in modules if not (folder / name).is_file()]
        if missing:
            lines = (f"{problem['name']}/{missing[0]} is missing: put it back.",)
            result.whole = Explanation("error", lines)
            return result
        try:
            cases = load_cases(path)
        except (OSError, SyntaxError, ValueError):
            damaged = f"{path.name} is missing or damaged: unpack the assignment's zip again."
            result.whole = Explanation("error", (damaged,))
            return result
        except ImportError as error:
            result.whole = explain(error, place)
            return result
        try:
            folders = [folder, *(self._root / name for name in problem["builds_on"])]
            with fresh_modules(folders, modules, self._root) as names:
                verdicts: dict[str, Explanation] = {}
                for case in cases:
                    verdict = _run(case, names, place, question)
                    base = verdicts.get(case.after or "")
                    if base and verdict.outcome == base.outcome in ("failed", "error"):
                        verdict = special(verdict, case.after or "")
                    verdicts.setdefault(case.name, verdict)
                    result.cases.append((case.name, verdict))
        except (Exception, SystemExit) as error:
            result.whole = explain(error, place)
        return result


def _run(
    case: PublicCase, names: dict[str, Any], place: Place, question: dict[str, Any]
) -> Explanation:
    file, asked = ", ".join(place.modules), question["objects"]
    try:
        with _seeded(zlib.crc32(f"{question['name']}:{case.name}".encode())):
            case.function(**arguments(case.function, names, file, asked))
    except (Exception, SystemExit) as error:
        return explain(error, place, case.failure_message)
    return Explanation("passed", tuple(_metrics()))


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the random numbers of Python, numpy, torch and the checks."""
    from checks import draw

    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
    with draw.seeded(seed):
        yield


def _metrics() -> list[str]:
    """Return what the case recorded, as `name = number` lines."""
    evidence = sys.modules.get("checks.evidence")
    metrics = evidence.collect().metrics if evidence else {}
    return [f"{name} = {value:.4g}" for name, value in metrics.items()]


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        "check.py", description="Check your work on this assignment, or pack it.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="default: all")
    parser.add_argument("--list", action="store_true", help="list the questions")
    parser.add_argument("--pack", nargs="?", const="", metavar="NAME", help="make the zip")
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
    return grader.run(options.questions)


try:
    grader = LocalGrader()
except (OSError, ValueError):
    sys.exit("assignment.json is missing or damaged; unpack the assignment's zip again.")

if __name__ == "__main__":
    sys.exit(main())
