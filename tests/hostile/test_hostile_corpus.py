"""Hostile submissions to problems of the kit earn nothing, and their senders are told why."""

from __future__ import annotations

import sys

import pytest
from corpus import Attack, Gallery, attacks


@pytest.fixture(scope="module")
def gallery():
    """One zygote for all problems that preload the same libraries."""
    if not sys.platform.startswith("linux"):
        pytest.skip("confinement needs Linux")
    with Gallery() as made:
        yield made


@pytest.mark.parametrize("attack", [pytest.param(a, id=a.full_name) for a in attacks()])
def test_an_attack_earns_nothing(attack: Attack, gallery: Gallery):
    answer = gallery.grade(attack)
    assert answer.score <= attack.points, answer
    assert answer.outcome == attack.outcome, answer


def test_each_attack_says_what_it_tries():
    for attack in attacks():
        assert attack.tries.endswith("."), attack.full_name
        assert len(attack.tries) < 100, attack.full_name
