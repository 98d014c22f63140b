"""Code that looks for tests, answers, other people's work and ways out: it finds none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attacks import PROBE, REFERENCE, SMALL, in_call, number, on_import

ROOT = Path(__file__).parents[2]


def probed(attack, attempts: dict[str, str]) -> dict[str, str]:
    """Return what came of each attempt, made while the student's module is imported."""
    table = "{%s}" % ", ".join(f"{name!r}: lambda: {code}" for name, code in attempts.items())
    run = attack(on_import(PROBE.replace("TABLE", table)), questions=("affine_forward",))
    assert run.result["score"] == 3
    first, *others = map(json.loads, run.outputs("affine_forward"))  # a line for each worker
    assert all(set(other) == set(first) for other in others)
    return {
        name: max(
            (other[name] for other in (first, *others)), key=lambda what: what.startswith("done")
        )
        for name in first
    }


def test_files_of_the_host_cannot_be_read(attack, short_course, ground, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "affine.py").write_text(REFERENCE["affine"])
    paths = [
        short_course / "solutions/affine/questions/affine_forward.py",
        short_course / "solutions/affine/affine.py",
        SMALL / "solutions/affine/affine.py",
        ROOT / "autograder/worker/serve.py", ROOT / "autograder/examine/examiner.py",
        ROOT / "README.md", ROOT / "pyproject.toml", ROOT / "data/__init__.py", ROOT / ".git/config",
        tmp_path / "other/affine.py", Path("/etc/passwd"), Path("/etc/shadow"), Path("/etc/hosts"),
        Path("/proc/self/mem"), Path("/proc/self/maps"), Path("/proc/self/environ"),
        Path("/proc/self/mountinfo"), Path("/proc/1/cmdline"), Path("/dev/kmsg"), Path("/dev/tty"),
    ]  # fmt: skip
    folders = [ROOT, ROOT / "autograder", ROOT / "solutions", ground, tmp_path, "/proc", "/sys",
               "/etc/ssl", "/home", "/var", "/dev/shm", "/run"]  # fmt: skip
    attempts = {f"open {path}": f"open({str(path)!r}, 'rb').read(9)" for path in paths}
    attempts |= {f"list {path}": f"len([n for n in os.listdir({str(path)!r}) if n[0] != '.'])"
                 for path in folders}  # fmt: skip
    attempts["control: open"] = "len(open(__file__).read()) > 0"
    found = probed(attack, attempts)
    assert found.pop("control: open") == "done: True"
    refused = ("FileNotFoundError", "PermissionError", "OSError", "NotADirectoryError", "done: 0")
    assert {name: what for name, what in found.items() if what not in refused} == {}


def test_a_walk_over_all_that_is_visible_meets_nothing_of_the_course(attack):
    code = """
        import json, os, re
        met = []
        for base, folders, files in os.walk("/"):
            if base.startswith(("/usr", "/lib", "/proc")): folders[:] = []
            if "site-packages" in base or "python3." in base: folders[:] = []
            met += [os.path.join(base, name) for name in files]
        telling = ("question|solution|holdout|mistake|written|right_answer|oracle|tests.support|calibration"
                   "|threshold|problem.toml|affine|attention")
        print(json.dumps([path for path in met if re.search(telling, path)]))
        """
    run = attack(on_import(code))
    met = sorted({path for line in run.outputs("affine_forward") for path in json.loads(line)})
    assert sorted(met) == ["/submission/affine.py", "/submission/attention.py"]


def test_nothing_outside_the_scratch_folder_can_be_changed(attack):
    found = probed(attack, {
        "root": "open('/new', 'w')", "submission": "open(__file__, 'a')",
        "beside": "open(os.path.dirname(__file__) + '/new.py', 'w')",
        "library": "open(os.path.dirname(os.__file__) + '/new.py', 'w')",
        "package": "open(os.path.dirname(np.__file__) + '/new.py', 'w')",
        "mode": "os.chmod(__file__, 0o777)", "owner": "os.chown(__file__, 0, 0)",
        "rename": "os.rename(__file__, __file__ + '.old')", "remove": "os.remove(__file__)",
        "link": "os.link(__file__, '/tmp/link')", "device": "os.mknod('/tmp/sda', 0o60600, 2049)",
        "truncate": "os.truncate(__file__, 0)", "attribute": "os.setxattr(__file__, 'user.a', b'')",
        "control: scratch": "open('/tmp/new', 'w').write('ok')",
    })  # fmt: skip
    assert found.pop("control: scratch") == "done: 2"
    assert {name: what for name, what in found.items() if what.startswith("done")} == {}


def test_there_is_no_way_out_of_the_process(attack):
    """Numbers of system calls as on x86-64; elsewhere others are tried, and must fail as well."""
    found = probed(attack, {
        "internet socket": "__import__('socket').socket()",
        "unix socket": "__import__('socket').socket(__import__('socket').AF_UNIX)",
        "socket pair": "__import__('socket').socketpair()",
        "name server": "__import__('socket').getaddrinfo('example.org', 80)",
        "fork": "os.fork()", "program": "__import__('subprocess').run(['/bin/true'])",
        "exec": "os.execv(sys.executable, [sys.executable])", "shell": "1 / (os.system('true') == 0)",
        "process pool": "__import__('multiprocessing').Pool(1)",
        "kill all": "os.kill(-1, 9)", "kill the parent": "os.kill(os.getppid(), 9)",
        "kill a thread elsewhere": f"_call({number('tgkill')}, 2, 2, 9)", "queue a signal": f"_call({number('rt_sigqueueinfo')}, 2, 9, 0)",
        "limits of another process": f"_call({number('prlimit64')}, 2, 7, 0, 0)",
        "signals by descriptor": "__import__('fcntl').fcntl(0, 8, 1)",
        "priority": "os.nice(-5)", "trace": f"_call({number('ptrace')}, 16, 2, 0, 0)",
        "read a process": f"_call({number('process_vm_readv')}, 1, 0, 0, 0, 0, 0)", "open a process": "os.pidfd_open(1)",
        "io_uring": f"_call({number('io_uring_setup')}, 8, 0)", "bpf": f"_call({number('bpf')}, 0, 0, 0)", "keyring": f"_call({number('keyctl')}, 0, 0, 0)",
        "performance counters": f"_call({number('perf_event_open')}, 0, 0, 0, 0, 0)", "user faults": f"_call({number('userfaultfd')}, 0)",
        "memory file": "os.memfd_create('x')", "shared memory": f"_call({number('shmget')}, 0, 4096, 0o1600)",
        "user namespace": f"_call({number('unshare')}, 0x10000000)", "mount": f"_call({number('mount')}, b'x', b'/tmp', b'tmpfs', 0, 0)",
        "root user": "os.setuid(0)", "chroot": "os.chroot('/tmp')", "host name": f"_call({number('sethostname')}, b'x', 1)",
        "reboot": f"_call({number('reboot')}, 0, 0, 0, 0)", "modules": f"_call({number('init_module')}, 0, 0, 0)",
        "control: own call": f"_call({number('getpid')}) > 0",
    })  # fmt: skip
    assert found.pop("control: own call") == "done: True"
    assert {name: what for name, what in found.items() if what.startswith("done")} == {}


def test_the_process_says_little_about_the_host(attack):
    found = probed(attack, {
        "environment": "sorted(os.environ)", "arguments": "sys.argv", "groups": "os.getgroups()",
        "descriptors": "[d for d in range(256) if os.path.exists('/') and _outcome(lambda: os.fstat(d)) != 'OSError']",
        "folder": "os.getcwd()", "home": "os.path.expanduser('~')", "user": "os.getuid() > 0",
    })  # fmt: skip
    assert found["arguments"] == "done: ['worker']"
    assert found["groups"] == "done: []"
    assert found["user"] == "done: True"
    assert len(json.loads(found["descriptors"].removeprefix("done: "))) == 4
    telling = {"PYTHONPATH", "USER", "SSH_CLIENT", "PWD", "DL_DATA_MIRROR", "PYTEST_CURRENT_TEST"}
    named = json.loads(found["environment"].removeprefix("done: ").replace("'", '"'))
    assert telling.isdisjoint(named)


def test_the_grader_s_packages_cannot_be_imported(attack):
    names = ["autograder.questions.affine.affine_forward", "autograder.grade", "autograder.kit.checks",
             "autograder.examine.examiner", "autograder.assignments", "autograder.course",
             "autograder.release", "data", "data.holdout", "solutions", "solutions.affine.affine",
             "tests", "conftest", "build_assignment"]  # fmt: skip
    attempts = {name: f"__import__({name!r}).__file__ + ''" for name in names}
    attempts |= {
        f"hook {name}": "[h.find_spec(%r, None).loader.get_data(h.find_spec(%r, None).origin) "
        "for h in sys.meta_path if h.find_spec(%r, None)][0]" % (name, name, name)
        for name in ("data", "build_assignment")
    }
    attempts["control: worker"] = "__import__('autograder.worker.serve').__name__"
    found = probed(attack, attempts)
    assert found.pop("control: worker") == "done: 'autograder'"
    assert {name: what for name, what in found.items() if what.startswith("done")} == {}


@pytest.mark.parametrize("name", ["output", "code"])
def test_what_is_printed_is_kept_as_text_only(name, attack):
    """Text that looks like a result is a text in a result."""
    fake = '{"score": 15, "outcome": "passed"}'
    run = attack(in_call(f"print('''{fake}''')\nreturn None"))
    assert run.scores()["affine_backward"] == 0
    held = run.question("affine_backward")[name]
    assert fake in (held if name == "output" else held[0]["source"])
