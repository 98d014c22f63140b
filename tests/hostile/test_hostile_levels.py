"""Levels of confinement: what a result claims is active, what is missing is said, or refused."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from attacks import PROBE, number, on_import

from autograder.errors import IsolationError
from autograder.remote.endpoint import Isolation
from autograder.remote.workers import Zygote
from autograder.wire import LAYERS

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
        f"Isolation 'strict' is not available on this machine (landlock: {FAULT}); "
        "use --isolation auto for the layers that are."
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
        "read the course": f"open({str(ROOT / 'autograder/examine/examiner.py')!r}).read()",
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
        "kill it by a thread": f"_call({number('tgkill')}, os.getppid(), os.getppid(), 9)",
        "limit its time": f"_call({number('prlimit64')}, os.getppid(), 0, 0, 0)",
        "signal it by a descriptor": "__import__('fcntl').fcntl(0, 8, os.getppid())",
        "signal with what one likes": "__import__('fcntl').fcntl(0, 10, 9)",
        "slow it down": "os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))",
        "open it": "os.pidfd_open(os.getppid())",
        "connect": "__import__('socket').create_connection(('127.0.0.1', 22))",
        "fork": "os.fork()",
    }
    table = "{%s}" % ", ".join(f"{name!r}: lambda: {code}" for name, code in attempts.items())
    run = attack(on_import(PROBE.replace("TABLE", table)), questions=("affine_forward", "Gate"))
    assert run.result["score"] == 8
    assert run.result["isolation"]["layers"] == list(LANDLOCK_ALONE)
    for line in run.outputs("affine_forward"):  # a line for each worker
        done = {name: what for name, what in json.loads(line).items() if what.startswith("done")}
        assert done == {"control": "done: True", "scratch": "done: 2", "temporary file": "done: 2"}
    assert not Path("/tmp/left-by-a-worker").exists()


def test_a_shared_scratch_folder_is_removed_however_deep_and_locked(attack, landlock_alone):
    """Deeper than Python may recurse and than a path may be long; the fixture looks for leftovers."""
    run = attack(
        on_import(
            """
            import os
            os.chdir(os.environ["TMPDIR"])
            os.mkdir("locked", 0)
            open("file", "w").close()
            for _ in range(1100):
                os.mkdir("deep")
                os.chdir("deep")
            """
        ),
        questions=("affine_forward",),
    )
    assert run.result["score"] == 3


def test_this_machine_has_a_socket_to_refuse():
    """The control for the attacks above: outside a worker they would succeed."""
    with socket.socket():
        assert Path("/etc/passwd").read_text()
