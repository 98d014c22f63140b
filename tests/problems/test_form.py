"""What holds for every problem: reference, skeleton, right answers, handout, docstrings."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import symtable

import pytest

from autograder.course import Problem, Question, default_course, load_mistakes
from autograder.course.casefile import read_case_file
from autograder.diagnose import bank
from autograder.examine import testfiles
from autograder.release.student import student_tree

from .plain_otter import failures, is_long, modules_of, right_answers

COURSE = default_course()
PROBLEMS = [COURSE.problem(name) for name in COURSE.problem_names()]
QUICK = [(p, q) for p in PROBLEMS for q in p.questions if not is_long(q)]
ANSWERS = [(p, *answer) for p in PROBLEMS for answer in right_answers(p)]
MINIMUM = 3  # right answers in styles that differ from the reference

pytestmark = [
    pytest.mark.filterwarnings("ignore:'pin_memory' argument:UserWarning"),
    pytest.mark.usefixtures("one_thread"),
]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)


def label(value: object) -> str | None:
    if isinstance(value, dict):
        return ""
    return value.name if isinstance(value, Problem | Question) else None


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("problem", "question"), QUICK, ids=label)
def test_the_reference_passes_every_case(problem, question, seed, tmp_path):
    with modules_of(COURSE, problem, bank.reference(problem), tmp_path) as names:
        assert failures(question, names, seed) == {}


@every_problem
def test_no_case_passes_on_the_skeleton(problem, tmp_path):
    tree = student_tree(problem)
    texts = {name: tree[name].decode() for name in problem.modules}
    with modules_of(COURSE, problem, texts, tmp_path) as names:
        for question in problem.questions:
            cases = read_case_file(question.test_file).cases
            assert failures(question, names).keys() == {case.name for case in cases}


@pytest.mark.slow  # two minutes together
@pytest.mark.parametrize(("problem", "name", "module", "texts"), ANSWERS, ids=label)
def test_a_right_answer_passes_every_case(problem, name, module, texts, tmp_path):
    lost = {}
    for question in problem.questions:
        if module in question.modules and not is_long(question):
            folder = tmp_path / question.name
            folder.mkdir()
            with modules_of(COURSE, problem, texts, folder, question.modules) as names:
                lost[question.name] = failures(question, names, seed=3)
    assert not any(lost.values()), lost


@every_problem
def test_there_are_right_answers_in_other_styles(problem):
    assert len(list(right_answers(problem))) >= MINIMUM


@every_problem
def test_the_handout_lists_every_question_with_its_points(problem):
    handout = student_tree(problem)["handout.md"].decode()
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([\d.]+) \|", handout, flags=re.MULTILINE))
    points = {q.name: testfiles.load(q.test_file).points for q in problem.questions}
    points |= {written.name: written.points for written in problem.written}
    assert {name: float(value) for name, value in rows.items()} == points


@every_problem
def test_each_question_has_public_and_hidden_cases(problem):
    for question in problem.questions:
        kinds = {case.hidden for case in read_case_file(question.test_file).cases}
        assert kinds == {False, True}, question.name


@every_problem
def test_cases_recognise_mistakes_of_their_own_question(problem):
    known = {m.name for m in load_mistakes(problem)}
    for path in (problem.folder / "questions").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Recognised":
                name = call.args[0]
                assert not isinstance(name, ast.Constant) or name.value in known, path


def from_outside(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a function takes from its module, itself not included."""
    names = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return names.union(*map(from_outside, table.get_children())) - vars(builtins).keys()


@every_problem
def test_a_helper_beside_the_student_uses_nothing_of_its_module(problem):
    """Its source alone is sent to the worker; in this process it would find the module's names."""
    texts = {path: path.read_text(encoding="utf-8") for path in problem.folder.glob("questions/*")
             if path.suffix == ".py"}  # fmt: skip
    calls = [
        node for text in texts.values() for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run_beside"
    ]  # fmt: skip
    sent = {call.args[0].id for call in calls if isinstance(call.args[0], ast.Name)}
    for path, text in texts.items():
        for table in symtable.symtable(text, str(path), "exec").get_children():
            if table.get_name() in sent:
                assert from_outside(table) <= {table.get_name()}, (path, table.get_name())


@every_problem
def test_a_docstring_names_every_argument(problem, tmp_path):
    silent = []
    with modules_of(COURSE, problem, bank.reference(problem), tmp_path) as names:
        ours = {str(tmp_path / name) for name in problem.modules}
        for name, item in sorted(names.items()):
            if name.startswith("_") or not (inspect.isfunction(item) or inspect.isclass(item)):
                continue
            if inspect.getsourcefile(item) not in ours:
                continue
            functions = {name: item}
            if inspect.isclass(item):
                methods = {f"{name}.{key}": value for key, value in vars(item).items()}
                functions = {key: v for key, v in methods.items() if inspect.isfunction(v)}
            for path, function in functions.items():
                text = f"{inspect.getdoc(item)} {inspect.getdoc(function)}"
                parameters = set(inspect.signature(function).parameters) - {"self"}
                silent += [f"{path}: {p}" for p in parameters if not re.search(rf"\b{p}\b", text)]
    assert silent == []
