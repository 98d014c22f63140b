"""Run one case on the student's objects and judge what comes back."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from autograder.course import Question
from autograder.errors import CourseError
from autograder.examine import outcomes
from autograder.examine.outcomes import Sources, Verdict
from autograder.examine.testfiles import Case
from autograder.remote.exceptions import Lost, StudentError
from autograder.remote.object_proxies import RemoteValue
from autograder.remote.sessions import Record, Session
from autograder.remote.worker_session import WorkerSession
from autograder.text import plain_text
from checks import CannotJudge, NotHandedIn, draw
from checks.values import Absent
from data import DataError

WRONG_KIND = "Your code returned a value of the wrong kind for this check."
NO_GRADIENT = (
    "The result of your code has no gradient; do not detach (`.detach()`, `.data`, `.item()`, "
    "`torch.no_grad`), and compute it from the arguments and the parameters."
)


@dataclass
class CaseResult:
    """One case, its verdict, and what a diagnosis needs to replay it."""

    case: Case
    verdict: Verdict
    seed: int = 0
    records: list[Record] = field(default_factory=list)
    cpu_seconds: float = 0.0
    raised_here: bool = False
    carries: frozenset[str] = frozenset()  # own functions that were asked elsewhere
    recognised: str | None = None  # a known mistake that the case itself has recognised
    follows: bool = False  # a wrong answer, accepted since it follows from known mistakes


def seed_of_case(seed: int, problem: str, question: str, case: str) -> int:
    """Return the seed of one case; a case draws the same whatever runs before it."""
    return _hashed(f"{seed}/{problem}/{question}/{case}", 8)


def shared_seed(seed: int) -> int:
    """Return what both sides seed the global generators with.

    A worker that could infer a case's own seed from it would know what ``rng`` draws for the
    grader's eyes only, such as the labels of inputs it is to classify.
    """
    return _hashed(f"shared/{seed}", 4)


def _hashed(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "little")


def run_case(
    case: Case,
    session: WorkerSession,
    seed: int,
    question: Question,
    sources: Sources,
) -> CaseResult:
    """Run one case and return its verdict; raises nothing."""
    limits = question.limits
    session.records.clear()
    session.allow(limits.cpu_seconds, limits.wall_seconds)
    start = time.thread_time()
    result = CaseResult(case, Verdict("passed"), seed)
    try:
        missing = call_case(case, session, seed, question.objects)
        if missing is not None:
            names = session.request("names")
            names = names[:500] if type(names) is list else []
            strings = [n for n in names if type(n) is str and n.isidentifier()]
            result.verdict = outcomes.of_missing_name(missing, question.modules, strings, sources)
            if question.optional and missing in question.objects:
                result.verdict = Verdict(
                    "not_attempted", f"There is no {missing}; this question is optional."
                )
    except StudentError as error:
        result.verdict = outcomes.of_student_error(error, sources, limits.memory_mb, case.hidden)
    except (CannotJudge, CourseError, DataError) as error:
        result.verdict = Verdict("grader_error", outcomes.OUR_FAULT, _shown(error))
    except NotHandedIn as error:
        result.verdict = Verdict("not_attempted", str(error))
    except AssertionError as error:
        result.verdict = _of_failed_check(case, error)
        result.recognised = getattr(error, "mistake", None)
    except Lost as error:
        result.verdict = outcomes.of_lost_worker(error, limits)
    except MemoryError:
        why = "Judging this answer needs more memory than the grader may use."
        result.verdict = Verdict("grader_error", outcomes.OUR_FAULT, why)
    except Exception as error:
        # A value of the wrong kind, or a fault of the grader: a replay of the reference decides.
        text = f"{type(error).__name__}: {_shown(error)}"
        told = NO_GRADIENT if "does not require grad" in text else WRONG_KIND
        result.verdict = Verdict("failed", told, text)
        result.raised_here = True
    if result.verdict.outcome in ("failed", "error"):
        result.records = list(session.records)
    session.records.clear()
    result.cpu_seconds = (time.thread_time() - start) + session.cpu_used()
    return result


def call_case(
    case: Case, session: Session, seed: int, asked: Collection[str] | None = None
) -> str | None:
    """Call the test function on proxies with everything seeded; return a name that is missing.

    Only the names that the question ``asked`` for itself must exist; other questions ask for the
    rest. Without ``asked``, all must.
    """
    shared = shared_seed(seed)
    session.seed(shared)
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.manual_seed(shared)  # torch.manual_seed looks for accelerators
    np.random.seed(shared)
    arguments = {}
    for name in case.arguments:
        try:
            arguments[name] = session.get(name)
        except LookupError:
            if asked is None or name in asked:
                return name
            arguments[name] = Absent(name)
        if type(arguments[name]) is RemoteValue:
            kind = arguments[name]._proxy_of().type_name
            raise AssertionError(
                f"{name} should be a function or a class, but it is of type {kind}"
            )
    with draw.seeded(seed):
        case.function(**arguments)
    return None


def _shown(error: Exception) -> str:
    """Return the text of an exception, which may quote what the student's code returned."""
    return plain_text(str(error), 1000)


def _of_failed_check(case: Case, error: AssertionError) -> Verdict:
    """Return the verdict on a check that failed: the case's own sentence if that was tested.

    Where a value could not even be compared (None, another shape, NaN), that is the headline.
    """
    told = getattr(error, "told", None)
    if told is None:
        return Verdict("failed", case.failure_message, _shown(error) or None)
    words = told if case.hidden else str(error)
    headline = f"Found: {plain_text(words, 1000).rstrip('.')}."
    if getattr(error, "is_the_test", False) and case.failure_message:
        return Verdict("failed", f"{headline} {case.failure_message}", _shown(error))
    return Verdict("failed", headline, _shown(error))
