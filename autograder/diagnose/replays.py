"""Run a case again, on the reference or on the reference with known mistakes in it."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import warnings
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course import Mistake, Problem
from autograder.diagnose import bank
from autograder.diagnose.compare_records import same_records
from autograder.diagnose.shared import Replay, SharedReplays
from autograder.examine.case_run import CaseResult, call_case
from autograder.examine.fixed_files import is_fixed, write_tree
from autograder.remote import proxies
from autograder.remote.local_session import LocalSession, modules_restored
from checks import evidence

Mistakes = tuple[Mistake, ...]  # of one variant; none: the reference
Variant = tuple[str, ...]  # their names


class Replays:
    """Replays of cases of one problem, in this process; the code replayed is trusted.

    Other processes of the run may have done some of them already: these are in ``shared``.
    """

    def __init__(
        self,
        problem: Problem,
        provided: Mapping[str, bytes],
        shared: SharedReplays | None = None,
    ) -> None:
        self._problem, self._shared = problem, shared
        # This process has our own packages already; the others are few and small.
        self._provided = {path: text for path, text in provided.items() if not is_fixed(path)}
        self._folder: Path | None = None
        self._sessions: dict[Variant, LocalSession] = {}
        self._done: dict[tuple[Variant, str, int, tuple[str, ...]], Replay] = {}

    def of(self, mistakes: Mistakes, result: CaseResult) -> Replay:
        """Return the replay of a case on the reference with ``mistakes``; each runs once.

        Raises CourseError if two of the mistakes change the same text.
        """
        names = tuple(mistake.name for mistake in mistakes)
        key = names, result.case.name, result.seed, tuple(sorted(result.carries))
        if key not in self._done:
            in_run = self._problem.name, *key
            replay = self._shared.get(in_run) if self._shared else None
            if replay is None:
                replay = self._run(mistakes, result)
                if self._shared:
                    self._shared.add(in_run, replay)
            self._done[key] = replay
        return self._done[key]

    def _run(self, mistakes: Mistakes, result: CaseResult) -> Replay:
        session = self._session_of(mistakes)
        session.records.clear()
        session.carries = result.carries
        quiet, passed = io.StringIO(), True
        with (
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            evidence.without_figures(),
            warnings.catch_warnings(action="ignore"),  # as in a worker
        ):
            try:
                passed = call_case(result.case, session, result.seed, ()) is None
            except Exception:  # an assertion, or whatever the variant's answer leads to
                passed = False
        evidence.collect()  # no report shows the numbers of a replay
        return Replay(tuple(session.records), passed)

    def agree(self, mistakes: Mistakes, result: CaseResult, names: Sequence[str] = ()) -> bool:
        """Tell whether code with these mistakes answers as the student's code does.

        The form of the numbers does not matter, unless only the form is wrong.
        """
        replay, right = self.of(mistakes, result), self.of((), result)
        if same_records(replay.records, result.records, names):
            return True
        return same_records(
            replay.records, result.records, names, by_value=True
        ) and not same_records(right.records, result.records, names, by_value=True)

    def _session_of(self, mistakes: Mistakes) -> LocalSession:
        """Return a session with the variant's modules loaded into this process."""
        names = tuple(mistake.name for mistake in mistakes)
        if names not in self._sessions:
            sources = bank.apply_all(mistakes, self._problem)
            session = LocalSession(proxies.wrap, proxies.unwrap)
            with modules_restored():
                folder = self._usable_folder()
                write_tree(folder, {file: text.encode() for file, text in sources.items()})
                session.request("load", str(folder), list(self._problem.modules))
            self._sessions[names] = session
        return self._sessions[names]

    def _usable_folder(self) -> Path:
        """Return the folder of the variants, one after another; the judge may have removed it."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix="variants-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            write_tree(self._folder, self._provided)
        return self._folder
