"""The grader as an ordinary user: user namespaces take the place of being root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attacks import PROBE, REFERENCE, number

from autograder.wire import LAYERS

ROOT = Path(__file__).parents[2]
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
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings

course, work = Path(sys.argv[1]), Path(sys.argv[2])
judge = open_judge(Settings(course, "affine", 5, "strict"))
results = {}
for path in sorted(work.iterdir()):
    results[path.name] = judge.grade(path, work.parent / "results" / path.name, path.name)
judge.close()
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
    escapes = [
        "'users': lambda: open('/etc/passwd').read()", "'fork': os.fork", "'user': os.getuid",
        f"'solution': lambda: open({str(short_course / 'solutions/affine/affine.py')!r}).read()",
        "'socket': lambda: __import__('socket').socket()", "'kill': lambda: os.kill(2, 9)",
        f"'leave': lambda: _call({number('unshare')}, 0x10000000)", "'become root': lambda: os.setuid(0)",
    ]  # fmt: skip
    attacks = {
        "a-reference": "",
        "b-exit": "import os; os._exit(0)",
        "c-escape": PROBE.replace("TABLE", "{%s}" % ", ".join(escapes)),
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
        capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    subprocess.run(["rm", "-r", str(place)], check=True)
    assert done.returncode == 0, done.stderr[-2000:]
    results = json.loads(done.stdout)
    layers = results["a-reference"]["isolation"]["layers"]
    assert set(LAYERS) - {"cgroup"} <= set(layers)
    assert {name: result["score"] for name, result in results.items()} == {
        "a-reference": 5, "b-exit": 0, "c-escape": 5, "d-memory": 0, "e-loop": 0,
    }  # fmt: skip
    outcomes = {n: r["problems"][0]["questions"][0]["outcome"] for n, r in results.items()}
    assert (outcomes["b-exit"], outcomes["d-memory"], outcomes["e-loop"]) == (
        "error", "out_of_memory", "timeout",
    )  # fmt: skip
    output = results["c-escape"]["problems"][0]["questions"][0]["output"]
    found, *others = map(json.loads, output.splitlines())  # a line for each worker
    assert all(other.keys() == found.keys() for other in others)
    assert found.pop("user") == "done: 65534"
    assert {name: what for name, what in found.items() if what.startswith("done")} == {}
