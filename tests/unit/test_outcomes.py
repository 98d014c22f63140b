"""The sentence for every way in which a student's code can end."""

from __future__ import annotations

import signal

import pytest

from autograder.course import Limits
from autograder.examine import outcomes
from autograder.examine.outcomes import Sources, Verdict
from autograder.remote.exceptions import Died, Garbled, Raised, StudentError, TimedOut
from autograder.wire import BROKEN, OUT_OF_MEMORY

LIMITS = Limits(10, 512)
SOURCES = Sources({"work.py": "import numpy as np\nx = 1\n\ndef f():\n    return g()\n"})
IN_F = (("/submission/work.py", 5, "f"),)
PLACE = "(work.py, line 5: `return g()`)"


def told(*types: str, message: str = "", frames=IN_F, sources=SOURCES) -> Verdict:
    raised = Raised(types, message, frames)
    return outcomes.of_student_error(StudentError(raised), sources, 512)


@pytest.mark.parametrize(
    ("types", "message", "outcome", "sentence"),
    [
        (("ValueError",), "too\n small", "error",
         f"Your code raised ValueError: too small {PLACE}."),
        (("KeyError",), "", "error", f"Your code raised KeyError {PLACE}."),
        (("MemoryError",), "", "out_of_memory",
         f"Your code asked for more than the 512 MB of memory that a case may use {PLACE}."),
        (("RuntimeError",), "[enforce fail] can't allocate memory: you tried", "out_of_memory",
         f"Your code asked for more than the 512 MB of memory that a case may use {PLACE}."),
        (("OutOfMemoryError", "RuntimeError"), "CUDA out of memory.", "out_of_memory",
         f"Your code used up the memory of the GPU {PLACE}; use smaller batches, and do not keep "
         "tensors of earlier steps with their graphs."),
        (("NotImplementedError",), "f", "not_attempted",
         f"The part of f is not written yet {PLACE}."),
        (("NotImplementedError",), "no kernel for it", "not_attempted",
         f"The part is not written yet {PLACE}."),
        (("SystemExit",), "", "error", f"Your code calls exit {PLACE}; remove that call."),
        (("KeyboardInterrupt",), "", "error", f"Your code raised KeyboardInterrupt {PLACE}."),
        (("ModuleNotFoundError", "ImportError"), "No module named 'jax'", "error",
         f"No module named 'jax' {PLACE}. You may import Python's standard library, numpy, torch, "
         "torchvision, matplotlib and the files of the assignment."),
        (("WireError",), "a value has more than 200000 parts", "error",
         "The grader cannot read the value that your code returned: a value has more than 200000 "
         "parts."),
    ],
)  # fmt: skip
def test_exceptions(types, message, outcome, sentence):
    assert told(*types, message=message) == Verdict(outcome, sentence)


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"),
    [
        (TimedOut(10, "CPU"), "timeout",
         "This case was stopped after 10 s of computing; look for a loop that never ends or does "
         "far too much work."),
        (TimedOut(60, "wall"), "timeout",
         "This case was stopped after 60 s of waiting; look for a loop that never ends or does "
         "far too much work."),
        (Garbled("a node has no tag"), "error",
         "The grader cannot read what your code sent back: a node has no tag."),
        (Died(OUT_OF_MEMORY), "out_of_memory",
         "Your code asked for more than the 512 MB of memory that a case may use."),
        (Died(-signal.SIGXCPU), "timeout",
         "This case used up the CPU time of the whole question."),
        (Died(-signal.SIGSYS), "error",
         "Your code made a system call that the sandbox does not allow."),
        (Died(-signal.SIGSEGV), "error", "Your code crashed the Python process (SIGSEGV)."),
        (Died(-250), "error", "Your code crashed the Python process (signal 250)."),
        (Died(3), "error",
         "Your code ended the Python process (exit code 3); remove calls such as `exit()`."),
        (Died(None), "error",
         "Your code ended the Python process (exit code None); remove calls such as `exit()`."),
    ],
)  # fmt: skip
def test_lost_workers(error, outcome, sentence):
    assert outcomes.of_lost_worker(error, LIMITS) == Verdict(outcome, sentence)


def test_a_worker_that_was_killed_from_outside_is_no_fault_of_the_student_s():
    """Where the kernel kills it for a limit of its own, its zygote says so."""
    found = outcomes.of_lost_worker(Died(-signal.SIGKILL), LIMITS)
    assert found == Verdict("grader_error", outcomes.OUR_FAULT, outcomes.KILLED)


def test_a_cut_connection_is_explained():
    verdict = outcomes.of_lost_worker(Died(BROKEN), LIMITS)
    assert verdict.outcome == "error"
    assert verdict.message.startswith("Your code cut the connection to the grader; do not close")


def test_what_was_stopped_is_named():
    verdict = outcomes.of_lost_worker(TimedOut(0.5, "CPU"), LIMITS, "Importing your file")
    assert verdict.message.startswith("Importing your file was stopped after 0.5 s of computing;")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["gate", "other"], "There is no `Gate` in a.py or b.py. Did you mean `gate`? Then rename "
         "it."),
        (["GATE"], "There is no `Gate` in a.py or b.py. Did you mean `GATE`? Then rename it."),
        (["door"], "There is no `Gate` in a.py or b.py; add it or restore its name."),
    ],
)  # fmt: skip
def test_a_missing_name_comes_with_the_most_similar_one(names, sentence):
    found = outcomes.of_missing_name("Gate", ["a.py", "b.py"], names, Sources({}))
    assert found == Verdict("error", sentence)


@pytest.mark.parametrize("separator", ["\x0c", "\u2028", "\x1c", "\x85"])
def test_the_line_shown_is_the_one_that_python_counts(separator):
    sources = Sources({"work.py": f"# a{separator}b\nx = 1\n\ndef f():\n    return g()\n"})
    assert sources.locate(Raised(("ValueError",), "", IN_F)) == "work.py, line 5: `return g()`"


def test_the_innermost_line_of_the_student_is_shown():
    frames = (*IN_F, ("/usr/lib/python3/json.py", 3, "loads"))
    assert SOURCES.locate(Raised((), "", frames)) == "work.py, line 5: `return g()`"
    assert SOURCES.locate(Raised((), "", (("work.py", 99, "f"),))) == "work.py, line 99"
    assert SOURCES.locate(Raised((), "", (("/other/homework.py", 1, "f"),))) is None
    assert told("ValueError", frames=()).message == "Your code raised ValueError."


def test_no_function_that_is_asked_for_itself_is_to_be_renamed():
    sources = Sources({"a.py": "def gates(): ..."}, frozenset({"gates"}))
    found = outcomes.of_missing_name("gate", ["a.py"], ["gates"], sources)
    assert found.message == "There is no `gate` in a.py; add it or restore its name."


def test_a_script_in_the_place_of_functions_is_told_what_is_wanted():
    found = outcomes.of_missing_name("fit", ["a.py"], ["x"], Sources({"a.py": "x = 1\nprint(x)"}))
    assert "a.py is a script without functions; the grader calls `fit` in it." in found.message


def test_a_hidden_case_repeats_no_word_of_the_students_code():
    raised = Raised(("Told", "ValueError"), "x = [0.25]", (("/submission/a.py", 2, "f"),))
    sources = Sources({"a.py": "def f(x):\n    raise Told(x)\n"})
    shown = outcomes.of_student_error(StudentError(raised), sources, 256, hidden=True)
    assert shown.message == (
        "Your code raised an exception of its own (a.py, line 2: `raise Told(x)`)."
    )
    assert "x = [0.25]" in shown.detail
