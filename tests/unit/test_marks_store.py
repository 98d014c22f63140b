"""The stored marks: nothing is lost when two people mark at once, and changes can be undone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.marks import ConflictError, Entry, Key, MarksError, Store

ONE, TWO = Key("adam", "p.q", "1"), Key("adam", "p.q", "comment")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def test_an_entry_is_stored_and_found_by_another_process(store: Store, tmp_path: Path) -> None:
    store.save(ONE, Entry(1.0, "good"), 0, "ann")
    other = Store(tmp_path)
    assert other.entries() == {ONE: Entry(1.0, "good")}
    other.close()


def test_a_change_that_was_not_seen_is_never_overwritten(store: Store) -> None:
    first = store.save(ONE, Entry(1.0), 0, "ann")
    with pytest.raises(ConflictError, match="ann has changed this in the meantime") as error:
        store.save(ONE, Entry(0.5), 0, "ben")
    assert error.value.current == first
    assert store.entries() == {ONE: Entry(1.0)}
    store.save(ONE, Entry(0.5), first.change, "ben")
    assert store.entries() == {ONE: Entry(0.5)}


def test_undo_goes_back_step_by_step(store: Store) -> None:
    first = store.save(ONE, Entry(1.0), 0, "ann")
    store.save(ONE, Entry(0.5), first.change, "ann")
    store.save(TWO, Entry(None, "good"), 0, "ann")
    states = []
    while store.undo("ann"):
        states.append(store.entries())
    assert states == [{ONE: Entry(0.5)}, {ONE: Entry(1.0)}, {}]


def test_undo_takes_back_only_ones_own_changes(store: Store) -> None:
    first = store.save(ONE, Entry(1.0), 0, "ann")
    assert store.undo("ben") is None
    store.save(ONE, Entry(0.5), first.change, "ben")
    with pytest.raises(ConflictError, match="ben has changed this"):
        store.undo("ann")
    assert store.entries() == {ONE: Entry(0.5)}


def test_undo_does_not_lose_what_another_marker_did_between(store: Store) -> None:
    first = store.save(ONE, Entry(1.0), 0, "ann")
    second = store.save(ONE, Entry(0.5), first.change, "ben")
    store.save(ONE, Entry(0.0), second.change, "ann")
    store.undo("ann")
    assert store.entries() == {ONE: Entry(0.5)}
    with pytest.raises(ConflictError):
        store.undo("ann")
    assert store.entries() == {ONE: Entry(0.5)}


def test_changes_since_are_what_another_marker_has_not_seen(store: Store) -> None:
    first = store.save(ONE, Entry(1.0), 0, "ann")
    second = store.save(TWO, Entry(None, "good"), 0, "ben")
    assert store.current(first.change) == [second]


def test_frequent_comments_come_first(store: Store) -> None:
    for number, text in enumerate(["rare", "often", "often", ""]):
        store.save(Key(f"s{number}", "p.q", "comment"), Entry(None, text), 0, "ann")
    assert store.comments("p.q") == ["often", "rare"]
    assert store.comments("p.other") == []


def test_two_markers_at_once_lose_nothing(tmp_path: Path) -> None:
    def mark(marker: str) -> None:
        store = Store(tmp_path)
        for number in range(20):
            store.save(Key(f"{marker}{number}", "p.q", "1"), Entry(1.0), 0, marker)
        store.close()

    threads = [threading.Thread(target=mark, args=(name,)) for name in ("ann", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store(tmp_path)
    assert len(store.entries()) == 40
    store.close()


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "marks.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(MarksError, match=r"marks\.sqlite cannot be used"):
        Store(tmp_path)
