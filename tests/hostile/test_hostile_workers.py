"""Single workers under attack: time, memory, descriptors, and how they end."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import IsolationError
from autograder.remote import patience, process, proxies, worker_session
from autograder.remote.exceptions import Died, Stopped, TimedOut
from autograder.remote.worker_session import CHUNK, OUTPUT_LIMIT, WorkerSession
from autograder.remote.workers import Zygote
from autograder.wire import memory_groups
from autograder.worker import mounts


@pytest.fixture
def session(grader, tmp_path, ground):
    """Return a function that starts a worker with a module and gives its session."""
    tmp_path.chmod(0o711)
    started: list[WorkerSession] = []

    def start(code: str, **limits: int) -> WorkerSession:
        folder = tmp_path / f"work-{len(started)}"
        folder.mkdir()
        (folder / "work.py").write_text(code)
        worker = grader.zygote.spawn(str(folder), **limits)
        made = WorkerSession(proxies.wrap, proxies.unwrap, worker=worker)
        started.append(made)
        made.allow(5, 10)
        made.request("load", worker.submission, ["work.py"])
        return made

    yield start
    for made in started:
        made.end()


def test_two_workers_do_not_meet(session):
    first = session(
        "import os\nopen('/tmp/mine', 'w').close()\ndef look(): return os.listdir('/tmp')"
    )
    second = session("import os\ndef look(): return os.listdir('/tmp'), os.getuid(), os.getpid()")
    seen = first.request("call", first.request("get", "look"), [], {})
    files, user, process = second.request("call", second.request("get", "look"), [], {})
    assert set(seen) - set(files) == {"mine"}
    assert set(files) <= _environment_below("/tmp")
    if os.geteuid() == 0:
        assert (user > 1_000_000_000, process) == (True, 1)


def _environment_below(folder: str) -> set[str]:
    """Return the folders at the top of ``folder`` in which this interpreter lies."""
    return {
        Path(path).relative_to(folder).parts[0]
        for path in mounts.readable_paths()
        if Path(path).is_relative_to(folder)
    }


def test_a_worker_that_does_not_read_is_stopped_in_time(session):
    """A frame larger than the socket's buffer must not keep the examiner writing for ever."""
    deaf = session(
        "import time\nfrom autograder.worker import serve\n"
        "serve._read_frame = lambda descriptor: time.sleep(3600)\n"
    )
    deaf.allow(5, 0.5)
    start = time.monotonic()
    with pytest.raises(TimedOut):
        deaf.request("call", 1, [np.zeros(1 << 22)], {})
    assert time.monotonic() - start < 3
    assert deaf.worker.is_closed


def test_the_examiner_s_own_time_is_not_the_student_s(session):
    quick = session("def f(): return 1")
    function = quick.request("get", "f")
    quick.allow(5, 0.3)
    for _ in range(3):
        time.sleep(0.2)
        assert quick.request("call", function, [], {}) == 1


def test_what_the_examiner_sleeps_through_is_not_the_student_s(session, monkeypatch):
    """It may have been stopped itself, by Ctrl-Z or with the whole machine."""
    slow = session("import time\ndef f():\n    time.sleep(0.3)\n    return 1")
    function = slow.request("get", "f")
    slow.allow(5, 2.5)
    select, gaps = worker_session.select.select, [100.0]

    def paused(*arguments):
        ready = select(*arguments)
        clock.ahead += gaps.pop() if gaps else 0
        return ready

    clock = types.SimpleNamespace(ahead=0.0)
    clock.monotonic = lambda: time.monotonic() + clock.ahead
    monkeypatch.setattr(worker_session, "select", types.SimpleNamespace(select=paused))
    monkeypatch.setattr(worker_session, "time", clock)
    assert slow.request("call", function, [], {}) == 1
    assert clock.ahead == 100


def test_a_worker_that_is_stopped_from_outside_is_given_up(session, monkeypatch):
    monkeypatch.setattr(worker_session, "STOPPED_SECONDS", 0.2)
    idle = session("def f(): return 1")
    function = idle.request("get", "f")
    os.kill(idle.worker.pid, signal.SIGSTOP)
    with pytest.raises(Stopped):
        idle.request("call", function, [], {})
    assert idle.worker.is_closed


def test_a_worker_whose_zygote_does_not_tell_how_it_ended_was_killed(session, monkeypatch):
    monkeypatch.setattr(process, "TOLD_SECONDS", 0.1)
    made = session("import os\ndef f():\n    os._exit(3)")
    function = made.request("get", "f")
    monkeypatch.setattr(made.worker, "wait", functools.partial(made.worker.wait, 0.1))
    select = process.select.select

    def silent(read, write, faulty, seconds):
        read = [one for one in read if one is not made.worker.status]
        return select(read, write, faulty, seconds)

    monkeypatch.setattr(process, "select", types.SimpleNamespace(select=silent))
    with pytest.raises(Died) as error:
        made.request("call", function, [], {})
    assert error.value.exit_code == -signal.SIGKILL


def test_an_examiner_does_not_spin_on_a_closed_output(session):
    silent = session(
        "import os, time\ndef f():\n    os.close(1)\n    os.close(2)\n    time.sleep(0.6)"
    )
    function = silent.request("get", "f")
    before = time.process_time()
    silent.request("call", function, [], {})
    assert time.process_time() - before < 0.2


def test_an_endless_flood_of_output_is_not_read(session):
    flooding = session("def f():\n    while True: print('x' * 10_000)")
    flooding.allow(0.5, 10)
    with pytest.raises(TimedOut):
        flooding.request("call", flooding.request("get", "f"), [], {})
    assert len(flooding.output) == OUTPUT_LIMIT
    assert flooding.printed <= OUTPUT_LIMIT + CHUNK


def test_what_is_printed_after_a_flood_is_kept_for_the_next_question(session):
    chatty = session("def f(): print('x' * 10**6)\ndef g(): print('next question')")
    chatty.request("call", chatty.request("get", "f"), [], {})
    chatty.forget()
    chatty.request("call", chatty.request("get", "g"), [], {})
    chatty.keep_output()
    assert bytes(chatty.output) == b"next question\n"


def test_much_output_is_complete_while_it_is_read(session):
    lines = session("def f():\n    for line in range(8_000): print(f'{line:7}')")
    lines.request("call", lines.request("get", "f"), [], {})
    lines.keep_output()
    assert lines.output.split() == [str(line).encode() for line in range(8_000)]


def test_a_worker_s_memory_is_taken_back_by_the_kernel(session):
    """What private memory does not count, the control group or the address space does."""
    greedy = session(
        "import mmap\nkept = []\ndef f():\n    while True:\n        m = mmap.mmap(-1, 16 << 20)\n"
        "        m[::4096] = b'x' * 4096\n        kept.append(m)\n",
        memory_mb=128,
    )
    function = greedy.request("get", "f")
    with pytest.raises((OSError, Died)):
        greedy.request("call", function, [], {})


def test_a_dead_zygote_is_a_clear_error_and_leaves_no_group(tmp_path, ground):
    with Zygote(["numpy"], "auto") as zygote:
        os.kill(zygote._process.pid, signal.SIGKILL)
        zygote._process.wait()
        tmp_path.chmod(0o755)
        with pytest.raises(
            IsolationError, match="zygote of the workers has died, perhaps for lack of memory"
        ):
            zygote.spawn(str(tmp_path))
        assert os.listdir(zygote._folder) == ["zygote.log"]
        number = zygote._process.pid
    assert list(memory_groups._group_root().glob(f"worker-{number}-*")) == []
    assert not Path(zygote._folder).exists()


def test_a_killed_grader_takes_its_workers_along(tmp_path):
    """Whatever ends the examiner, no worker goes on."""
    (tmp_path / "work.py").write_text("while True: pass")
    tmp_path.chmod(0o755)
    code = (
        "import sys\nfrom autograder.remote.workers import Zygote\n"
        f"zygote = Zygote(['numpy'])\nworker = zygote.spawn({str(tmp_path)!r})\n"
        "print(zygote._process.pid, worker.pid, zygote._folder, flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        zygote, worker, folder = process.stdout.readline().split()
        assert Path(f"/proc/{zygote}").exists()
        assert Path(f"/proc/{worker}").exists()
        process.kill()
    end = time.monotonic() + 5
    while any(_runs(int(pid)) for pid in (zygote, worker)):
        assert time.monotonic() < end, "a process outlives the examiner"
        time.sleep(0.02)
    subprocess.run(["rm", "-r", folder], check=True)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_an_environment_below_the_scratch_folder_stays_visible(tmp_path, grader):
    """A virtual environment may lie below /tmp, where the worker's own scratch folder goes."""
    if grader.zygote.probe()["filesystem"] is not None:
        pytest.skip(f"no file tree of its own: {grader.zygote.probe()['filesystem']}")
    for name in ("stage", "work", "packages"):
        (tmp_path / name).mkdir()
    (tmp_path / "packages" / "late.py").write_text("")
    code = (
        "import os\nfrom autograder.worker import mounts, syscalls\n"
        "syscalls.unshare(syscalls.CLONE_NEWNS)\n"
        f"mounts.build_tree({str(tmp_path / 'stage')!r}, {str(tmp_path / 'work')!r}, 1, "
        f"[{str(tmp_path / 'packages')!r}], {{}}, [])\n"
        f"print(os.listdir({str(tmp_path / 'packages')!r}), os.getcwd())\n"
    )
    if os.geteuid() != 0:
        code = code.replace("CLONE_NEWNS)", "CLONE_NEWNS | syscalls.CLONE_NEWUSER)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "['late.py'] /tmp\n", done.stderr


def test_who_sleeps_in_every_question_is_awaited_once(attack, monkeypatch):
    """The first question uses up the patience; in each other one little more is waited."""
    monkeypatch.setattr(patience.Patience.__init__, "__defaults__", (0.3,))
    monkeypatch.setattr(patience, "LEAST_SECONDS", 0.1)
    sleeping = (
        "import time\n\ndef attention(q, k, v):\n    time.sleep(99)\n\n"
        "class Gate:\n    def __init__(self, size):\n        time.sleep(99)\n"
    )
    run = attack(attention=sleeping, questions=("attention", "Gate"))
    assert run.outcomes() == {"attention": "timeout", "Gate": "timeout"}
    assert "look for a sleep" in run.sentence("Gate")
    assert run.seconds < 8  # the limits of the cases alone would take 40


def test_a_wait_for_a_processor_is_not_idle(session):
    """Other processes hold the only processor of a worker that computes, then one that sleeps."""
    made = session(
        "import time\n\ndef compute():\n    end = time.process_time() + 0.3\n"
        "    while time.process_time() < end:\n        pass\n\n"
        "def sleep():\n    time.sleep(0.5)\n"
    )
    one = {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(made.worker.pid, one)
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for hog in hogs:
            os.sched_setaffinity(hog.pid, one)
        before, start = made.worker.queued_seconds(), time.monotonic()
        made.request("call", made.request("get", "compute"), [], {})
        waited, queued = time.monotonic() - start, made.worker.queued_seconds() - before
        assert queued > 0.2
        assert patience.idle(waited, 0.3, queued) < 0.5 * queued
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    before = made.worker.queued_seconds()
    made.request("call", made.request("get", "sleep"), [], {})
    assert made.worker.queued_seconds() - before < 0.4


def test_who_computes_on_a_busy_machine_uses_up_no_patience():
    own = patience.Patience(10)
    own.spend(waited=60, computed=8)
    assert own.left() == 10
    own.spend(waited=60, computed=7)
    assert own.left() == 6
    own.spend(waited=60, computed=1, queued=59)  # slower than SLOWDOWN, but always ready to run
    assert own.left() == 6
    own.spend(waited=60, computed=0)
    assert own.left() == patience.LEAST_SECONDS
