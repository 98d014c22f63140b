"""Give every case of every problem values that no check expects; each must come to a verdict."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.course import Course, Problem, Question
from autograder.diagnose import bank
from autograder.diagnose.replay import Diagnostician
from autograder.examine import testfiles
from autograder.examine.case_run import run_case, seed_of_case
from autograder.examine.fixed_files import fixed_files, write_tree
from autograder.examine.outcomes import Sources
from autograder.prove.answers import is_long
from autograder.remote import proxies
from autograder.remote.local_session import LocalSession, modules_restored
from checks import evidence

from .odd_values import as_received, changed

KEPT = {"get", "load", "drop", "trace"}  # their answers are never a value of the student's
SECONDS = 10.0  # of CPU: a verdict on an odd value never takes longer


@dataclass
class FuzzedSession(LocalSession):
    """A session with the reference in which some answers are exchanged for odd ones."""

    draw: random.Random = field(default_factory=random.Random)
    share: float = 0.0  # of the answers that are exchanged
    asked: set[str] = field(default_factory=set)  # own functions that were asked elsewhere

    def allow(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Do nothing: the code is trusted, and its answers take no time."""

    def cpu_used(self) -> float:
        """Return nothing: it computes in this process."""
        return 0.0

    def elsewhere(self, proxy: Any, at_least: float) -> Any:
        """Return the object behind ``proxy``, whose answers are exchanged too."""
        name = self.name_of(proxy)
        if name is None:
            return None
        self.asked.add(name)
        aside = replace(self, records=[], _names={}, _found={})
        return aside.get(name)

    def request(self, operation: str, *arguments: Any) -> Any:
        """Send one request, and exchange its answer now and then."""
        value = super().request(operation, *arguments)
        if operation in KEPT or self.draw.random() >= self.share:
            return value
        odd = as_received(self, changed(value, self.draw))
        if self.records:
            self.records[-1] = replace(self.records[-1], outcome=odd)
        return odd


@dataclass(frozen=True)
class Fault:
    """A value that was not judged: where, and what came of it."""

    where: str
    round: int
    what: str


def fuzz(
    course: Course, name: str, rounds: int, first: int = 0
) -> tuple[Counter[str], list[Fault]]:
    """Judge ``rounds`` odd answers in each short case of a problem; return outcomes and faults."""
    problem = course.problem(name)
    session = _session(course, problem)
    diagnostician = Diagnostician(problem, fixed_files(course, problem))
    outcomes: Counter[str] = Counter()
    faults: list[Fault] = []
    for question in problem.questions:
        if is_long(question):
            continue
        for case in testfiles.load(question.test_file).cases:
            for number in range(first, first + rounds):
                found = _judge(session, diagnostician, problem, question, case, number)
                if found[0] == "slow":  # without the mistakes that had to be replayed first
                    found = _judge(session, diagnostician, problem, question, case, number)
                outcomes[found[0]] += 1
                if found[1]:
                    faults.append(Fault(f"{name}.{question.name}.{case.name}", number, found[1]))
    return outcomes, faults


def _judge(
    session: FuzzedSession, diagnostician: Diagnostician, problem: Problem, question: Question,
    case: testfiles.Case, number: int,
) -> tuple[str, str | None]:  # fmt: skip
    """Run one case on odd answers and look for known mistakes; return its outcome and a fault."""
    seed = seed_of_case(0, problem.name, question.name, case.name)
    session.draw = random.Random(f"{number}/{question.name}/{case.name}")
    session.asked.clear()
    session.share = session.draw.choice([0.05, 0.3, 1.0])
    start = time.thread_time()
    try:
        with _quiet():
            result = run_case(case, session, seed, question, Sources({}))
            result.carries = frozenset(session.asked)
            said = result.verdict
            diagnostician.explain(question, [result])
    except BaseException as error:  # what a submission could do to the process that judges
        return "exception", f"{type(error).__name__}: {error}"[:300]
    finally:
        evidence.collect()
    taken = time.thread_time() - start
    if said.outcome == "grader_error":
        return said.outcome, said.detail
    if taken > SECONDS:
        return "slow", f"{taken:.1f} s of CPU"
    return said.outcome, None


def _session(course: Course, problem: Problem) -> FuzzedSession:
    """Return a session with the reference of a problem."""
    session = FuzzedSession(proxies.wrap, proxies.unwrap)
    with tempfile.TemporaryDirectory() as folder, modules_restored():
        texts = {file: text.encode() for file, text in bank.reference(problem).items()}
        write_tree(Path(folder), fixed_files(course, problem), texts)
        session.request("load", folder, list(problem.modules))
    return session


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    quiet = io.StringIO()
    with (
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
        warnings.catch_warnings(action="ignore"),
    ):
        yield
