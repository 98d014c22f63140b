"""Control groups: dead zygotes' ones are removed, and a full one is told from a kill."""

from __future__ import annotations

import os

import pytest

from autograder.wire import memory_groups


def test_the_groups_of_a_living_zygote_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_groups, "_CGROUPS", tmp_path)
    (tmp_path / "cgroup.controllers").touch()
    living, dead = tmp_path / f"worker-{os.getpid()}-7", tmp_path / f"worker-{2**30}-7"
    living.mkdir()  # empty as long as its worker has not joined it
    dead.mkdir()
    memory_groups.remove_dead()
    assert living.is_dir()
    assert not dead.exists()


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("memory.events", "low 0\noom 1\noom_kill 1\n", True),
        ("memory.events", "low 0\noom 0\noom_kill 0\n", False),
        ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", True),
        ("other", "", False),
    ],
)
def test_the_kernel_says_whether_a_group_was_full(file, text, found, tmp_path, monkeypatch):
    monkeypatch.setattr(memory_groups, "_CGROUPS", tmp_path)
    if file == "memory.events":
        (tmp_path / "cgroup.controllers").touch()
    group = memory_groups._memory_group(7)
    group.mkdir(parents=True)
    (group / file).write_text(text)
    assert memory_groups.ran_out(7) is found
