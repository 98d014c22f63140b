"""The checks for machines with a GPU, as far as a machine without one can run them."""

from __future__ import annotations

import pytest

from tests import gpu_check


def test_what_can_run_on_the_cpu_holds_there(capsys: pytest.CaptureFixture[str]) -> None:
    checks = (
        gpu_check.only_who_asks_has_it, gpu_check.products_are_precise,
        gpu_check.training_repeats, gpu_check.workers_share_it,
    )  # fmt: skip
    with gpu_check.bench(device="cpu") as bench:
        assert gpu_check.run(checks, bench) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:3] for line in lines] == ["ok "] * 4


def test_each_check_says_whether_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    def holds(_: gpu_check.Bench) -> str:
        """This holds"""
        return "1 s"

    def fails(_: gpu_check.Bench) -> str:
        """That does not"""
        raise AssertionError("2 is not 3")

    def cannot(_: gpu_check.Bench) -> str:
        """It cannot be seen"""
        raise gpu_check.NotChecked("one GPU only")

    assert gpu_check.run((holds, fails, cannot), None) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok           This holds (1 s)",
        "FAILED       That does not: AssertionError: 2 is not 3",
        "not checked  It cannot be seen: one GPU only",
    ]


def test_without_a_gpu_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gpu_check, "visible_cards", lambda: ())
    monkeypatch.setattr(gpu_check, "inspect_machine", lambda: [])
    assert gpu_check.main() == 2
    first, *others = capsys.readouterr().out.splitlines()
    assert first == "No GPU that may be used is on this machine, so nothing was checked:"
    assert len(others) == len(gpu_check.CHECKS)
    assert all(line.startswith("not checked  ") for line in others)
