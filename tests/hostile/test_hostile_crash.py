"""Code that exits, loops, floods or dies: each its own outcome and sentence, others unharmed."""

from __future__ import annotations

import pytest
from attacks import REFERENCE, in_call, on_import

from autograder.course import Limits

EXIT = "Your code ended the Python process (exit code"
MEMORY = "Your code asked for more than the 256 MB of memory that a case may use"
CUT = "Your code cut the connection to the grader"
SOME = ("affine_forward", "affine_backward", "Gate")
FLOOD = "Your code printed more than 64 KiB; only the first 64 KiB are kept."
LOOP = "look for a loop that never ends or does far too much work."

AT_IMPORT = {
    "sys.exit": ("import sys; sys.exit('bye')", "error", "Your code calls exit (affine.py, line "),
    "os._exit": ("import os; os._exit(0)", "error", EXIT),
    "abort": ("import os; os.abort()", "error", "Your code crashed the Python process (SIG"),
    "null pointer": (
        "import ctypes; ctypes.string_at(0)", "error", "crashed the Python process (SIGSEGV)",
    ),
    "kill itself": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "error", "PermissionError",
    ),
    "endless loop": ("while True: pass", "timeout", LOOP),
    "endless recursion": ("def f(): f()\nf()", "error", "Your code raised RecursionError"),
    "memory": ("blob = bytearray(4 << 30)", "out_of_memory", MEMORY),
    "absent module": (
        "import tensorflow", "error",
        "No module named 'tensorflow' (affine.py, line 22: `import tensorflow`). You may import",
    ),
    "own exception": ("class Odd(Exception): pass\nraise Odd('x')", "error", "raised Odd: x ("),
    "keyboard interrupt": ("raise KeyboardInterrupt", "error", "KeyboardInterrupt"),
    "not written": ("raise NotImplementedError", "not_attempted", "is not written yet"),
    "closed wire": ("import os; os.closerange(0, 1000)", "error", CUT),
    "signals ignored, then a loop": (
        """
        import signal
        for number in range(1, 65):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, lambda *_: None)
        while True: pass
        """,
        "timeout", LOOP,
    ),
}  # fmt: skip
IN_CALL = {
    "sys.exit": ("import sys; sys.exit(3)", "error", "Your code calls exit (affine.py, line "),
    "os._exit": ("import os; os._exit(3)", "error", EXIT + " 3)"),
    "abort": ("import os; os.abort()", "error", "crashed the Python process (SIG"),
    "endless loop": ("while True: pass", "timeout", "This case was stopped after 1 s of comput"),
    "one call of C that no signal interrupts": (
        "import re; re.match('(a+)+$', 'a' * 40 + 'b')", "timeout", "stopped after 1 s of comput",
    ),
    "endless recursion": ("def f(): f()\nf()", "error", "Your code raised RecursionError"),
    "recursion without a limit": (
        "import sys; sys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): "
        "return repr(self)\nrepr(A())",
        "error", "crashed the Python process (SIGSEGV)",
    ),
    "memory of numpy": ("np.ones(1 << 29)", "out_of_memory", MEMORY),
    "memory bit by bit": (
        "hoard = []\nwhile True: hoard.append(bytearray(1 << 24))", "out_of_memory", MEMORY,
    ),
    "memory that stays": (
        "import sys\nsys.hoard = []\nfor size in (1 << 20, 1 << 12):\n    try:\n"
        "        while True: sys.hoard.append(bytes(size))\n    except MemoryError: pass",
        "out_of_memory", MEMORY,
    ),
    "memory in a shared mapping": (
        "import mmap\nm = mmap.mmap(-1, 4 << 30)\nfor i in range(0, 4 << 30, 4096): m[i] = 1",
        "out_of_memory", MEMORY,
    ),
    "a file of 4 GB": (
        "with open('/tmp/big', 'wb') as f:\n    for _ in range(4096): f.write(bytes(1 << 20))",
        "error", "File too large",
    ),
    "files of 4 GB": (
        "for i in range(64):\n    with open(f'/tmp/{i}', 'wb') as f: f.write(bytes(64 << 20))",
        "error", "No space left on device",
    ),
    "a million files": (
        "for i in range(10**6): open(f'/tmp/{i}', 'w').close()", "error", "No space left on device",
    ),
    "a million open files": (
        "kept = [open('/dev/null') for _ in range(10**6)]", "error", "Too many open files",
    ),
    "closed wire": ("import os; os.closerange(3, 1000)", "error", CUT),
    "closed wire, then asleep": (
        "import os, time\nos.closerange(3, 1000)\ntime.sleep(60)", "error", CUT,
    ),
    "standard streams closed": (
        "import os\nfor d in (0, 1, 2): os.close(d)\nos.close(2)", "error", "Bad file descriptor",
    ),
    "an alarm that raises": (
        "import signal, time\ndef ring(*_): raise ValueError('ring')\n"
        "signal.signal(signal.SIGALRM, ring)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.001)\n"
        "time.sleep(1)",
        "error", "Your code",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AT_IMPORT)
def test_at_import(name, attack):
    code, outcome, sentence = AT_IMPORT[name]
    run = attack(on_import(code), questions=SOME)
    for question in ("affine_forward", "affine_backward"):
        assert run.outcomes()[question] == outcome
        assert sentence in run.sentence(question)
        assert run.question(question)["message"] == run.sentence(question)
    assert run.scores() == {"affine_forward": 0, "affine_backward": 0, "Gate": 5}
    assert run.seconds < 10


@pytest.mark.parametrize("name", IN_CALL)
def test_in_a_call(name, attack):
    code, outcome, sentence = IN_CALL[name]
    run = attack(in_call(code), questions=SOME)
    assert run.outcomes()["affine_backward"] == outcome
    assert sentence in run.details("affine_backward")
    assert run.scores() == {"affine_forward": 3, "affine_backward": 0, "Gate": 5}
    assert run.seconds < 10


def test_a_call_that_sleeps_is_not_awaited(attack, monkeypatch):
    monkeypatch.setattr(Limits, "wall_seconds", property(lambda limits: 0.6))
    run = attack(in_call("import time; time.sleep(3600)"), questions=("affine_backward",))
    assert run.outcomes() == {"affine_backward": "timeout"}
    assert run.sentence("affine_backward").startswith("This case was stopped after 0.6 s of wait")


def test_an_import_that_sleeps_is_not_awaited(attack, monkeypatch):
    monkeypatch.setattr(Limits, "import_wall_seconds", property(lambda limits: 1.5))
    run = attack(on_import("import time; time.sleep(3600)"), questions=SOME)
    for question in ("affine_forward", "affine_backward"):
        assert run.outcomes()[question] == "timeout"
        assert "Importing your file was stopped after 1.5 s of wait" in run.sentence(question)
    assert run.scores() == {"affine_forward": 0, "affine_backward": 0, "Gate": 5}


def test_time_outs_end_a_question_and_later_questions_sooner(attack):
    loops = (
        "def attention(q, k, v):\n    while True: pass\n\n"
        "class Gate:\n    def __init__(self, size):\n        while True: pass\n"
    )
    run = attack(attention=loops, questions=(*SOME[:1], "attention", "Gate"))
    said = {
        name: [case["message"] for case in run.question(name)["cases"]]
        for name in ("attention", "Gate")
    }
    assert [("was stopped after" in text) for text in said["attention"]] == [True, True, False]
    assert said["attention"][2] == "Not tried: 2 cases of this question took too long already."
    assert [("was stopped after" in text) for text in said["Gate"]] == [True, False, False]
    assert said["Gate"][1].endswith("took too long, as cases of an earlier question did.")
    assert run.outcomes()["affine_forward"] == "passed"


def test_torch_s_memory_has_the_same_limit(attack):
    text = REFERENCE["attention"].replace("    scores =", "    torch.ones(1 << 30)\n    scores =")
    run = attack(attention=text, questions=("attention", "Gate"))
    assert run.outcomes()["attention"] == "out_of_memory"
    assert MEMORY in run.sentence("attention")
    assert run.scores()["Gate"] == 5


@pytest.mark.parametrize("where", [in_call, on_import])
def test_200_mb_of_output_are_cut_and_cost_nothing(where, attack):
    run = attack(where("import sys\nfor _ in range(200): sys.stdout.write('x' * 1000000 + '\\n')"))
    assert run.result["score"] == 15
    question = run.question("affine_backward")
    assert len(question["output"]) == 2**16
    assert question["message"] == FLOOD


def test_output_that_is_no_text_is_shown_as_far_as_it_goes(attack):
    run = attack(in_call("import os\nos.write(1, b'a\\xff\\x00\\x1b[2Jz')"))
    assert run.result["score"] == 15
    assert run.question("affine_backward")["output"] == "a\ufffd\x00\x1b[2Jz"


def test_output_is_cut_over_all_cases_of_a_question(attack):
    flood = "import os\nos.write(1, b'\\xff' * 60000)\nos._exit(1)"
    run = attack(in_call(flood, "affine_forward"), questions=("affine_forward",))
    question = run.question("affine_forward")
    assert len(question["output"]) == 2**16
    assert question["message"] == FLOOD


def test_output_survives_the_worker_that_wrote_it(attack):
    run = attack(in_call("import os\nprint('before the end')\nos._exit(1)"))
    assert run.question("affine_backward")["output"] == "before the end\n"


def test_closed_streams_alone_cost_nothing(attack):
    run = attack(on_import("import os\nfor descriptor in (0, 1, 2): os.close(descriptor)"))
    assert run.result["score"] == 15


def test_threads_that_keep_running_die_with_the_worker(attack):
    run = attack(
        on_import(
            """
            import threading, time
            def spin():
                while True: time.sleep(0.001)
            for _ in range(8): threading.Thread(target=spin, daemon=True).start()
            """
        )
    )
    assert run.result["score"] == 15


def test_a_thread_that_exits_later_hurts_one_case_at_most(attack):
    late = "import os, threading\nthreading.Timer(0.02, os._exit, [0]).start()\ntime.sleep(5)"
    run = attack(in_call("import time\n" + late))
    assert run.sentence("affine_backward").startswith(EXIT)
    assert run.scores()["affine_forward"] == 3


def test_the_number_of_threads_is_limited(attack):
    run = attack(
        on_import(
            """
            import threading, time
            threading.stack_size(65536)
            count = 0
            try:
                while count < 5000:
                    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                    count += 1
            except RuntimeError:
                print("stopped at", count)
            """
        )
    )
    assert run.result["score"] == 15
    assert 100 < int(run.question("affine_forward")["output"].split()[-1]) < 600


def test_one_question_s_ruin_is_not_the_next_one_s(attack):
    """Each question has a worker of its own, and each case after a lost one."""
    text = REFERENCE["attention"].replace(
        "scores = q", "import os\n    if q.dtype.itemsize == 4: os._exit(1)\n    scores = q"
    )
    run = attack(attention=text)
    cases = run.question("attention")["cases"]
    assert [case["outcome"] for case in cases] == ["error", "error", "passed"]
    assert run.scores()["Gate"] == 5


def test_memory_below_the_limit_is_granted(attack):
    """The limit counts what the student's code takes, not what the libraries have taken."""
    run = attack(in_call("blob = np.zeros(25 << 20)\nassert blob[::512].sum() == 0"))
    assert run.result["score"] == 15
