"""Code that looks for tests, answers, other people's work and ways out: it finds none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import REFERENCE, SMALL, in_call, on_import

from autograder.checks import draw
from autograder.course import Course, Limits
from autograder.grade import testfiles
from autograder.grade.examiner import Examiner, Prepared, case_seed, shared_seed
from autograder.grade.provided import lay_out
from autograder.grade.sessions import WorkerSession
from autograder.wire import unpack_frame

ROOT = Path(__file__).parents[2]
PROBE = """
import ctypes, json, os, sys
_libc = ctypes.CDLL(None, use_errno=True)

def _call(number, *arguments):
    result = _libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def _outcome(attempt):
    try:
        return "done: %r" % (attempt(),)
    except BaseException as error:
        return type(error).__name__

print(json.dumps({name: _outcome(attempt) for name, attempt in TABLE.items()}))
"""


def probed(attack, attempts: dict[str, str]) -> dict[str, str]:
    """Return what came of each attempt, made while the student's module is imported."""
    table = "{%s}" % ", ".join(f"{name!r}: lambda: {code}" for name, code in attempts.items())
    run = attack(on_import(PROBE.replace("TABLE", table)))
    assert run.result["score"] == 15
    return json.loads(run.question("affine_forward")["output"])


def secrets(course: Course) -> list[str]:
    """Return what only the grader may know: names and messages of hidden cases."""
    found = []
    for problem in map(course.problem, course.problem_names()):
        for question in problem.questions:
            for case in testfiles.load(question.test_file).cases:
                if case.hidden:
                    found += [case.name, case.failure_message]
    assert len(found) >= 10
    return found


def test_files_of_the_host_cannot_be_read(attack, short_course, ground, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "affine.py").write_text(REFERENCE["affine"])
    paths = [
        short_course / "autograder/questions/affine/affine_forward.py",
        short_course / "solutions/affine/affine.py",
        SMALL / "solutions/affine/affine.py",
        ROOT / "autograder/worker/serve.py", ROOT / "autograder/grade/examiner.py",
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
        telling = "question|solution|holdout|mistake|problem.toml|affine|attention"
        print(json.dumps([path for path in met if re.search(telling, path)]))
        """
    run = attack(on_import(code))
    met = json.loads(run.question("affine_forward")["output"])
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
        "kill a thread elsewhere": "_call(234, 2, 2, 9)", "queue a signal": "_call(129, 2, 9, 0)",
        "limits of another process": "_call(302, 2, 7, 0, 0)",
        "signals by descriptor": "__import__('fcntl').fcntl(0, 8, 1)",
        "priority": "os.nice(-5)", "trace": "_call(101, 16, 2, 0, 0)",
        "read a process": "_call(310, 1, 0, 0, 0, 0, 0)", "open a process": "os.pidfd_open(1)",
        "io_uring": "_call(425, 8, 0)", "bpf": "_call(321, 0, 0, 0)", "keyring": "_call(250, 0, 0, 0)",
        "performance counters": "_call(298, 0, 0, 0, 0, 0)", "user faults": "_call(323, 0)",
        "memory file": "os.memfd_create('x')", "shared memory": "_call(29, 0, 4096, 0o1600)",
        "user namespace": "_call(272, 0x10000000)", "mount": "_call(165, b'x', b'/tmp', b'tmpfs', 0, 0)",
        "root user": "os.setuid(0)", "chroot": "os.chroot('/tmp')", "host name": "_call(170, b'x', 1)",
        "reboot": "_call(169, 0, 0, 0, 0)", "modules": "_call(175, 0, 0, 0)",
        "control: own call": "_call(39) > 0",
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
    names = ["autograder.questions.affine.affine_forward", "autograder.grade", "autograder.checks",
             "autograder.grade.examiner", "autograder.assignments", "autograder.course",
             "autograder.build", "data", "data.holdout", "solutions", "solutions.affine.affine",
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


def test_no_frame_to_a_worker_tells_a_secret(attack, short_course, monkeypatch):
    sent: list[bytes] = []
    exchange = WorkerSession._exchange

    def overheard(session: WorkerSession, frame: bytes) -> tuple[bytes, bytes]:
        sent.append(frame)
        return exchange(session, frame)

    monkeypatch.setattr(WorkerSession, "_exchange", overheard)
    run = attack()
    assert run.result["score"] == 15
    everything = b"".join(sent)
    assert b"affine_forward" in everything
    assert b"train_briefly" in everything
    told = [text for text in secrets(Course(short_course)) if text.encode() in everything]
    assert told == []


def test_no_secret_is_found_in_the_memory_of_a_worker(grader, short_course, tmp_path):
    """Every page that holds a Python object, and the whole heap, searched during a hidden case."""
    course = Course(short_course)
    patterns = [text[:5] + "[" + text[5] + "]" + text[6:] for text in secrets(course)]
    scan = f"""
import ctypes, gc, os, re, sys

def affine_forward(x, w, b):
    marker = "".join(["control_", "marker_", "of_the_search"]) * 3
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    reader, writer = os.pipe()
    known = gc.get_objects()
    known += gc.get_referents(*known)
    blocks = {{id(thing) >> 20 for thing in known}}
    end = libc.sbrk(0) >> 20
    blocks |= set(range(end - 256, end + 1))
    pattern = re.compile({"|".join(p.replace(" ", "[ ]") for p in patterns)!r}.encode() + b"|control_marker_o[f]")
    found, pages = set(), 0
    for start in sorted(blocks):
        for address in range(start << 20, (start + 1) << 20, 65536):
            # A pipe refuses an address that is not mapped, where reading it would crash.
            count = libc.write(writer, ctypes.c_void_p(address), ctypes.c_size_t(65536))
            if count > 0:
                pages += count >> 12
                found |= set(pattern.findall(os.read(reader, count)))
    print(pages, sorted(found))
    return x @ w + b, None

def affine_backward(dout, cache):
    return None
"""
    (tmp_path / "files").mkdir()
    lay_out(tmp_path / "files", {"affine.py": scan.encode()})
    tmp_path.chmod(0o711)
    problem = course.problem("affine")
    question = replace(
        problem.question("affine_forward"), limits=Limits(cpu_seconds=30, memory_mb=2048)
    )
    prepared = Prepared(problem, tmp_path / "files", {"affine.py": scan})
    result = Examiner(grader.zygote, 3).examine(
        prepared, question, lambda case: case.name == "output_matches_the_definition"
    )
    (case,) = result.cases
    assert case.verdict.outcome == "passed", (case.verdict, result.output)
    pages, _, found = result.output.partition(" ")
    assert int(pages) > 10_000
    assert found.strip() == "[b'control_marker_of']"


def test_frames_and_objects_around_a_call_know_no_secret(attack, short_course):
    code = """
import gc, sys
frame, texts = sys._getframe(), []
while frame:
    texts.append(repr(frame.f_locals)[:20000])
    frame = frame.f_back
texts += [o for o in gc.get_referents(*gc.get_objects()) if type(o) is str]
import re
print(sorted({t for t in re.findall("[a-z]+_[a-z]+_the_[a-z_]+", " ".join(texts))}))
print("affine_backward" in " ".join(texts))
"""
    run = attack(in_call(code))
    output = run.question("affine_backward")["output"]
    assert "True" in output
    assert [text for text in secrets(Course(short_course)) if text in output] == []


def test_the_seed_a_worker_is_told_does_not_give_away_what_the_test_draws(attack, grader):
    """A test may keep what ``rng`` draws, such as labels, to itself."""
    code = """
import json
print(json.dumps({"told": told, "x": x.tolist()}))
"""
    spy = "\ntold = []\n_seed = np.random.seed\nnp.random.seed = lambda s: (told.append(s), _seed(s))\n"
    run = attack(in_call(code, "affine_forward") + spy)
    lines = [json.loads(line) for line in run.question("affine_forward")["output"].splitlines()]
    name = "output_matches_the_definition"
    secret = case_seed(grader.seed, "affine", "affine_forward", name)
    with draw.seeded(secret):
        assert draw.rng("affine").normal(size=(3, 4)).tolist() == lines[1]["x"]
    told = {seed for line in lines for seed in line["told"]}
    assert shared_seed(secret) in told
    assert told.isdisjoint({secret, secret % 2**32, grader.seed})
    for seed in told:
        with draw.seeded(seed):
            assert draw.rng("affine").normal(size=(3, 4)).tolist() != lines[1]["x"]


def test_inputs_differ_from_case_to_case_and_from_seed_to_seed(short_course):
    seeds = {case_seed(s, "affine", q, c) for s in range(9) for q in "ab" for c in "cd"}
    assert len(seeds) == 36
    draws = set()
    for seed in seeds:
        with draw.seeded(seed):
            draws.add(np.float64(draw.rng().normal()).tobytes())
    assert len(draws) == 36


def test_a_request_names_no_case(attack, monkeypatch):
    operations = set()
    exchange = WorkerSession._exchange

    def overheard(session: WorkerSession, frame: bytes) -> tuple[bytes, bytes]:
        size = int.from_bytes(frame[:4], "big")
        tree, _ = unpack_frame(frame[8 : 8 + size], frame[8 + size :])
        operations.add(tree[1])
        return exchange(session, frame)

    monkeypatch.setattr(WorkerSession, "_exchange", overheard)
    attack()
    assert operations <= {
        "load", "seed", "get", "names", "call", "taped_call", "vjp", "method", "attribute", "set",
        "parameters", "assign", "drop", "run_beside",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["output", "code"])
def test_what_is_printed_is_kept_as_text_only(name, attack):
    """Text that looks like a result is a text in a result."""
    fake = '{"score": 15, "outcome": "passed"}'
    run = attack(in_call(f"print('''{fake}''')\nreturn None"))
    assert run.scores()["affine_backward"] == 0
    held = run.question("affine_backward")[name]
    assert fake in (held if name == "output" else held[0]["source"])
