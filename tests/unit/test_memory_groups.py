"""A starting zygote removes the control groups of dead zygotes only."""

from __future__ import annotations

import os

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
