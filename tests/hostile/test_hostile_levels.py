"""Levels of confinement: what a result claims is active, what is missing is said, or refused."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import REFERENCE, on_import
from test_hostile_theft import PROBE

from autograder.errors import IsolationError
from autograder.grade import proxies
from autograder.grade.sessions import Died, TimedOut, WorkerSession
from autograder.grade.workers import Isolation, Zygote
from autograder.worker.confine import LAYERS

ROOT = Path(__file__).parents[2]
FAULT = "the kernel does not know it"
LANDLOCK_ALONE = ("limits", "landlock", "seccomp")


@pytest.fixture
def as_probed(monkeypatch):
    """Start zygotes that find some layers missing; those they use are real."""

    def start(level: str, *missing: str) -> Zygote:
        found = {layer: FAULT if layer in missing else None for layer in LAYERS}
        monkeypatch.setattr(Zygote, "probe", lambda self: found)
        return Zygote(["numpy"], level)

    return start


@pytest.fixture
def landlock_alone(grader, monkeypatch):
    """The grader as on a host without namespaces, such as a container engine's default."""
    if grader.zygote.probe()["landlock"] is not None:
        pytest.skip(f"Landlock: {grader.zygote.probe()['landlock']}")
    monkeypatch.setattr(grader.zygote, "isolation", Isolation("auto", LANDLOCK_ALONE))


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


def test_what_is_active_is_what_a_probe_finds(grader, attack):
    faults = grader.zygote.probe()
    result = attack(questions=("affine_forward",)).result
    active = [layer for layer in LAYERS if faults[layer] is None]
    assert result["isolation"] == {"level": "auto", "layers": active}
    assert {"limits", "seccomp"} <= set(active)


def test_strict_refuses_what_it_cannot_have(as_probed):
    with pytest.raises(IsolationError) as caught:
        as_probed("strict", "landlock")
    assert str(caught.value) == (
        f"Isolation 'strict' is not to be had here (landlock: {FAULT}); "
        "use --isolation auto for the layers there are."
    )


def test_strict_does_without_a_control_group(as_probed):
    with as_probed("strict", "cgroup") as zygote:
        assert set(zygote.isolation.layers) == set(LAYERS) - {"cgroup"}


@pytest.mark.parametrize("missing", [["seccomp"], ["limits"], ["filesystem", "landlock"]])
def test_auto_never_runs_bare(missing, as_probed):
    with pytest.raises(IsolationError) as caught:
        as_probed("auto", *missing)
    assert str(caught.value).startswith("This machine cannot confine a worker (")
    assert FAULT in str(caught.value)
    assert "--isolation none for your own code only." in str(caught.value)


def test_auto_says_which_layers_there_are(as_probed):
    with as_probed("auto", "cgroup", "namespaces", "filesystem", "identity") as zygote:
        assert zygote.isolation == Isolation("auto", LANDLOCK_ALONE)


def test_a_level_that_does_not_exist_is_refused(as_probed):
    with pytest.raises(IsolationError, match="There is no isolation level 'tight'; use auto, "):
        as_probed("tight")


def test_none_works_and_says_so(grader, attack, monkeypatch):
    monkeypatch.setattr(grader.zygote, "isolation", Isolation("none", ("limits",)))
    result = attack().result
    assert result["score"] == 15
    assert result["isolation"] == {"level": "none", "layers": ["limits"]}


def test_without_namespaces_landlock_and_seccomp_hold_the_line(attack, landlock_alone, ground):
    attempts = {
        "control": "len(open(__file__).read()) > 0",
        "scratch": "open(os.environ['TMPDIR'] + '/x', 'w').write('ok')",
        "temporary file": "__import__('tempfile').TemporaryFile().write(b'ok')",
        "read the course": f"open({str(ROOT / 'autograder/grade/examiner.py')!r}).read()",
        "read the users": "open('/etc/passwd').read()",
        "read the kernel's log": "open('/dev/kmsg').read(10)",
        "list shared memory": "os.listdir('/dev/shm')",
        "list other work": f"os.listdir({str(ground)!r})",
        "read the zygote": "open('/proc/%d/environ' % os.getppid()).read()",
        "read its own memory": "open('/proc/self/mem', 'rb').read(1)",
        "write a file": "open('/tmp/left-by-a-worker', 'w')",
        "change a mode": "os.chmod(__file__, 0o777)",
        "change an owner": "os.chown(__file__, 1, 1)",
        "cut a file": "os.truncate(__file__, 0)",
        "kill the zygote": "os.kill(os.getppid(), 9)",
        "kill it by a thread": "_call(234, os.getppid(), os.getppid(), 9)",
        "limit its time": "_call(302, os.getppid(), 0, 0, 0)",
        "signal it by a descriptor": "__import__('fcntl').fcntl(0, 8, os.getppid())",
        "signal with what one likes": "__import__('fcntl').fcntl(0, 10, 9)",
        "slow it down": "os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))",
        "open it": "os.pidfd_open(os.getppid())",
        "connect": "__import__('socket').create_connection(('127.0.0.1', 22))",
        "fork": "os.fork()",
    }
    table = "{%s}" % ", ".join(f"{name!r}: lambda: {code}" for name, code in attempts.items())
    run = attack(on_import(PROBE.replace("TABLE", table)))
    assert run.result["score"] == 15
    assert run.result["isolation"]["layers"] == list(LANDLOCK_ALONE)
    found = json.loads(run.question("affine_forward")["output"])
    done = {name: what for name, what in found.items() if what.startswith("done")}
    assert done == {"control": "done: True", "scratch": "done: 2", "temporary file": "done: 2"}
    assert not Path("/tmp/left-by-a-worker").exists()


def test_a_shared_scratch_folder_is_removed_however_deep_and_locked(attack, landlock_alone):
    """The fixture checks that nothing is left."""
    run = attack(
        on_import(
            """
            import os
            os.chdir(os.environ["TMPDIR"])
            os.mkdir("locked", 0)
            open("file", "w").close()
            for _ in range(1500):
                os.mkdir("deep")
                os.chdir("deep")
            """
        ),
        questions=("affine_forward",),
    )
    assert run.result["score"] == 3


def test_two_workers_do_not_meet(session):
    first = session(
        "import os\nopen('/tmp/mine', 'w').close()\ndef look(): return os.listdir('/tmp')"
    )
    second = session("import os\ndef look(): return os.listdir('/tmp'), os.getuid(), os.getpid()")
    assert first.request("call", first.request("get", "look"), [], {}) == ["mine"]
    files, user, process = second.request("call", second.request("get", "look"), [], {})
    assert files == []
    if os.geteuid() == 0:
        assert (user > 1_000_000_000, process) == (True, 1)


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


def test_an_examiner_does_not_spin_on_a_closed_output(session):
    silent = session(
        "import os, time\ndef f():\n    os.close(1)\n    os.close(2)\n    time.sleep(0.6)"
    )
    function = silent.request("get", "f")
    before = time.process_time()
    silent.request("call", function, [], {})
    assert time.process_time() - before < 0.2


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
        with pytest.raises(IsolationError, match="zygote has died, perhaps for lack of memory"):
            zygote.spawn(str(tmp_path))
        assert os.listdir(zygote._folder) == ["zygote.log"]
        number = zygote._process.pid
    assert list(Path("/sys/fs/cgroup").glob(f"**/worker-{number}-*")) == []
    assert not Path(zygote._folder).exists()


def test_a_killed_grader_takes_its_workers_along(tmp_path):
    """Whatever ends the examiner, no worker goes on."""
    (tmp_path / "work.py").write_text("while True: pass")
    tmp_path.chmod(0o755)
    code = (
        "import sys\nfrom autograder.grade.workers import Zygote\n"
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


AS_USER = """
import json, os, sys, tempfile
from pathlib import Path
from autograder.worker import syscalls as sc

# The interpreter may lie in a home folder that others may not enter: in a mount namespace of
# our own, put an empty, open folder there and the interpreter's own folder back into it.
home = next((str(p) for p in reversed(Path(sys.base_prefix).parents)
             if not p.stat().st_mode & 0o005), None)
if home:
    place = tempfile.mkdtemp()
    sc.unshare(sc.CLONE_NEWNS)
    sc.mount("none", "/", None, sc.MS_REC | sc.MS_PRIVATE)
    sc.mount(sys.base_prefix, place, None, sc.MS_BIND)
    sc.mount("tmpfs", home, "tmpfs", 0, "mode=755")
    os.makedirs(sys.base_prefix)
    sc.mount(place, sys.base_prefix, None, sc.MS_BIND)
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
os.environ["HOME"] = os.environ["TMPDIR"] = sys.argv[1]
os.execv(sys.executable, [sys.executable, "-c", sys.argv[2], *sys.argv[3:]])
"""
GRADE = """
import json, sys
from pathlib import Path
from autograder.grade import batch
from autograder.grade.batch import Job, Settings

course, work = Path(sys.argv[1]), Path(sys.argv[2])
grader = batch.open_grader(Settings(course, "affine", 5, "strict"))
results = {}
with grader.zygote:
    for path in sorted(work.iterdir()):
        results[path.name] = grader.grade(path, work.parent / "results" / path.name)
print(json.dumps(results))
"""


@pytest.mark.slow  # starts a grader of its own
def test_an_ordinary_user_can_confine_as_well(tmp_path, short_course, ground):
    if os.geteuid() != 0:
        pytest.skip("these tests run as an ordinary user already")
    probe = subprocess.run(["unshare", "-m", "true"], capture_output=True)
    if probe.returncode:
        pytest.skip(f"no mount namespace to show the interpreter in: {probe.stderr.decode()}")
    place = ground / "as-user"
    attacks = {
        "a-reference": "",
        "b-exit": "import os; os._exit(0)",
        "c-files": PROBE.replace("TABLE", repr({}).replace("{}", "{%s}" % ", ".join([
            "'home': lambda: os.listdir('/root')", "'users': lambda: open('/etc/passwd').read()",
            f"'tests': lambda: open({str(short_course / 'solutions/affine/affine.py')!r}).read()",
            "'fork': os.fork", "'socket': lambda: __import__('socket').socket()",
            "'process 2': lambda: os.kill(2, 9)", "'user': os.getuid",
        ]))),
        "d-memory": "blob = bytearray(4 << 30)",
        "e-loop": "while True: pass",
    }  # fmt: skip
    for name, code in attacks.items():
        (place / "work" / name).mkdir(parents=True)
        (place / "work" / name / "affine.py").write_text(f"{REFERENCE['affine']}\n\n{code}\n")
    copy = place / "course"
    subprocess.run(["cp", "-r", str(short_course), str(copy)], check=True)
    subprocess.run(["chown", "-R", "65534:65534", str(place)], check=True)
    done = subprocess.run(
        [sys.executable, "-c", AS_USER, str(place), GRADE, str(copy), str(place / "work")],
        capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    subprocess.run(["rm", "-r", str(place)], check=True)
    assert done.returncode == 0, done.stderr[-2000:]
    results = json.loads(done.stdout)
    layers = results["a-reference"]["isolation"]["layers"]
    assert set(LAYERS) - {"cgroup"} <= set(layers)
    assert {name: result["score"] for name, result in results.items()} == {
        "a-reference": 5, "b-exit": 0, "c-files": 5, "d-memory": 0, "e-loop": 0,
    }  # fmt: skip
    outcomes = {n: r["problems"][0]["questions"][0]["outcome"] for n, r in results.items()}
    assert (outcomes["b-exit"], outcomes["d-memory"], outcomes["e-loop"]) == (
        "error", "out_of_memory", "timeout",
    )  # fmt: skip
    found = json.loads(results["c-files"]["problems"][0]["questions"][0]["output"])
    assert found.pop("user") == "done: 65534"
    assert {what for what in found.values() if what.startswith("done")} <= {"done: ['.pyenv']"}


def test_this_machine_has_a_socket_to_refuse():
    """The control for the attacks above: outside a worker they would succeed."""
    with socket.socket():
        assert Path("/etc/passwd").read_text()
