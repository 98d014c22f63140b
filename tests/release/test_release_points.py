"""Every table of points in a package agrees with the grading, and adds up."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import build_assignment
from autograder.course import Course, Entry, default_course
from autograder.errors import CourseError
from autograder.examine.outcomes import Verdict
from autograder.grade.examined import unrun
from autograder.grade.results import problem_result, question_result
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect
from autograder.submission.intake import Modules

COURSE = default_course()
ROW = re.compile(r"^\| `(\w+)` \|(?P<between>.*)\| ([\d.]+) \|(?P<rest>.*)$", re.MULTILINE)
SECTION = re.compile(r"^### [^\n]*: `(\w+)/` \(([\d.]+) points?\)\n(.*?)(?=^#)", re.M | re.S)
HEADING = re.compile(r"^## (\w+) - .* \(([\d.]+) points?\)$", re.MULTILINE)
Table = dict[str, Fraction]


def rows(text: str) -> Table:
    return {found[1]: Fraction(found[3]) for found in ROW.finditer(text)}


def optional(text: str) -> set[str]:
    return {found[1] for found in ROW.finditer(text) if "(optional)" in found["between"]}


def graded(course: Course, name: str, entry: Entry, folder: Path) -> tuple[Table, Table]:
    """Return the points of all questions and of the written ones, as in a result."""
    assignment, verdict = course.assignment(name), Verdict("not_attempted")
    questions = [
        question_result(assignment, entry, q, unrun(q, verdict), {}, Modules(), folder)
        for q in entry.problem.questions
    ]
    found = {}
    for question in questions:
        cases = sum((Fraction(str(case.max_points)) for case in question.cases), Fraction())
        found[question.name] = cases
        assert question.max_score == (0 if question.optional else float(cases))
    written = {}
    for question in problem_result(entry, questions, {}, {}, Path()).written:
        written[question.name] = Fraction(str(question.max_points))
        criteria = [Fraction(str(criterion.points)) for criterion in question.criteria]
        assert sum(criteria, Fraction()) == written[question.name]
    return found | written, written


def check_tables(course: Course, name: str, folder: Path) -> None:
    tree = assignment_tree(course, course.assignment(name))
    sections = SECTION.findall(tree["README.md"].decode())
    entries = course.assignment(name).entries
    assert [section[0] for section in sections] == [entry.problem.name for entry in entries]
    for entry, (problem, total, text) in zip(entries, sections, strict=True):
        expected, written = graded(course, name, entry, folder)
        assert rows(text) == expected
        assert rows(tree[f"{problem}/handout.md"].decode()) == expected
        sheet = tree.get(f"{problem}/answers.md", b"").decode()
        assert {n: Fraction(p) for n, p in HEADING.findall(sheet)} == written
        counted = [points for q, points in expected.items() if q not in optional(text)]
        chosen = entry.choice.best * Fraction(entry.choice.each) if entry.choice else 0
        assert sum(counted) + chosen == Fraction(total)
        if entry.total is not None:
            assert sum(counted) + chosen == Fraction(str(entry.total))


@pytest.mark.parametrize("name", COURSE.assignment_names())
def test_all_tables_of_a_package_agree_and_add_up(name: str, tmp_path: Path) -> None:
    check_tables(COURSE, name, tmp_path)


@pytest.mark.parametrize(
    "points",
    [
        "",
        "points = 12",
        "points = 1",
        "points = 100",
        "points = 3.33",
        "questions = { column_means = 5, centring = 0.25 }",
        "points = 12\nquestions = { ranks = 3, Scaler = 7 }",
        'points = 10\nleave_out = ["column_means", "centring"]',
        'leave_out = ["ranks"]',
    ],
)
def test_the_tables_follow_the_points_of_an_assignment(
    points: str, course: Course, tmp_path: Path
) -> None:
    path = course.assignments / "hw1.toml"
    path.write_text(f'title = "x"\n\n[[problems]]\nname = "columns"\n{points}\n')
    check_tables(course, "hw1", tmp_path)


def test_a_question_that_is_left_out_is_not_asked(course: Course) -> None:
    path = course.assignments / "hw1.toml"
    path.write_text(
        'title = "x"\n[[problems]]\nname = "columns"\nleave_out = ["column_means", "centring"]\n'
    )
    tree = assignment_tree(course, course.assignment("hw1"))
    assert "columns/answers.md" not in tree
    assert "columns/tests/column_means.py" not in tree
    assert "columns/tests/Scaler.py" in tree
    for name in ("README.md", "columns/handout.md", "assignment.json"):
        text = tree[name].decode()
        assert "Scaler" in text
        assert "`column_means`" not in text
        assert '"column_means"' not in text.replace('("column_means")', "")
        assert "centring" not in text
    assert b"def column_means" in tree["columns/columns.py"]
    (entry,) = course.assignment("hw1").entries
    assert [question.needs for question in entry.problem.questions] == [(), ()]


def test_a_package_says_how_many_questions_a_student_chooses() -> None:
    tree = assignment_tree(COURSE, COURSE.assignment("cmpt419_a2"))
    for name in ("README.md", "finetune_resnet/handout.md"):
        text = tree[name].decode()
        assert "Choose at least 1 of the 8 optional questions; the best one counts." in text


def test_the_committed_folder_shows_the_points_of_the_cases(course: Course, tmp_path: Path) -> None:
    arguments = ["--course", str(course.root), "build", "hw1", "--out", str(tmp_path)]
    assert CliRunner().invoke(build_assignment.main, arguments).exit_code == 0
    committed = (course.root / "student" / "columns" / "handout.md").read_text()
    assert rows(committed) == {"column_means": 3, "Scaler": 3, "ranks": 1, "centring": 2}


BY_HAND = "| question | points |\n|---|---|\n| `column_means` | 99 |\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BY_HAND, r"handout\.md:3: this table states points, which only the cases and criteria do"),
        (f"{{{{ grading }}}}\n\n{BY_HAND}", r"handout\.md:5: this table states points"),
        ("No table.\n", r"handout\.md: the handout has `{{ grading }}` 0 times, not once"),
        ("{{ grading }}\n\n{{ grading }}\n", r"handout\.md:5: .* 2 times, not once"),
    ],
)
def test_points_by_hand_in_a_handout_are_refused(text: str, message: str, course: Course) -> None:
    (course.solutions / "columns" / "handout.md").write_text(f"# Columns\n\n{text}")
    with pytest.raises(CourseError, match=message):
        assignment_tree(course, course.assignment("hw1"))


def test_a_secret_of_a_question_that_is_left_out_does_not_leak(
    course: Course, tmp_path: Path
) -> None:
    path = course.assignments / "hw1.toml"
    path.write_text('title = "x"\n[[problems]]\nname = "columns"\nleave_out = ["centring"]\n')
    with (course.solutions / "columns" / "handout.md").open("a") as handout:
        handout.write("\nThe deviation is measured around the mean,\n")
        handout.write("so that scaling alone leaves an offset.\n")
    assignment = course.assignment("hw1")
    archive = zip_bytes(assignment_tree(course, assignment), "hw1")
    problems = [entry.problem for entry in assignment.entries]
    found = [str(leak) for leak in scan("hw1.zip", archive, collect(course, problems))]
    assert any("model answer of centring" in leak for leak in found), found
