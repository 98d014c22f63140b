"""Secrets of the tests: not on the wire, not in a worker's memory, not to be inferred."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from attacks import in_call

from autograder.course import Course, Limits
from autograder.examine import testfiles
from autograder.examine.case_run import seed_of_case, shared_seed
from autograder.examine.examiner import Examiner, Prepared
from autograder.examine.fixed_files import write_tree
from autograder.remote.worker_session import WorkerSession
from autograder.wire import unpack_frame
from checks import draw


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


def test_no_frame_to_a_worker_tells_a_secret(attack, short_course, monkeypatch, tmp_path):
    sent = tmp_path / "sent"
    exchange = WorkerSession._exchange

    def overheard(session: WorkerSession, frame: bytes) -> tuple[bytes, bytes]:
        with sent.open("ab") as file:  # another process judges
            file.write(frame)
        return exchange(session, frame)

    monkeypatch.setattr(WorkerSession, "_exchange", overheard)
    run = attack()
    assert run.result["score"] == 15
    everything = sent.read_bytes()
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
    write_tree(tmp_path / "files", {"affine.py": scan.encode()})
    tmp_path.chmod(0o711)
    problem = course.problem("affine")
    question = replace(
        problem.question("affine_forward"), limits=Limits(cpu_seconds=30, memory_mb=2048)
    )
    prepared = Prepared(problem, tmp_path / "files", {"affine.py": scan})
    with Examiner(grader.zygote, 3) as examiner:
        result = examiner.examine(
            prepared, question, lambda case: case.name == "output_matches_the_definition"
        )
    (case,) = result.cases
    assert case.verdict.outcome == "passed", (case.verdict, result.output)
    pages, _, found = result.output.partition(" ")
    assert int(pages) > 4_000
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
    secret = seed_of_case(grader.seed, "affine", "affine_forward", name)
    with draw.seeded(secret):
        assert draw.rng("affine").normal(size=(3, 4)).tolist() == lines[1]["x"]
    told = {seed for line in lines for seed in line["told"]}
    assert shared_seed(secret) in told
    assert told.isdisjoint({secret, secret % 2**32, grader.seed})
    for seed in told:
        with draw.seeded(seed):
            assert draw.rng("affine").normal(size=(3, 4)).tolist() != lines[1]["x"]


def test_inputs_differ_from_case_to_case_and_from_seed_to_seed(short_course):
    seeds = {seed_of_case(s, "affine", q, c) for s in range(9) for q in "ab" for c in "cd"}
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
        "load", "get", "names", "call", "taped_call", "vjp", "method", "attribute", "set",
        "parameters", "assign", "drop", "run_beside",
    }  # fmt: skip
