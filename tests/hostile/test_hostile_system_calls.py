"""The filter of system calls: what is in no table does not exist, on both architectures."""

from __future__ import annotations

import errno
import json
import os
import struct
from types import SimpleNamespace

import pytest
from attacks import in_call, number

from autograder.worker import seccomp, system_calls

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
OWN = 4321
THREAD, PROCESS = 0x003D0F00, 0x01200011  # clone's flags as the C library sets them


def decide(program: bytes, architecture: int, call: int, *arguments: int) -> int:
    """Run a filter as the kernel does and return its decision."""
    data = struct.pack("=IIQ6Q", call, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("=HBBI", program))
    place = value = 0
    while True:
        code, then, otherwise, operand = instructions[place]
        place += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
            continue
        tests = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}
        place += then if tests[code] else otherwise


@pytest.fixture(params=MACHINES)
def filtered(request, monkeypatch):
    """What the filter of an architecture says of a call by name or number: an errno, or 0."""
    column, architecture = MACHINES[request.param]
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=request.param))
    program = seccomp.build_filter(OWN)
    special = {
        "clone": system_calls.CLONE, "clone3": system_calls.CLONE3, "prlimit64": system_calls.PRLIMIT,
        "tgkill": system_calls.TGKILL, "fcntl": (72, 25), "ioctl": (16, 29), "prctl": (157, 167),
    }  # fmt: skip

    def ask(call: str | int, *arguments: int) -> int:
        known = {**system_calls.ALLOWED, **system_calls.REFUSED, **special}
        found = known[call][column] if isinstance(call, str) else call
        decision = decide(program, architecture, found, *arguments)
        return 0 if decision == 0x7FFF0000 else decision & 0xFFFF

    ask.column, ask.program, ask.special = column, program, special
    return ask


def test_tables_decide(filtered):
    for table, answer in ((system_calls.ALLOWED, 0), (system_calls.REFUSED, errno.EPERM)):
        for name, numbers in table.items():
            if numbers[filtered.column] is not None:
                assert filtered(name) == answer, name


def test_what_is_in_no_table_does_not_exist(filtered):
    tables = {**system_calls.ALLOWED, **system_calls.REFUSED, **filtered.special}
    named = {numbers[filtered.column] for numbers in tables.values()}
    named.discard(system_calls.CLONE3[filtered.column])
    assert {filtered(call) for call in range(2000) if call not in named} == {errno.ENOSYS}


def test_no_number_stands_twice(filtered):
    tables = (system_calls.ALLOWED, system_calls.REFUSED, filtered.special)
    numbers = [pair[filtered.column] for table in tables for pair in table.values()]
    numbers = [found for found in numbers if found is not None]
    assert len(numbers) == len(set(numbers))


def test_arguments_decide(filtered):
    assert filtered("clone", THREAD) == 0
    assert filtered("clone", PROCESS) == errno.EPERM
    assert filtered("clone3") == errno.ENOSYS
    assert (
        filtered("tgkill", OWN, 1, 15)
        == filtered("prlimit64", OWN)
        == filtered("prlimit64", 0)
        == 0
    )
    assert filtered("tgkill", OWN, 1, 9) == errno.EPERM
    assert filtered("tgkill", 2) == filtered("prlimit64", 2) == errno.EPERM
    assert filtered("fcntl", 3, 1) == filtered("ioctl", 3, 0x5401) == filtered("prctl", 15) == 0
    assert filtered("fcntl", 3, 6) == filtered("ioctl", 3, 0x5412) == errno.EPERM
    assert filtered("prctl", 1) == filtered("prctl", 4) == errno.EPERM  # to outlive its parent


def test_another_architecture_ends_the_process(filtered):
    assert decide(filtered.program, 0x40000003, 1) == 0x80000000
    if filtered.column == 0:
        assert decide(filtered.program, 0xC000003E, 0x40000001) == 0x80000000


def test_new_calls_do_not_exist_in_a_worker(attack):
    tables = {**system_calls.ALLOWED, **system_calls.REFUSED}
    own = os.uname().machine != "x86_64"
    named = {pair[own] for pair in tables.values()} | {
        pair[own] for pair in (system_calls.CLONE, system_calls.PRLIMIT, system_calls.TGKILL)
    }
    named |= {numbers[own] for numbers, _, _ in system_calls.REFUSED_VALUES}
    named |= {numbers[own] for numbers, _, _ in system_calls.ALLOWED_VALUES}
    code = f"""
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
answers = {{}}
for call in set(range(700)) - {named!r}:
    if call in (335, 336):
        continue  # uretprobe and uprobe pass every filter, and end who calls them
    assert libc.syscall(call, 0, 0, 0, 0, 0, 0) == -1
    answers.setdefault(ctypes.get_errno(), []).append(call)
print(json.dumps([sorted(answers), len(answers[38])]))
"""
    run = attack(in_call(code, "affine_forward"), questions=("affine_forward",))
    assert run.scores()["affine_forward"] == 3, run.details("affine_forward")
    kinds, count = json.loads(run.outputs("affine_forward")[0])
    assert kinds == [errno.ENOSYS]
    assert count > 300


def test_files_of_others_cannot_be_locked(attack):
    code = f"""
import ctypes, fcntl
with open(np.__file__) as file:
    print(ctypes.CDLL(None).syscall({number("flock")}, file.fileno(), 2))
    try:
        fcntl.lockf(file, fcntl.LOCK_SH)
    except OSError as error:
        print(error.errno)
"""
    run = attack(in_call(code, "affine_forward"), questions=("affine_forward",))
    assert run.outputs("affine_forward")[:2] == ["-1", "1"]
