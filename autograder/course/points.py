"""The points of every question, case and criterion of a problem, as one assignment counts them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.course.casefile import read_case_file
from autograder.course.model import Problem
from autograder.errors import CourseError

_STEPS = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 10), Fraction(1, 20))
_FINEST = Fraction(1, 100)
_TOLERANCE = Fraction(1, 5)  # how far a question's points may be from its exact share
_CASE_STEP = Fraction(1, 10**6)


class PointsError(CourseError):
    """The points that an assignment asks for cannot be given."""


@dataclass(frozen=True)
class Choice:
    """How many of the optional questions count, the best ones, and what each is worth."""

    best: int
    each: float


@dataclass(frozen=True)
class Points:
    """Points by question: of each case in the order of the test file, of each criterion.

    The points of ``optional`` questions are extra, unless a ``choice`` makes the best of them part
    of the total.
    """

    cases: Mapping[str, tuple[float, ...]]
    criteria: Mapping[str, tuple[float, ...]]
    optional: frozenset[str] = frozenset()
    choice: Choice | None = None

    def of(self, question: str) -> float:
        """Return the points of an autograded or a written question."""
        return _sum(self.cases[question] if question in self.cases else self.criteria[question])

    @property
    def total(self) -> float:
        """The points of all questions that are not optional, and of those to choose."""
        names = [name for name in (*self.cases, *self.criteria) if name not in self.optional]
        chosen = self.choice.best * self.choice.each if self.choice else 0.0
        return _sum([chosen, *(self.of(name) for name in names)])


def points_of(
    problem: Problem,
    total: float | None = None,
    fixed: Mapping[str, float] | None = None,
    choice: Choice | None = None,
) -> Points:
    """Return the points of ``problem``, worth ``total`` in all with ``fixed`` points by question.

    Without them, the points are the ones that the cases and criteria state. Raises PointsError
    where the points do not fit together.
    """
    cases = {
        question.name: [_exact(case.points) for case in read_case_file(question.test_file).cases]
        for question in problem.questions
    }
    criteria = {
        question.name: [_exact(points) for points, _ in question.criteria]
        for question in problem.written
    }
    optional = frozenset(question.name for question in problem.questions if question.optional)
    natural = {name: sum(parts, Fraction()) for name, parts in (cases | criteria).items()}
    wanted = _wanted(natural, optional, total, fixed or {}, choice)
    return Points(
        {name: _scaled(parts, wanted[name]) for name, parts in cases.items()},
        {name: _divided(parts, wanted[name]) for name, parts in criteria.items()},
        optional,
        choice,
    )


def _wanted(
    natural: Mapping[str, Fraction],
    optional: frozenset[str],
    total: float | None,
    fixed: Mapping[str, float],
    choice: Choice | None,
) -> dict[str, Fraction]:
    """Return the points of every question."""
    given = {name: _two_decimals(points) for name, points in fixed.items()}
    chosen = Fraction()  # the points of the optional questions that count
    if choice is not None:
        given |= dict.fromkeys(optional, _two_decimals(choice.each))
        chosen = choice.best * _two_decimals(choice.each)
    for name in given:
        if not natural[name]:
            raise PointsError(f"question {name!r} has no points in its cases, so it cannot count")
    if total is None:
        return {**natural, **given}
    whole = _two_decimals(total)
    rest = whole - sum((given[name] for name in given if name not in optional), chosen)
    others = {
        name: points
        for name, points in natural.items()
        if points and name not in optional and name not in given
    }
    if others and rest <= 0:
        raise PointsError(
            f"of {float(whole):g} points nothing is left for {', '.join(others)}; "
            "leave these questions out or correct the points"
        )
    if not others and rest:
        raise PointsError(
            f"the points of its questions are {float(whole - rest):g} in all, not {float(whole):g}"
        )
    factor = whole / sum((p for n, p in natural.items() if n not in optional), Fraction())
    extra = {name: _near(natural[name] * factor) for name in optional - given.keys()}
    return {
        **natural,
        **extra,
        **given,
        **dict(zip(others, split(rest, [*others.values()]), strict=True)),
    }


def split(total: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
    """Split ``total`` in proportion to ``weights``, in round steps whose sum is exact.

    The step is the coarsest with which equal weights get equal parts and every part is within a
    fifth of its exact share; else it is 0.01, by largest remainders.
    """
    for step in _STEPS:
        if (total / step).denominator == 1 and (units := _even(int(total / step), weights)):
            return [units[weight] * step for weight in weights]
    parts = _largest_remainders(total, weights, _FINEST)
    if not all(parts):
        raise PointsError(
            f"{float(total):g} points are too few for {len(weights)} questions or criteria"
        )
    return parts


def _even(total: int, weights: Sequence[Fraction]) -> dict[Fraction, int] | None:
    """Return whole units for each weight that are nearest to the shares of ``total``, or None.

    ``found`` maps a sum of units to the least error with which the weights so far reach it.
    """
    found: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    whole, groups = sum(weights), sorted(Counter(weights).items())
    for weight, count in groups:
        share = total * weight / whole
        least, most = math.ceil(share * (1 - _TOLERANCE)), math.floor(share * (1 + _TOLERANCE))
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for used, (error, chosen) in found.items():
            for units in range(max(least, *chosen[-1:], 1), most + 1):
                reached = used + count * units
                worse = error + count * float((units - share) ** 2 / share)
                if reached <= total and worse < longer.get(reached, (math.inf,))[0]:
                    longer[reached] = worse, (*chosen, units)
        found = longer
    if total not in found:
        return None
    return {weight: units for (weight, _), units in zip(groups, found[total][1], strict=True)}


def _largest_remainders(
    total: Fraction, weights: Sequence[Fraction], step: Fraction
) -> list[Fraction]:
    """Split ``total`` in whole steps: round down, then give one step more where most is missing."""
    shares = [total / step * weight / sum(weights) for weight in weights]
    units = [math.floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (units[i] - shares[i], i))
    for i in order[: int(total / step) - sum(units)]:
        units[i] += 1
    return [unit * step for unit in units]


def _scaled(parts: Sequence[Fraction], total: Fraction) -> tuple[float, ...]:
    """Return the points of cases in proportion to ``parts``; their sum is ``total``."""
    if total != sum(parts):
        parts = _largest_remainders(total, parts, _CASE_STEP)
    return tuple(map(float, parts))


def _divided(parts: Sequence[Fraction], total: Fraction) -> tuple[float, ...]:
    """Return the points of criteria in round steps, since a person marks them."""
    return tuple(map(float, parts if total == sum(parts) else split(total, parts)))


def _near(share: Fraction) -> Fraction:
    """Return a round number near ``share``."""
    for step in _STEPS:
        if abs(near := round(share / step) * step - share) <= _TOLERANCE * share:
            return share + near
    return max(_FINEST, round(share / _FINEST) * _FINEST)


def _two_decimals(points: float) -> Fraction:
    value = _exact(points)
    if (value / _FINEST).denominator != 1:
        raise PointsError(f"{points:g} has more than two decimals; round it")
    return value


def _exact(points: float) -> Fraction:
    return Fraction(str(points))


def _sum(points: Iterable[float]) -> float:
    return round(math.fsum(points), 6)
