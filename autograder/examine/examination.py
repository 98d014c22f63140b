"""One question while it is examined: which worker runs a case, and what the workers leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.errors import KitError
from autograder.examine.case_run import CaseResult, run_case
from autograder.examine.outcomes import Sources, Verdict
from autograder.examine.testfiles import Case
from autograder.remote.worker_session import OUTPUT_LIMIT, WorkerSession
from checks import CannotJudge

if TYPE_CHECKING:
    from autograder.course import Question
    from autograder.examine.examiner import Examiner, Prepared, QuestionResult, Role

ROUNDING = 1e-9


class Examination:
    """One question while it is examined: its workers by role, and what they leave."""

    def __init__(
        self, examiner: Examiner, prepared: Prepared, question: Question, result: QuestionResult
    ) -> None:
        self._examiner, self._prepared = examiner, prepared
        self._question, self._result = question, result
        asked = (name for q in prepared.problem.questions for name in q.objects)
        self._sources = Sources(prepared.sources, frozenset(asked), question.forbidden)
        self._sessions: dict[Role, WorkerSession] = {}
        self._carries: set[str] = set()
        self.timeouts = 0

    def run(self, case: Case) -> CaseResult:
        """Run one case in the worker for its kind."""
        role: Role = "hidden" if case.hidden else "public"
        session, fault = self._session(role)
        if session is None or fault is not None:
            self._result.message = fault.message if fault else None
            return CaseResult(case, fault or Verdict("error"))
        self._carries.clear()
        session.ask_elsewhere = self._ask_elsewhere
        seed = self._examiner.seed_of(self._prepared, self._question, case.name)
        run = run_case(case, session, seed, self._question, self._sources)
        run.carries = frozenset(self._carries)
        self._result.cpu_seconds += run.cpu_seconds
        if self._lost_to_us() and self._examiner.once_more(self._prepared):
            return self.run(case)
        self.timeouts += run.verdict.outcome == "timeout"
        if run.verdict.outcome in ("timeout", "out_of_memory"):
            session.end()
        return run

    def finish(self) -> None:
        """Take what was printed and hand the workers back."""
        for role in list(self._sessions):
            self._release(role)

    def _session(self, role: Role) -> tuple[WorkerSession | None, Verdict | None]:
        session = self._sessions.get(role)
        if session is not None and not session.worker.is_closed:
            return session, None
        self._release(role)
        session, fault = self._examiner.open(self._prepared, self._question, role)
        if session is not None:
            self._sessions[role] = session
        return session, fault

    def _lost_to_us(self) -> bool:
        """Tell whether a worker of this case was lost, perhaps not by the student's code."""
        lost = [session.lost for session in self._sessions.values()]
        return any(error.may_be_ours for error in lost if error is not None)

    def _release(self, role: Role) -> None:
        """Give up a worker's session; what was printed is kept for the report."""
        session = self._sessions.pop(role, None)
        if session is None:
            return
        session.keep_output()
        if role != "elsewhere":
            printed = session.output.decode("utf-8", "replace")
            self._result.output = (self._result.output + printed)[:OUTPUT_LIMIT]
            self._result.printed += session.printed
        self._examiner.keep(session, self._prepared, self._question, role)

    def _ask_elsewhere(self, name: str, at_least: float) -> Any:
        """Return ``name`` in a worker that saw no case; None if too little was earned."""
        if self._examiner.earned(self._prepared, self._question, name) < at_least - ROUNDING:
            return None
        try:
            session, fault = self._session("elsewhere")
        except KitError as error:  # no worker starts, and the check that asks must not judge
            raise CannotJudge(str(error)) from error
        if fault is not None and fault.outcome == "grader_error":
            raise CannotJudge(fault.detail)
        if session is None or fault is not None:
            return None
        limits = self._question.limits
        session.allow(limits.cpu_seconds, limits.wall_seconds)
        try:
            found = session.get(name)
        except LookupError:
            return None
        self._carries.add(name)
        return found
