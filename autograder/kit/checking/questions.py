"""Check one question: its modules, what it must not use, and its public cases in their order."""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from .cases import PublicCase, load_cases
from .explain import Explanation, Place, explain, out_of_time, special
from .forbidden import Forbidden, Search, search
from .limits import OutOfTime, no_exit, time_limit
from .output import limited_output
from .report import Result
from .students import arguments, fresh_modules

_MOST_TIME_OUTS = 2
_NOT_RUN = Explanation("out of time", ("Not run, because two checks took too long.",))


class QuestionCheck:
    """The check of one question of a package; ``stuck`` ends the program where nothing else can."""

    def __init__(
        self, root: Path, problem: Mapping[str, Any], question: Mapping[str, Any],
        limited: bool, stuck: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._root, self._problem, self._question = root, problem, question
        self._limited, self._stuck = limited, stuck
        self._folder = root / problem["name"]
        self.place = Place(self._folder, question["modules"])
        self.searched = Search()

    def empty_result(self) -> Result:
        """Return the result before anything has been checked."""
        file = f"{self._problem['name']}/{', '.join(self.place.modules)}"
        return Result(
            self._question["name"], self._question["title"], self._question["optional"], file
        )

    def run(self) -> Result:
        """Return the verdict on every case, or one on the question."""
        result = self.empty_result()
        if self._question["checks"]:
            try:
                result.whole = self._not_ready()
                if result.whole is None:
                    with limited_output():
                        self._run_cases(result)
            except (Exception, SystemExit) as error:
                result.whole = explain(error, self.place)
            except OutOfTime as error:
                result.whole = out_of_time(error.where, self._seconds("import_seconds"))
        return result

    def _not_ready(self) -> Explanation | None:
        """Return why nothing can be run, or None."""
        sources = {}
        for name in self.place.modules:
            if not (self._folder / name).is_file():
                line = f"{self._problem['name']}/{name} is missing: put it back."
                return Explanation("error", (line,))
            sources[name] = (self._folder / name).read_bytes().decode("utf-8-sig", "replace")
        rules = self._question["forbidden"]
        self.searched = search(
            sources, Forbidden(rules["imports"], rules["names"]), self._question["objects"],
            self._own_file,
        )  # fmt: skip
        if self.searched.used:
            return Explanation("forbidden", (self.searched.used,))
        return None

    def _own_file(self, path: str) -> str | None:
        """Return the text of a file of the student's own beside the modules, or None."""
        file = self._folder / path
        if path in self._problem["provided"] or not file.is_file():
            return None
        return file.read_text(encoding="utf-8", errors="replace")

    def _run_cases(self, result: Result) -> None:
        path = self._folder / "tests" / f"{self._question['name']}.py"
        try:
            cases = load_cases(path)
        except (OSError, SyntaxError, ValueError):
            damaged = f"{path.name} is missing or damaged: unpack the assignment's zip again."
            result.whole = Explanation("error", (damaged,))
            return
        for name in self._problem["preload"]:  # as grading does, before the clock starts
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        folders = [self._folder, *(self._root / name for name in self._problem["builds_on"])]
        with contextlib.ExitStack() as stack:
            stack.enter_context(no_exit())
            with self._limit("import_seconds"):
                modules = fresh_modules(folders, self.place.modules, self._root)
                names = stack.enter_context(modules)
            self._judge(cases, names, result)

    def _judge(self, cases: list[PublicCase], names: dict[str, Any], result: Result) -> None:
        verdicts: dict[str, Explanation] = {}
        for case in cases:
            slow = sum(verdict.outcome == "out of time" for _, verdict in result.cases)
            verdict = _NOT_RUN if slow >= _MOST_TIME_OUTS else self._case(case, names)
            base = verdicts.get(case.after or "")
            if base and verdict.outcome == base.outcome in ("failed", "error"):
                verdict = special(verdict, case.after or "")
            verdicts.setdefault(case.name, verdict)
            result.cases.append((case.name, verdict))

    def _case(self, case: PublicCase, names: dict[str, Any]) -> Explanation:
        file, asked = ", ".join(self.place.modules), self._question["objects"]
        seed = zlib.crc32(f"{self._question['name']}:{case.name}".encode())
        try:
            with self._limit("cpu_seconds"), _seeded(seed):
                case.function(**arguments(case.function, names, file, asked))
        except (Exception, SystemExit) as error:
            return explain(error, self.place, case.failure_message)
        except OutOfTime as error:
            return out_of_time(error.where, self._seconds("cpu_seconds"))
        return Explanation("passed", tuple(_metrics()))

    def _limit(self, key: str) -> contextlib.AbstractContextManager[None]:
        seconds = self._seconds(key) if self._limited else None
        return time_limit(seconds, self._line_of, self._stuck)

    def _seconds(self, key: str) -> float:
        return float(self._question["limits"][key])

    def _line_of(self, frame: FrameType | None) -> str:
        return self.place.line_of(frame)


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
