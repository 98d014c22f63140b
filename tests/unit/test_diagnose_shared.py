"""Replays that several processes share: read as they were written, by whoever comes second."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.diagnose import shared
from autograder.diagnose.compare_records import same_records
from autograder.diagnose.shared import Replay, SharedReplays
from autograder.remote import proxies
from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record, Session
from autograder.wire import Handle

KEY = ("affine", ("bias_left_out",), "a_case", 7, ["forward"])


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryFile() as file:
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def replay(*outcomes: object) -> Replay:
    names = frozenset(["forward"])
    return Replay(tuple(Record("call", names, outcome, "helper") for outcome in outcomes), False)


def test_a_replay_is_read_as_it_was_written(path: Path) -> None:
    values = [np.arange(6.0).reshape(2, 3), (1, [None, "x"], {"a": slice(1, 2)}), float("nan")]
    raised = Raised(("ValueError", "Exception"), "no", (("a.py", 3, "f"),), None)
    written = replay(*values, raised)
    SharedReplays(path).add(KEY, written)
    found = SharedReplays(path).get(KEY)
    assert found is not None
    assert found.passed is False
    assert found.records[-1] == written.records[-1]
    assert [(r.operation, r.names, r.helper) for r in found.records] == [
        (r.operation, r.names, r.helper) for r in written.records
    ]
    assert same_records(found.records, written.records)


def test_a_handle_stays_a_handle_of_its_kind(path: Path) -> None:
    nobody = Session(proxies.wrap, proxies.unwrap)
    handles = [proxies.wrap(nobody, Handle(3, kind, "Net")) for kind in ("class", "object")]
    SharedReplays(path).add(KEY, replay(*handles))
    found = SharedReplays(path).get(KEY)
    assert found is not None
    assert [type(record.outcome) for record in found.records] == list(map(type, handles))


def test_each_process_sees_what_the_other_adds_later(path: Path) -> None:
    one, other = SharedReplays(path), SharedReplays(path)
    assert one.get(KEY) is None
    other.add(KEY, replay(1.0))
    one.add("another", replay(2.0))
    assert one.get(KEY) == replay(1.0)
    assert other.get("another") == replay(2.0)
    assert one.get("a third") is None


def test_what_is_large_or_cannot_be_copied_is_not_shared(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SharedReplays(path)
    store.add("large", replay(np.zeros(shared.MOST_BYTES)))
    store.add("alive", replay(object()))
    assert store.get("large") is None
    assert store.get("alive") is None
    monkeypatch.setattr(shared, "MOST_BYTES_IN_ALL", 0)
    store.add("small", replay(1.0))
    assert path.stat().st_size == 0


def test_what_was_cut_short_does_not_count(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, write = SharedReplays(path), os.pwrite
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", lambda file, content, place: write(file, content[:9], place))
        store.add(KEY, replay(1.0))
    assert store.get(KEY) is None
    store.add(KEY, replay(2.0))
    assert store.get(KEY) == SharedReplays(path).get(KEY) == replay(2.0)


def test_an_error_of_the_disk_costs_only_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SharedReplays(path)

    def refuse(*_: object) -> None:
        raise OSError("no locks")

    monkeypatch.setattr("fcntl.lockf", refuse)
    store.add(KEY, replay(1.0))
    assert store.get(KEY) is None


def test_a_process_without_the_file_replays_for_itself(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SharedReplays(tmp_path / "gone")
