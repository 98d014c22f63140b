"""Turn the paths of a command into submissions: whose they are, which attempt, late or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from autograder.backends.jobs import RUN_FILES, free_name
from autograder.course import Assignment, lateness
from autograder.exchange.attempts import Attempt, Rules, in_order, is_late, to_grade
from autograder.exchange.class_folder import expected_of, open_class, place_of
from autograder.exchange.intake_messages import about_lateness, about_people, counted, some
from autograder.exchange.layouts import Packed, person_in
from autograder.exchange.roster import Clue, Roster
from autograder.submission.class_list import HandedIn, Student
from autograder.submission.intake import safe_name

HANDED_IN = "handed_in"


@dataclass(frozen=True)
class Planned:
    """A submission to grade, and where its files are."""

    handed: HandedIn
    path: Path


def collect(
    paths: Sequence[Path],
    assignment: Assignment,
    run: Path,
    roster: Roster | None,
    earlier: Mapping[str, HandedIn],
) -> tuple[list[Planned], list[str]]:
    """Return the submissions at ``paths``, and what a person should know about them."""
    rules, messages = Rules.of(assignment), list[str]()
    found: list[Attempt] = []
    for path in paths:
        opened = open_class(path, assignment, roster is not None, run / HANDED_IN)
        if opened is None:
            stem = path.name if path.is_dir() else path.stem
            clue = Clue(text=person_in(path.name, expected_of(assignment)))
            found.append(_attempt(Packed(stem, (clue,), ()), None, path, roster, rules))
            continue
        folder, export = opened
        found += [_attempt(packed, folder, path, roster, rules) for packed in export.packed]
        messages.append(f"{path}: {counted(export.packed, 'submission')} ({export.platform}).")
        if export.ignored:
            messages.append(f"{path}: not a submission: {some(export.ignored)}.")
    messages += about_people(found, roster, rules)
    planned = _named(_by_person(found), rules, assignment, run, earlier)
    messages += about_lateness([entry.handed for entry in planned], assignment.hand_in)
    return planned, messages


def _attempt(
    packed: Packed, folder: Path | None, path: Path, roster: Roster | None, rules: Rules
) -> Attempt:
    """Find out whose submission this is."""
    students: list[Student] = []
    known = roster is not None
    for clue in packed.clues:
        found = roster.find(clue) if roster else ()
        if roster and len(found) == 1:
            students += found if rules.groups == 1 else roster.members(found[0])
            continue
        known = False
        if clue.login or clue.email or clue.id or clue.name:
            students.append(Student(login=clue.login, name=clue.name, email=clue.email, id=clue.id))
    return Attempt(packed, folder, path, tuple(dict.fromkeys(students)), known and bool(students))


def _by_person(found: Iterable[Attempt]) -> list[list[Attempt]]:
    """Return the attempts of each person or group, first to last."""
    groups: dict[str, list[Attempt]] = {}
    for attempt in found:
        groups.setdefault(attempt.person, []).append(attempt)
    ordered = []
    for group in groups.values():
        times = [attempt.packed.submitted for attempt in group]
        order = in_order(times, [attempt.source.removesuffix(".zip") for attempt in group])
        ordered.append([group[i] for i in order])
    return ordered


def _named(
    people: Sequence[Sequence[Attempt]],
    rules: Rules,
    assignment: Assignment,
    run: Path,
    earlier: Mapping[str, HandedIn],
) -> list[Planned]:
    """Name each submission; one that an earlier run has graded keeps its name."""
    used = set(RUN_FILES)
    taken = {entry.source: name for name, entry in earlier.items()}
    planned: dict[int, Planned] = {}
    wanted = [
        (group[i], i + 1, len(group))
        for group in people
        for i in to_grade(len(group), rules.attempts)
    ]
    bases = {attempt.source: _base(attempt) for attempt, _, _ in wanted}
    kept = {
        attempt.source: taken[attempt.source]
        for attempt, _, _ in wanted
        if taken.get(attempt.source, "").startswith(bases[attempt.source])
    }
    used |= {name.casefold() for name in kept.values()}
    for place, (attempt, number, of) in enumerate(wanted):
        base = bases[attempt.source] + (f".{number}" if number > 1 and rules.attempts == "best"
                                        else "")  # fmt: skip
        name = kept.get(attempt.source) or free_name(base, used | _foreign(attempt, earlier))
        used.add(name.casefold())
        planned[place] = Planned(
            _handed_in(name, attempt, number, of, assignment),
            _place(name, attempt, run, assignment),
        )
    return list(planned.values())


def _base(attempt: Attempt) -> str:
    if not attempt.is_known:
        return safe_name(attempt.packed.title)
    names = [s.login or s.email.partition("@")[0] or s.id or s.name for s in attempt.students]
    more = f"-and-{len(names) - 3}-more" if len(names) > 3 else ""
    return safe_name("-".join(names[:3]) + more)


def _foreign(attempt: Attempt, earlier: Mapping[str, HandedIn]) -> set[str]:
    """Return the names that another person's submission has in this run.

    A submission of one name whose earlier file is gone has only moved.
    """
    says_who = attempt.is_known or bool(attempt.packed.key)
    return {
        name.casefold()
        for name, entry in earlier.items()
        if entry.person != attempt.person and (says_who or Path(entry.source).exists())
    }


def _place(name: str, attempt: Attempt, run: Path, assignment: Assignment) -> Path:
    if attempt.folder is None:
        return attempt.path
    return place_of(attempt.packed, attempt.folder, run / HANDED_IN / name, assignment)


def _handed_in(
    name: str, attempt: Attempt, number: int, of: int, assignment: Assignment
) -> HandedIn:
    submitted, rules = attempt.packed.submitted, Rules.of(assignment)
    return HandedIn(
        name=name,
        source=attempt.source,
        person=attempt.person,
        students=attempt.students,
        late=is_late(attempt.packed.late, submitted, rules.due),
        submitted=submitted.isoformat() if submitted else None,
        lateness=lateness(assignment.hand_in, submitted.astimezone(UTC)) if submitted else None,
        attempt=number,
        attempts=of,
    )
