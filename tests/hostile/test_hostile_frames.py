"""A million frames with random faults are read as values or refused; none is a fault of ours."""

from __future__ import annotations

import os

from tests.hostile.frames import fuzz_frames

COUNT = 1_000_000 if "PROVE" in os.environ else 20_000


def test_a_broken_frame_is_a_value_or_refused() -> None:
    found = fuzz_frames(COUNT, seed=4)
    assert found.faults == []
    assert set(found.outcomes) == {"value", "refused"}
    assert min(found.outcomes.values()) > COUNT / 100
