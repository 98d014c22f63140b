"""Frames that the student's code writes itself, past the serve loop: refused, in bounded time."""

from __future__ import annotations

import resource

import pytest
from forging import forging

from autograder.course import Limits

BELONGS = "an answer does not belong to its request"
FORGED = {
    "another request's id": ("call(lambda i, go: forged([b'x' * 16, 'ok', 1]))", BELONGS),
    "an answer in advance": ("call(lambda i, go: go() + forged([b'x' * 16, 'ok', 1]))", BELONGS),
    "the same answer twice": ("call(lambda i, go: go() * 2)", BELONGS),
    "no id": ("call(lambda i, go: forged(['ok', 1]))", BELONGS),
    "no list": ("call(lambda i, go: forged(7))", BELONGS),
    "another word": ("call(lambda i, go: forged([i, 'passed', 1]))", "neither a value nor an exc"),
    "a list for a word": ("call(lambda i, go: forged([i, [1], 1]))", "neither a value nor an exc"),
    "noise": ("call(lambda i, go: b'\\xff' * 5000)", "a frame announces more than 64 MiB"),
    "noise in a frame": ("call(lambda i, go: packed(b'\\xc1' * 5000))", "a frame is not msgpack"),
    "an empty frame": ("call(lambda i, go: packed(b''))", "a frame is not msgpack"),
    "a map": ("call(lambda i, go: packed(b'\\x81\\x01\\x01'))", "a frame is not msgpack"),
    "an extension type": ("call(lambda i, go: packed(b'\\xd4\\x01\\x01'))", "is not msgpack"),
    "wrong blob sizes": (
        "call(lambda i, go: packed(msgpack.packb([[5], [i, 'ok', 1]]), b'x'))", "do not add up",
    ),
    "negative blob sizes": (
        "call(lambda i, go: packed(msgpack.packb([[-1, 2], [i, 'ok', 1]]), b'x'))", "malformed",
    ),
    "100,000 levels of msgpack": ("call(lambda i, go: packed(b'\\x91' * 100000))", "not msgpack"),
    "500 levels": ("call(lambda i, go: forged([i, 'ok', lists(500)]))", "deeper than 32 levels"),
    "a million parts": (
        "call(lambda i, go: forged([i, 'ok', ['l'] + [['l']] * 10**6]))", "a frame is not msgpack",
    ),
    "300,000 parts": (
        "call(lambda i, go: forged([i, 'ok', ['l'] + [1] * 300000]))", "more than 200000 parts",
    ),
    "eight million empty lists": (
        "hall = b'\\xdd' + struct.pack('>I', 390000) + b'\\x90' * 390000\n"
        "call(lambda i, go: packed(b'\\x92\\x90\\x93\\xc4\\x10' + i + b'\\xa2ok\\x9e' + hall * 14))",
        "more than 200000 parts",
    ),
    "one blob for 1,000 arrays": (
        "call(lambda i, go: forged([i, 'ok', ['l'] + [['A', 'uint8', [60 << 20], 0]] * 1000], big))",
        "no contents of its own",
    ),
    "a blob that is not there": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'uint8', [1], 3]], b'x'))", "no contents of its",
    ),
    "an empty array of 2**39 rows": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'uint8', [2**31 - 1, 256, 0], 0]], b''))",
        "shape is absurd",
    ),
    "a negative shape": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'uint8', [-1], 0]], b'x'))", "malformed shape",
    ),
    "a true shape": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'uint8', [True], 0]], b'x'))", "malformed shape",
    ),
    "too few contents": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'float64', [3, 2], 0]], b'x'))", "do not fit",
    ),
    "an array of objects": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'object', [1], 0]], b'x' * 8))", "unknown dtype",
    ),
    "a structured dtype": (
        "call(lambda i, go: forged([i, 'ok', ['A', 'f8,f8', [1], 0]], b'x' * 16))", "unknown dtype",
    ),
    "integers that require a gradient": (
        "call(lambda i, go: forged([i, 'ok', ['T', 'int64', [1], 0, True]], b'x' * 8))",
        "is malformed (RuntimeError)",
    ),
    "a list as a key": ("call(lambda i, go: forged([i, 'ok', ['d', ['l'], 1]]))", "a dict key"),
    "a handle as a key": (
        "call(lambda i, go: forged([i, 'ok', ['d', ['h', 1, 'object', 'x'], 1]]))", "a dict key",
    ),
    "a key without a value": ("call(lambda i, go: forged([i, 'ok', ['d', 1]]))", "without a value"),
    "5,000 keys": (
        "call(lambda i, go: forged([i, 'ok', ['d'] + list(range(10000))]))", "more than 4096 keys",
    ),
    "integers with one hash": (
        "keys = [['i', str((2**61 - 1) * (2**70 + k))] for k in range(4000)]\n"
        "tree = ['d'] + [part for key in keys for part in (key, 1)]\n"
        "call(lambda i, go: forged([i, 'ok', ['l'] + [tree] * 16]))", "a dict key is neither",
    ),
    "tuples with one hash": (
        "keys = [['t', *pair] for pair in tuples_with_one_hash(4000)]\n"
        "tree = ['d'] + [part for key in keys for part in (key, 1)]\n"
        "call(lambda i, go: forged([i, 'ok', ['l'] + [tree] * 12]))", "more than 4096 tuples",
    ),
    "100,000 handles": (
        "call(lambda i, go: forged([i, 'ok', ['l'] + [['h', k, 'module', 'x'] "
        "for k in range(100000)]]))", "more than 1000 handles",
    ),
    "a handle of no number": (
        "call(lambda i, go: forged([i, 'ok', ['h', 'x', 'module', 'x']]))", "handle is malformed",
    ),
    "an unknown tag": ("call(lambda i, go: forged([i, 'ok', ['Q']]))", "an unknown tag"),
    "a method for a tag": ("call(lambda i, go: forged([i, 'ok', ['decode']]))", "an unknown tag"),
    "a number of a million digits": (
        "call(lambda i, go: forged([i, 'ok', ['i', '9' * 10**6]]))", "malformed (ValueError)",
    ),
    "an exception that is no dict": (
        "call(lambda i, go: forged([i, 'raised', 1]))", "an exception is described wrongly",
    ),
    "an exception in line 10**9": (
        "call(lambda i, go: forged([i, 'raised', told(['E'], 'm', [['l', 'affine.py', 10**10, 'f']"
        "])]))", "an exception is described wrongly",
    ),
    "a handle in an exception": (
        "call(lambda i, go: forged([i, 'raised', told([['h', 1, 'object', 'x']])]))",
        "an exception is described wrongly",
    ),
    "an exception while names are asked for": (
        "del affine_backward\non(('names',), lambda i, go: 1 / 0)", "cut the connection",
    ),
    "a truncated frame, then nothing": (
        "call(lambda i, go: (os.write(wire(), struct.pack('>II', 100, 0)), os._exit(0)))",
        "ended the Python process (exit code 0)",
    ),
}  # fmt: skip
SLOW = {
    "a truncated frame, then silence": "return struct.pack('>II', 100, 0)",
    "a byte now and then": """
    os.write(wire(), struct.pack(">II", 1 << 20, 0))
    while True:
        os.write(wire(), b"x")
        time.sleep(0.005)
""",
}
SECOND_CALL = """
calls = []
def make(i, go):
    calls.append(i)
    if len(calls) < 2: return go()
    %s
call(make)
"""
AFFINE = ("affine_forward", "affine_backward")
TELLING = {
    "a success": ("['AssertionError']", "'all cases passed'", "error", "AssertionError: all cases"),
    "the end of a loop": ("['StopIteration']", "''", "error", "Your code raised StopIteration"),
    "an end of everything": ("['SystemExit']", "''", "error", "Your code calls exit"),
    "no type": ("[]", "''", "error", "Your code raised Exception."),
    "a type of 5 MB": ("['E' * 5000000]", "''", "error", "Your code raised EEEE"),
    "5,000 types": ("['E'] * 5000", "'x' * 5000000", "error", "Your code raised E: xxxx"),
    "text that steers a terminal": (
        r"['E\ud800\n\x1b[31m']", r"'\u202egnp\ud800\x00'", "error",
        "Your code raised E\ufffd \ufffd[31m: \ufffdgnp\ufffd\ufffd",
    ),
    "too much memory": ("['MemoryError']", "''", "out_of_memory", "more than the 256 MB"),
    "an absent name": ("['LookupError', 'KeyError']", "''", "error", "raised LookupError"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_frame_is_refused(name, attack):
    code, sentence = FORGED[name]
    run = attack(forging(code), questions=("affine_backward",))
    assert run.outcomes() == {"affine_backward": "error"}
    assert sentence in run.sentence("affine_backward")
    assert run.scores() == {"affine_backward": 0}
    assert run.seconds < 8


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_frame_uses_up_the_time_of_its_case(name, attack, monkeypatch):
    monkeypatch.setattr(Limits, "wall_seconds", property(lambda limits: 0.6))
    run = attack(forging(SECOND_CALL % SLOW[name]), questions=("affine_backward",))
    assert run.outcomes() == {"affine_backward": "timeout"}
    assert run.scores() == {"affine_backward": 0}
    assert run.seconds < 8


@pytest.mark.parametrize("name", TELLING)
def test_a_forged_exception_is_a_text(name, attack):
    types, message, outcome, sentence = TELLING[name]
    run = attack(
        forging(f"call(lambda i, go: forged([i, 'raised', told({types}, {message})]))"),
        questions=AFFINE,
    )
    assert run.outcomes()["affine_backward"] == outcome
    assert sentence in run.details("affine_backward")
    for said in ("all cases", "EEEE", "xxxx", "31m", "gnp"):
        assert said not in run.hidden_messages("affine_backward")
    assert run.scores()["affine_backward"] == 0


@pytest.mark.slow  # three floods, each of several cases
def test_a_flood_of_handles_and_arrays_leaves_the_examiner_small(attack):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("one blob for 1,000 arrays", "eight million empty lists", "100,000 handles"):
        attack(forging(FORGED[name][0]), questions=("affine_backward",))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 600 << 10


def test_answers_of_64_mib_are_kept_only_as_long_as_needed(attack):
    code = "call(lambda i, go: forged([i, 'ok', ['A', 'uint8', [60 << 20], 0]], big))"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = attack(forging(code), questions=AFFINE)
    assert run.scores()["affine_forward"] == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700 << 10


def test_a_claim_to_be_a_module_or_a_class_earns_nothing(attack):
    for kind in ("module", "class", "function", "object", "array"):
        run = attack(
            forging(f"call(lambda i, go: forged([i, 'ok', ['t', ['h', 1, '{kind}', 'x'], 1]]))"),
            questions=AFFINE,
        )
        assert run.outcomes()["affine_forward"] == "failed"
        assert run.scores()["affine_forward"] == run.scores()["affine_backward"] == 0


def test_truth_values_are_zeros_and_ones(attack):
    """A byte of 255 in an array of booleans would count as 255."""
    code = "call(lambda i, go: forged([i, 'ok', ['t', ['A', 'bool', [3, 2], 0], 1]], b'\\xff' * 6))"
    run = attack(forging(code), questions=("affine_forward",))
    case = run.question("affine_forward")["cases"][1]
    assert case["outcome"] == "failed"
    assert "the largest error" in case["detail"]
    assert "255" not in case["detail"]
