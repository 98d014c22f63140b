"""What an instructor wrote is read exactly, or refused with file and cause."""

from __future__ import annotations

import re
import shutil

import pytest

from autograder.course import Course, default_course, load_mistakes
from autograder.errors import CourseError


@pytest.fixture
def course(tmp_path, small):
    shutil.copytree(small.root, tmp_path / "course")
    return Course(tmp_path / "course")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_limits_are_inherited_by_questions(small):
    limits = small.problem("affine").questions[0].limits
    assert (limits.cpu_seconds, limits.memory_mb, limits.import_seconds) == (2, 512, 5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "An affine', 'titel = "An affine', "the key 'title' is missing"),
        ("memory_mb = 512", 'memory_mb = "much"', "'memory_mb' has the wrong type"),
        ("memory_mb = 512", "memory = 512", "unknown key 'memory'"),
        ('name = "affine_forward"', 'name = "forward"', "forward.py does not exist"),
        ('title = "Forward pass"', 'title = "x"\nneeds = ["x"]', "needs unknown questions x"),
        ('title = "Forward pass"', 'title = "x"\nmodules = ["x.py"]', "unknown modules x.py"),
        (
            'modules = ["affine.py"]',
            'modules = ["affine.py"]\nbuilds_on = ["affine"]',
            "'affine', which builds on it",
        ),
        (
            'modules = ["affine.py"]',
            'modules = ["affine.py"]\nbuilds_on = ["x"]',
            "'x', which is no problem",
        ),
        ("[limits]", "[limits", "is not valid TOML"),
    ],
)
def test_a_faulty_problem_is_refused_with_its_file(course, old, new, message):
    path = course.solutions / "affine" / "problem.toml"
    edit(path, old, new)
    with pytest.raises(CourseError, match=message) as caught:
        course.problem("affine")
    assert str(path.parent) in str(caught.value)
    assert re.match(rf"{path}:\d+: [^\n]+\.$", str(caught.value))


PROBLEM = """\
title = "An affine layer"
modules = [
    "affine.py",
]

[limits]
cpu_seconds = 2

[data]
points = ["full"]

[[questions]]
name = "affine_forward"
title = "Forward pass"

[[questions]]
name = "affine_backward"
title = "Backward pass"
[questions.limits]
cpu_seconds = 3
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("", "", 0, ""),
        ('title = "An', 'titel = "An', 1, "'titel' is an unknown key, and the key 'title' is miss"),
        ("cpu_seconds = 2", "cpu = 2", 7, "unknown key 'cpu'; remove it or correct its name"),
        (
            "cpu_seconds = 3",
            "cpu = 3",
            20,
            "(known keys: cpu_seconds, memory_mb, device, import_seconds)",
        ),
        ("cpu_seconds = 3", 'cpu_seconds = "3"', 20, "expected a number, found text"),
        ("cpu_seconds = 3", "cpu_seconds = 0", 20, "'cpu_seconds' must be greater than 0"),
        ("cpu_seconds = 3", "memory_mb = 1.5", 20, "expected a whole number, found a number"),
        ('"affine.py",', "3,", 3, "an entry of 'modules' has the wrong type: expected text, found"),
        ('["full"]', '"full"', 10, "'points' has the wrong type: expected a list, found text"),
        (
            '["full"]',
            "[\n  3]",
            11,
            "an entry of 'points' has the wrong type: expected text, found",
        ),
        ("[limits]\ncpu_seconds = 2", "limits = 2", 6, "expected a table, found a whole number"),
        ('title = "Backward pass"\n', "", 16, "the key 'title' is missing"),
        ('"Backward pass"', '"x"\nneeds = [\n"x"]', 19, "question 'affine_backward' needs unknown"),
        ('"Backward pass"', '"x"\nmodules = ["x.py"]', 19, "names unknown modules x.py"),
        ('"affine_backward"', '"affine_forward"', 17, "two questions are called 'affine_forward'"),
        ("[limits]", "builds_on = [\n'x']\n[limits]", 7, "it builds on 'x', which is no problem"),
        ("cpu_seconds = 3", "cpu_seconds = ", 20, "this is not valid TOML (Invalid value)"),
        ("cpu_seconds = 3", "x = [", 21, "this is not valid TOML ("),
        ("[limits]", "a.b = 1\n[limits]", 6, "unknown key 'a'"),
        ("[[questions]]", "[[question]]", 12, "unknown key 'question'"),
    ],
)
def test_a_fault_is_named_with_its_line(course, old, new, line, message):
    path = course.solutions / "affine" / "problem.toml"
    path.write_text(PROBLEM)
    if not line:
        assert course.problem("affine").questions[1].limits.cpu_seconds == 3
        return
    edit(path, old, new)
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        course.problem("affine")
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("questions/extra.py", "problem.toml has no question 'extra'; list it under"),
        ("written/extra.md", "problem.toml has no question 'extra'; list it under `written`"),
        ("mistakes/affine_sideways.toml", "problem.toml has no question 'affine_sideways'"),
    ],
)
def test_a_file_of_no_question_is_refused(course, name, message):
    path = course.solutions / "affine" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        course.problem("affine")
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", ["problem.toml", "written/why.md"])
def test_a_file_in_another_encoding_is_refused(course, name):
    folder = course.solutions / "affine"
    edit(folder / "problem.toml", "[limits]", 'written = ["why"]\n\n[limits]')
    (folder / "written").mkdir()
    (folder / "written" / "why.md").write_text("")
    (folder / name).write_bytes(b"title = '\xe9'")
    with pytest.raises(CourseError, match=f"{name} is not UTF-8 text; save it as UTF-8"):
        course.problem("affine")


def test_helpers_are_no_questions(course):
    for name in ("support", "oracle"):
        (course.solutions / "affine" / "questions" / f"{name}.py").write_text("")
    assert course.problem("affine").questions


def test_a_written_question_has_a_name_of_its_own(course):
    folder = course.solutions / "affine"
    edit(folder / "problem.toml", "[limits]", 'written = ["affine_forward"]\n\n[limits]')
    with pytest.raises(CourseError, match="two questions are called 'affine_forward'; rename one"):
        course.problem("affine")


HEAD = 'title = "x"\n\n[[problems]]\nname = "affine"\n'
TIME = "a date with time and offset"
HAND_IN = [
    ('required_files = ["a.pdf", "../b.pdf"]', 6,
     "'../b.pdf' in 'required_files' is not the pattern of a file inside the zip; write one like"),
    ('required_files = ["/b.pdf"]', 6, "'/b.pdf' in 'required_files' is not the pattern"),
    ('required_files = [""]', 6, "'' in 'required_files' is not the pattern"),
    ("max_pages = 0", 6, "'max_pages' must be at least 1"),
    ("max_pages = 1.5", 6, "'max_pages' has the wrong type: expected a whole number"),
    ("max_size_mb = 0", 6, "'max_size_mb' must be greater than 0"),
    ("due = 2030-01-01T10:00:00", 6, f"'due' must be {TIME} from UTC, such as 2030-"),
    ('due = "soon"', 6, f"'due' must be {TIME} from UTC, such as 2030-"),
    ("due = 2030-01-01", 6, f"expected {TIME}, found a date without a time"),
    ('attempts = "first"', 6, "'attempts' is 'first', but it must be one of best, last"),
    ("groups = 0", 6, "'groups' must be at least 1"),
    ("late = 0.1", 6, "'late' has the wrong type: expected a table, found a number"),
    ("[hand_in.late]\nper_day = 10", 7, "'per_day' must be at most 1"),
    ("[hand_in.late]\nper_day = 0.1", 6, "'late' needs to know when; write 'due' with date, time"),
    ("[hand_in.late]\ngrace_minutes = -1", 7, "'grace_minutes' must be at least 0"),
    ("[hand_in.late]\nfree_days = 0.5", 7, "'free_days' has the wrong type"),
    ("[hand_in.late]\ncap = 2", 7, "'cap' must be at most 1"),
    ('[hand_in.late]\nof = "all"', 7, "'of' is 'all', but it must be one of maximum, score"),
    ("[hand_in.late]\ncap = 0.5", 6, "'late' says no price; write 'per_day' or 'per_hour', such"),
    ("[hand_in.late]\nper_day = 0.1\nper_hour = 0.1", 8,
     "'late' has 'per_day' and 'per_hour'; remove one of the two"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('title = "x"\n[[problems]]\nname = "afine"', 3, "there is no problem 'afine'; there are:"),
        (HEAD + '[[problems]]\nname = "affine"', 6, "it lists 'affine' twice; remove one"),
        (HEAD + "points = -1", 5, "'points' must be greater than 0"),
        (HEAD + "points = 1.005", 5, "affine: 1.005 has more than two decimals; round it"),
        (HEAD + "points = 0.01", 5, "affine: 0.01 points are too few for 2 questions"),
        (HEAD + "points = 5\nquestions = { backward = 1 }", 6, "affine has no question 'backward'"),
        (HEAD + "[problems.questions]\naffine_forward = 0", 6, "'affine_forward' must be greater"),
        (HEAD + "points = 1\n[problems.questions]\naffine_forward = 1", 5,
         "affine: of 1 points nothing is left for affine_backward; leave these questions out"),
        (HEAD + "points = 3\nquestions = { affine_forward = 1, affine_backward = 1 }", 5,
         "affine: the points of its questions are 2 in all, not 3"),
        (HEAD + 'leave_out = [\n"forward"]', 6, "affine has no question 'forward'; it has: affine"),
        (HEAD + 'leave_out = ["affine_forward", "affine_backward"]', 5, "leaves out every"),
        (HEAD + 'leave_out = ["affine_forward"]\nquestions = { affine_forward = 1 }', 6,
         "question 'affine_forward' has points and is left out; choose one"),
        (HEAD + "choose = { best = 1, points = 2 }", 5,
         "students choose 1, so affine needs more optional questions than that; it asks: none"),
        (HEAD + "choose = { best = 0, points = 2 }", 5, "'best' must be at least 1"),
        (HEAD + "choose = { best = 1 }", 5, "the key 'points' is missing"),
        (HEAD + '[visibility]\nhidden = "never"', 6,
         "'hidden' is 'never', but it must be one of after_due_date, after_published, hidden, vis"),
        (HEAD + "[grades]\nA = 0.9\nB = 2", 7, "'B' must be at most 1"),
        (HEAD + '[hand_in]\narchive = "(.zip"', 6, "'archive' must be a name like"),
        *((HEAD + f"[hand_in]\n{rule}", line, sentence) for rule, line, sentence in HAND_IN),
        ('title = "x"', 1, "it lists no [[problems]]"),
    ],
)  # fmt: skip
def test_a_fault_of_an_assignment_is_named_with_its_line(course, text, line, message):
    path = course.assignments / "odd.toml"
    path.write_text(text)
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        course.assignment("odd")
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_broken_problem_breaks_only_what_needs_it(course):
    path = course.solutions / "affine" / "problem.toml"
    edit(path, "[limits]", "[limits")
    (course.assignments / "one.toml").write_text(HEAD.replace("affine", "attention"))
    assert course.problem_names() == ["affine", "attention"]
    assert course.assignment_names() == ["one", "small"]
    assert course.problem("attention").questions
    assert course.assignment("one").entries
    found, errors = course.readable(["one", "small", "affine", "attention"])
    assert [target.name for target in found] == ["one", "attention"]
    assert [str(error).startswith(f"{path}:") for error in errors] == [True]


def test_a_broken_bank_is_named_with_its_line(course):
    path = course.solutions / "affine" / "mistakes" / "affine_forward.toml"
    path.write_text(path.read_text() + "[[mistakes]]\nname = 'x'\n")
    with pytest.raises(CourseError, match=r"affine_forward.toml:\d+: the key 'title' is missing"):
        load_mistakes(course.problem("affine"))
    path.write_text(
        "[[mistakes]]\nname = 'x'\ntitle = 'x'\nexplanation = 'x'\nedits = [ { old = 'x' } ]"
    )
    with pytest.raises(CourseError, match=r"affine_forward.toml:5: the key 'new' is missing"):
        load_mistakes(course.problem("affine"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"', "lists no"),
        ('title = "x"\n[[problems]]\nname = "afine"', "no problem 'afine'; there are: affine, att"),
        (
            'title = "x"\n[visibility]\nhidden = "never"\n[[problems]]\nname = "affine"',
            "must be one",
        ),
        ('title = "x"\n[hand_in]\narchive = "(.zip"\n[[problems]]\nname = "affine"', "a name like"),
    ],
)
def test_a_faulty_assignment_is_refused(course, text, message):
    (course.assignments / "odd.toml").write_text(text)
    with pytest.raises(CourseError, match=message):
        course.assignment("odd")


def test_a_written_question_is_one_file(course):
    folder = course.solutions / "affine"
    edit(folder / "problem.toml", "[limits]", 'written = ["why"]\n\n[limits]')
    with pytest.raises(CourseError, match=r"written/why\.md cannot be read"):
        course.problem("affine")
    (folder / "written").mkdir()
    path = folder / "written" / "why.md"
    path.write_text("# Why\n\nWhy?\n\n## Model answer\n\nSo.\n")
    with pytest.raises(CourseError, match="'## Criteria', in this order"):
        course.problem("affine")
    path.write_text("# Why\n\nWhy?\n\n## Model answer\n\nSo.\n\n## Criteria\n\n- one: says so\n")
    with pytest.raises(CourseError, match=r"why\.md:10: a criterion is one line like"):
        course.problem("affine")
    edit(path, "- one: says so", "- 1: says so\n- 0.5: and why")
    (question,) = course.problem("affine").written
    assert (question.title, question.prompt, question.model_answer) == ("Why", "Why?", "So.")
    assert question.criteria == ((1.0, "says so"), (0.5, "and why"))
    assert question.points == 1.5


def test_an_unknown_target_lists_what_there_is(small):
    with pytest.raises(CourseError, match=r"neither an assignment \(small\) nor a problem"):
        small.target("smal")


def test_every_assignment_of_the_kit_can_be_read():
    course = default_course()
    assert course.assignment_names()
    for name in course.assignment_names():
        assert course.assignment(name).entries
