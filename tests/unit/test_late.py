"""What lateness costs: started days or hours, grace, cap, free days, extended dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.course import HandInTable, Lateness, LateTable, lateness
from autograder.errors import KitError

DUE = datetime(2030, 3, 14, 23, 59, tzinfo=timezone(timedelta(hours=1)))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def late(by: timedelta, left: int | None = None, **policy: object) -> Lateness:
    return lateness(HandInTable(due=DUE, late=LateTable(**policy)), DUE + by, left)


@pytest.mark.parametrize(
    ("by", "policy", "charged", "share"),
    [
        (-DAY, {"per_day": 0.1}, 0, 0.0),
        (0 * DAY, {"per_day": 0.1}, 0, 0.0),
        (timedelta(seconds=1), {"per_day": 0.1}, 1, 0.1),
        (DAY, {"per_day": 0.1}, 1, 0.1),
        (DAY + MINUTE, {"per_day": 0.1}, 2, 0.2),
        (61 * MINUTE, {"per_hour": 0.02}, 2, 0.04),
        (30 * MINUTE, {"per_hour": 0.02, "grace_minutes": 30}, 0, 0.0),
        (31 * MINUTE, {"per_hour": 0.02, "grace_minutes": 30}, 1, 0.02),
        (9 * DAY, {"per_day": 0.1, "cap": 0.5}, 9, 0.5),
        (20 * DAY, {"per_day": 0.1}, 20, 1.0),
    ],
)
def test_each_started_unit_costs_a_share(by, policy, charged, share):
    found = late(by, **policy)
    assert (found.charged, found.share) == (charged, pytest.approx(share))
    assert found.by == max(by, timedelta())


@pytest.mark.parametrize(
    ("by", "free", "policy", "used", "charged"),
    [
        (2 * DAY, None, {"per_day": 0.1, "free_days": 3}, 2, 0),
        (3 * DAY + MINUTE, None, {"per_day": 0.1, "free_days": 3}, 3, 1),
        (3 * DAY, 1, {"per_day": 0.1, "free_days": 3}, 1, 2),
        (DAY, 0, {"per_day": 0.1, "free_days": 3}, 0, 1),
        (DAY + 2 * HOUR, 1, {"per_hour": 0.01}, 1, 2),
        (HOUR, 1, {"per_hour": 0.01}, 1, 0),
        (MINUTE, 1, {"per_day": 0.1, "grace_minutes": 5}, 0, 0),
        (DAY, -2, {"per_day": 0.1}, 0, 1),
    ],
)
def test_free_days_are_used_up_first(by, free, policy, used, charged):
    found = late(by, free, **policy)
    assert (found.free_days, found.charged) == (used, charged)


def test_the_penalty_is_a_share_of_what_the_policy_says():
    assert late(DAY, per_day=0.1).penalty(15.0, 20.0) == 1.5
    assert late(DAY, per_day=0.1, of="maximum").penalty(15.0, 20.0) == 2.0
    assert late(9 * DAY, per_day=0.1, of="maximum").penalty(5.0, 20.0) == 5.0
    assert late(DAY, per_day=0.1).penalty(0.0, 20.0) == 0.0
    assert late(DAY, per_day=1.0).penalty(7.0, 20.0) == 7.0


def test_times_of_other_zones_are_compared():
    rules = HandInTable(due=DUE, late=LateTable(per_day=0.1))
    assert lateness(rules, datetime(2030, 3, 14, 22, 59, tzinfo=UTC)) == Lateness()
    assert lateness(rules, datetime(2030, 3, 14, 23, 0, tzinfo=UTC)).charged == 1
    with pytest.raises(KitError, match="has no offset from UTC"):
        lateness(rules, datetime(2030, 3, 14, 23, 0))


def test_without_a_policy_lateness_is_said_and_costs_nothing():
    assert lateness(HandInTable(), DUE) == Lateness()
    found = lateness(HandInTable(due=DUE), DUE + 26 * HOUR)
    assert (found.by, found.share) == (26 * HOUR, 0.0)
    assert found.sentence() == "Handed in 1 day and 2 hours late: nothing is charged."


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Lateness(), ""),
        (late(90 * MINUTE, per_hour=0.025),
         "Handed in 1 hour and 30 minutes late: 2 started hours, which costs 5 % of the points "
         "earned."),
        (late(2 * DAY, 1, per_day=0.1, of="maximum"),
         "Handed in 2 days late: 1 started day after 1 free day, which costs 10 % of the points "
         "of the assignment."),
        (late(DAY, 2, per_day=0.1), "Handed in 1 day late: nothing is charged after 1 free day."),
        (late(MINUTE, per_day=0.1, grace_minutes=5),
         "Handed in 1 minute late: nothing is charged."),
    ],
)  # fmt: skip
def test_the_student_reads_why(found, sentence):
    assert found.sentence() == sentence
