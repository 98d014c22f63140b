"""The submissions of a class: recognised as platforms export them, named by the roster."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import class_exports as exports
import pytest

from autograder.course import Assignment, Course
from autograder.errors import KitError
from autograder.exchange.attempts import Rules, choose_best, in_order, is_late
from autograder.exchange.class_intake import Planned, collect
from autograder.exchange.roster import Clue, read_roster
from autograder.submission.class_list import HandedIn, read_class_list, write_class_list
from autograder.submission.intake import read, safe_name
from autograder.submission.unpack import read_files


@pytest.fixture
def affine(small: Course) -> Assignment:
    return small.target("affine")


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(exports.ROSTER, encoding="utf-8")
    return path


@pytest.fixture
def intake(
    tmp_path: Path, affine: Assignment, roster: Path
) -> Callable[..., tuple[dict[str, Planned], str]]:
    """Return a function that takes in paths with the roster: the plan by name, the messages."""

    def run(*paths: Path, with_roster: bool = True) -> tuple[dict[str, Planned], str]:
        known = read_roster(roster) if with_roster else None
        planned, messages = collect(paths, affine, tmp_path / "run", known, {})
        return {entry.handed.name: entry for entry in planned}, "\n".join(messages)

    return run


def text(planned: Planned, affine: Assignment) -> str:
    return read(planned.path, affine).files["affine.py"].decode()


def test_canvas(intake, affine, tmp_path):
    found, messages = intake(exports.canvas(tmp_path / "class", tmp_path))
    assert set(found) == {"jmueller", "jdoe", "wang"}
    assert "'new'" in text(found["jmueller"], affine)  # affine-1.py is the file handed in again
    assert set(read(found["jdoe"].path, affine).files) == {"affine.py", "answers.md"}
    assert [found[name].handed.late for name in ("jdoe", "wang")] == [True, False]
    assert found["wang"].handed.source.endswith("王小明_1002_504_affine.py")
    assert "(Canvas)" in messages
    assert "1 student without a submission: absent." in messages


def test_moodle(intake, affine, tmp_path):
    found, _ = intake(exports.moodle(tmp_path / "class", tmp_path))
    assert set(found) == {"jmueller", "jdoe", "wang"}
    for name, content in (("jmueller", "'j'"), ("jdoe", "'jane'"), ("wang", "'wang'")):
        assert content in text(found[name], affine)


def test_ilias_with_a_team(intake, affine, tmp_path):
    found, _ = intake(exports.ilias(tmp_path / "class", tmp_path))
    assert set(found) == {"jmueller", "jdoe-wang"}
    team = found["jdoe-wang"]
    assert [student.id for student in team.handed.students] == ["1003", "1002"]
    assert set(read(team.path, affine).files) == {"affine.py", "notes.txt"}


def test_gradescope_with_attempts_a_group_and_times(intake, affine, tmp_path):
    found, messages = intake(exports.gradescope(tmp_path / "class", tmp_path))
    assert set(found) == {"jmueller", "jdoe-wang"}
    assert "'last'" in text(found["jmueller"], affine)
    handed = found["jmueller"].handed
    assert (handed.attempt, handed.attempts) == (2, 2)
    assert handed.submitted == "2026-03-01T10:00:00+00:00"
    assert "1 student with several attempts, of which the last counts: jmueller." in messages


def test_the_due_date_decides_where_the_time_is_known(intake, tmp_path, monkeypatch):
    rules = Rules(datetime(2026, 3, 2, tzinfo=UTC), "best", 1)
    monkeypatch.setattr(Rules, "of", lambda _: rules)
    found, messages = intake(exports.gradescope(tmp_path / "class", tmp_path))
    late = {name: entry.handed.late for name, entry in found.items()}
    assert late == {"jmueller": False, "jmueller.2": False, "jdoe-wang": True}
    assert "allows each student alone, but more handed in together: " in messages


def test_rules_come_from_the_assignment(affine):
    assert Rules.of(affine) == Rules(attempts="last")
    hand_in = SimpleNamespace(due=datetime(2026, 3, 2, tzinfo=UTC), attempts="best", groups=3)
    assert Rules.of(SimpleNamespace(hand_in=hand_in)) == Rules(hand_in.due, "best", 3)


def test_a_group_of_the_roster_hands_in_once(affine, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("login,group\nann,1\nbob,1\ncat,\n")
    folder = exports.write_tree(tmp_path / "class", {"bob/affine.py": "", "cat/affine.py": ""})
    planned, messages = collect([folder], affine, tmp_path / "run", read_roster(path), {})
    assert [entry.handed.name for entry in planned] == ["ann-bob", "cat"]
    assert not [line for line in messages if "without" in line]


def test_a_zip_of_a_class_is_unpacked_once(intake, affine, tmp_path):
    folder = exports.moodle(tmp_path / "class", tmp_path)
    archive = Path(shutil.make_archive(str(tmp_path / "export"), "zip", folder))
    found, _ = intake(archive)
    assert set(found) == {"jmueller", "jdoe", "wang"}
    (unpacked,) = (tmp_path / "run" / "handed_in").glob("export-*")
    (unpacked / "mark").touch()
    assert set(intake(archive)[0]) == set(found)
    assert (unpacked / "mark").is_file()
    assert found["jdoe"].handed.source.startswith(str(archive))


@pytest.mark.parametrize("kind", ["folders", "zips"])
def test_a_plain_folder_of_submissions_is_never_one_student(kind, intake, tmp_path):
    names = [f"student{i:02d}" for i in range(41)]
    for name in names:
        files = {"affine.py": exports.MODULE.format(name)}
        if kind == "folders":
            exports.write_tree(tmp_path / "class" / name, files)
        else:
            exports.write_zip(tmp_path / "class" / f"{name}.zip", files)
    exports.write_tree(tmp_path / "class", {"grades.xlsx": b"x"})
    found, messages = intake(tmp_path / "class", with_roster=False)
    assert sorted(found) == names
    assert "41 submissions (folder)" in messages
    assert "not a submission: grades.xlsx." in messages


def test_files_next_to_submissions_are_refused(intake, tmp_path):
    files = {f"{name}/affine.py": exports.MODULE for name in ("a", "b")}
    folder = exports.write_tree(tmp_path / "class", {**files, "affine.py": exports.MODULE})
    with pytest.raises(KitError, match="next to several submissions; move"):
        intake(folder, with_roster=False)


def test_one_student_stays_one_student(intake, tmp_path):
    one = exports.write_tree(
        tmp_path / "hw", {"affine/affine.py": exports.MODULE, "affine/report.pdf": b"x"}
    )
    packed = exports.write_zip(tmp_path / "bob.zip", {"hw/affine.py": exports.MODULE, "hw/x": b"x"})
    found, messages = intake(one, packed, with_roster=False)
    assert set(found) == {"hw", "bob"}
    assert messages == ""


def test_with_a_roster_every_folder_is_a_submission(intake, tmp_path):
    folder = exports.write_tree(tmp_path / "class", {"wang/affine.py": exports.MODULE})
    (folder / "jdoe").mkdir()
    exports.write_zip(folder / "jmueller-2.zip", {"affine.py": exports.MODULE})
    exports.write_zip(folder / "jmueller.zip", {"affine.py": exports.MODULE})
    exports.write_tree(folder, {"stranger/affine.py": exports.MODULE})
    found, messages = intake(folder)
    assert set(found) == {"wang", "jdoe", "jmueller", "stranger"}
    assert found["jmueller"].handed.source.endswith("jmueller-2.zip")
    assert "1 submission not found in the roster" in messages


def test_names_of_an_earlier_run_stay(affine, tmp_path):
    paths = [exports.write_tree(tmp_path / n / "work", {"affine.py": "x = 1\n"}) for n in "ab"]
    planned, _ = collect(paths, affine, tmp_path / "run", None, {})
    earlier = {entry.handed.name: entry.handed for entry in planned}
    (only, *_), _ = collect(paths[1:], affine, tmp_path / "run", None, earlier)
    assert only.handed.name == "work-2"
    third = exports.write_tree(tmp_path / "c" / "work", {"affine.py": "x = 1\n"})
    (new, *_), _ = collect([third], affine, tmp_path / "run", None, earlier)
    assert new.handed.name == "work-3"
    shutil.rmtree(tmp_path / "a")  # moved to c
    (moved, *_), _ = collect([third], affine, tmp_path / "run", None, earlier)
    assert moved.handed.name == "work"


def test_a_person_keeps_the_name_in_a_newer_export(affine, tmp_path):
    first, _ = collect(
        [exports.moodle(tmp_path / "one", tmp_path)], affine, tmp_path / "run", None, {}
    )
    earlier = {entry.handed.name: entry.handed for entry in first}
    second, _ = collect(
        [exports.moodle(tmp_path / "two", tmp_path)], affine, tmp_path / "run", None, earlier
    )
    assert [entry.handed.name for entry in second] == list(earlier)


@pytest.mark.parametrize(
    "clue",
    [
        Clue(name="Jane Ann Doe"),
        Clue(name="doejaneann"),
        Clue(email="JANE@UNI.example"),
        Clue(text="hw2_jdoe"),
        Clue(text="jdoe_3"),
        Clue(text="jane"),
        Clue(id="1003", name="somebody else"),
    ],
)
def test_a_clue_finds_its_student(clue, roster):
    assert [student.login for student in read_roster(roster).find(clue)] == ["jdoe"]


def test_umlauts_are_found_however_they_are_written(roster):
    known = read_roster(roster)
    for name in ("Müller Jörg", "Mueller_Joerg", "muller jorg", "Mu\u0308ller, Jo\u0308rg"):
        assert [student.login for student in known.find(Clue(name=name))] == ["jmueller"]


def test_two_students_of_one_name_are_not_guessed(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("name;login\nAnn Lee;lee1\nAnn Lee;lee2\n")
    assert len(read_roster(path).find(Clue(name="Ann Lee"))) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"login,name\na,A\nb,B\nA,C\n", "row 4: the login a is in row 2 too"),
        (b"x,y\n1,2\n", "has none of the columns"),
        (b"login\n", "lists no student"),
        (b"", "is empty"),
        ("login,name\na,Jörg\n".encode("latin-1"), "not in UTF-8; save it as 'CSV UTF-8'"),
    ],
)
def test_a_roster_that_cannot_be_used_says_why(content, reason, tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(KitError, match=reason):
        read_roster(path)


def test_a_gradebook_of_canvas_is_a_roster(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,HW (5)\n    Points Possible,,,,,10\n"
        '"Doe, Jane",7,s7,jdoe,A,\n"Student, Test",8,,x,A,\n'
    )
    (student,) = read_roster(path).students
    assert (student.login, student.id, student.section) == ("jdoe", "7", "A")


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_names_in_a_zip_keep_their_umlauts(encoding, tmp_path):
    path = exports.unflagged(tmp_path / "a.zip", encoding)
    files, notes = read_files(path, 10**6)
    assert (list(files), notes) == (["Übung_ä.py"], [])


def test_names_of_folders_keep_every_script():
    assert safe_name("Jo\u0308rg Müller") == "Jörg_Müller"
    assert safe_name("王小明") == "王小明"
    assert safe_name("../..") == "submission"
    assert len(safe_name("王" * 300).encode()) <= 200


def test_attempts_are_ordered_as_people_count():
    names = ["hw-10", "hw", "hw-9"]
    assert in_order([None] * 3, names) == [1, 2, 0]


def test_lateness_is_unknown_where_nothing_tells():
    day = datetime(2026, 3, 1, tzinfo=UTC)
    assert is_late(None, None, day) is None
    assert is_late(True, None, day) is True
    assert is_late(True, day, day) is False


def test_the_best_attempt_counts_and_the_last_of_equals():
    entries = [
        HandedIn(name=name, source=name, person="p", attempt=i, attempts=3)
        for i, name in enumerate(("a", "a.2", "a.3"), 1)
    ]
    chosen = choose_best(entries, {"a": 5.0, "a.2": 5.0, "a.3": 1.0})
    assert [chosen[name].counts for name in ("a", "a.2", "a.3")] == [False, True, False]


def test_the_list_of_a_run_is_read_as_written(tmp_path):
    entry = HandedIn(name="王", source="x", late=True)
    write_class_list(tmp_path, [entry])
    assert read_class_list(tmp_path) == {"王": entry}
    (tmp_path / "submissions.json").write_text("{")
    with pytest.raises(KitError, match="delete it and grade again"):
        read_class_list(tmp_path)
