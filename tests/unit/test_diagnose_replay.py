"""Replays in this process: which known mistake answers as the student did, and when none may."""

from __future__ import annotations

import gc
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, load_mistakes
from autograder.diagnose import bank
from autograder.diagnose.replay import OUR_FAULT, Diagnostician
from autograder.diagnose.replays import Replays
from autograder.examine import testfiles
from autograder.examine.case_run import CaseResult, call_case
from autograder.examine.outcomes import Verdict
from autograder.remote import proxies
from autograder.remote.local_session import LocalSession, modules_restored

SEED = 5


@pytest.fixture
def affine(small: Course):
    return small.problem("affine")


@pytest.fixture
def failed(affine, tmp_path):
    """Return a function that runs the cases of a question on a text; gives the failed ones."""

    def run(text: str, question: str = "affine_forward") -> list[CaseResult]:
        (tmp_path / "affine.py").write_text(text)
        session, results = LocalSession(proxies.wrap, proxies.unwrap), []
        with modules_restored():
            session.request("load", str(tmp_path), ["affine.py"])
        for case in testfiles.load(affine.question(question).test_file).cases:
            session.records.clear()
            try:
                call_case(case, session, SEED)
            except AssertionError:
                failure = Verdict("failed", case.failure_message)
                results.append(CaseResult(case, failure, SEED, list(session.records)))
        return results

    return run


def edited(affine, old: str, new: str) -> str:
    text = bank.reference(affine)["affine.py"]
    assert text.count(old) == 1
    return text.replace(old, new)


def explained(affine, results, question="affine_forward") -> dict[str, str]:
    found = Diagnostician(affine, {}).explain(affine.question(question), results)
    return {case: named.mistake.name for case, named in found.items()}


@pytest.mark.parametrize(
    ("new", "mistake"),
    [("np.dot(x, w) - b", "bias_subtracted"), ("np.dot(x, w)", "bias_left_out")],
)
def test_a_mistake_written_in_other_words_is_named(affine, failed, new, mistake):
    results = failed(edited(affine, "x @ w + b", new))
    assert explained(affine, results) == {"output_matches_the_definition": mistake}


def test_a_mistake_that_a_case_recognises_is_named(affine, failed):
    (result,) = failed(edited(affine, "x @ w + b", "x @ w + 2 * b"))
    result.recognised = "bias_left_out"
    assert explained(affine, [result]) == {"output_matches_the_definition": "bias_left_out"}
    result.recognised = "bias_gradient_averaged"  # of another question
    assert explained(affine, [result]) == {}


def test_an_expensive_case_replays_only_what_a_cheap_one_has_left(affine, failed):
    (cheap,) = failed(edited(affine, "x @ w + b", "x @ w - b"))
    other = replace(cheap.case, name="expensive")
    expensive = replace(cheap, case=other, cpu_seconds=1.5)
    made = Diagnostician(affine, {})
    found = made.explain(affine.question("affine_forward"), [expensive, cheap])
    assert {named.mistake.name for named in found.values()} == {"bias_subtracted"}
    replayed = {names for names, case, *_ in made._replays._done if case == "expensive"}
    assert replayed == {(), ("bias_subtracted",)}


def test_another_wrong_answer_has_no_name(affine, failed):
    assert explained(affine, failed(edited(affine, "x @ w + b", "x @ w + 2 * b"))) == {}


def test_a_mistake_of_another_question_is_no_explanation(affine, failed):
    text = edited(affine, "np.sum(dout, axis=0)", "np.mean(dout, axis=0)")
    results = failed(text, "affine_backward")
    assert explained(affine, results, "affine_backward") == {
        "bias_gradient_is_the_sum_over_the_batch": "bias_gradient_averaged"
    }
    assert explained(affine, results, "affine_forward") == {}


def test_a_case_that_the_reference_fails_too_is_the_graders_failure(affine, failed, monkeypatch):
    results = failed(edited(affine, "x @ w + b", "x @ w"))
    monkeypatch.setattr(bank, "reference", lambda problem: {"affine.py": "affine_forward = print"})
    assert explained(affine, results) == {}
    assert results[0].verdict == Verdict("grader_error", OUR_FAULT)


def test_an_answer_that_the_reference_gives_too_has_no_name(affine, failed):
    """Whatever made such a case fail, no known mistake did."""
    (result,) = failed(edited(affine, "x @ w + b", "x @ w"))
    session = Diagnostician(affine, {})
    right = session._replays.of((), result)
    result.records = list(right.records)
    assert session.explain(affine.question("affine_forward"), [result]) == {}


def test_slow_cases_and_cases_without_records_are_not_replayed(affine, failed, monkeypatch):
    (result,) = failed(edited(affine, "x @ w + b", "x @ w"))
    monkeypatch.setattr(Replays, "of", lambda *_: pytest.fail("replayed"))
    result.cpu_seconds = 5.0
    assert explained(affine, [result]) == {}
    result.cpu_seconds, result.records = 0.0, []
    assert explained(affine, [result]) == {}


def test_a_replay_prints_nothing_and_runs_once(affine, failed, capsys, monkeypatch):
    results = failed(edited(affine, "x @ w + b", "x @ w"))
    noisy = edited(affine, "    out = x", "    print('loud')\n    out = x")
    monkeypatch.setattr(bank, "reference", lambda problem: {"affine.py": noisy})
    made = Diagnostician(affine, {})
    made.explain(affine.question("affine_forward"), results)
    count = len(made._replays._done)
    made.explain(affine.question("affine_forward"), results)
    assert len(made._replays._done) == count == 2  # the reference and the first mistake
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("answer", ["None", "0 * (x @ w)", "np.ones_like(x @ w)", "[]"])
def test_an_answer_that_says_nothing_is_no_evidence(affine, failed, answer):
    results = failed(edited(affine, "x @ w + b", answer))
    assert results
    assert explained(affine, results) == {}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            "None",
            "Found: part 1 of the result of affine_forward is None (is a return statement "
            "missing?).",
        ),
        (
            "(x @ w + b) * np.nan",
            "Found: part 1 of the result of affine_forward contains NaN or infinity.",
        ),
    ],
)
def test_an_answer_of_the_wrong_kind_is_the_headline(affine, failed, answer, message):
    results = failed(edited(affine, "x @ w + b", answer))
    explained(affine, results)
    assert {result.verdict.message for result in results} == {message}


def test_all_variants_are_loaded_from_one_folder_without_our_own_packages(affine, failed):
    """A folder with all packages for each variant took most of the time of a diagnosis."""
    names = ("checks/__init__.py", "figures/x.py", "data/y.py", "own.py")
    provided = dict.fromkeys(names, b"A = 1\n")
    replays = Replays(affine, provided)
    (result, *_) = failed(edited(affine, "x @ w + b", "x @ w"))
    before = set(Path(tempfile.gettempdir()).glob("variants-*"))
    for mistake in load_mistakes(affine):
        replays.of((mistake,), result)
    (folder,) = set(Path(tempfile.gettempdir()).glob("variants-*")) - before
    assert {path.name for path in folder.iterdir()} == {"affine.py", "own.py"}
    shutil.rmtree(folder)  # as the judge does after each submission
    assert replays.of((), result).passed
    assert replays.of(tuple(load_mistakes(affine)[:1]), replace(result, seed=9)).records
    del replays
    gc.collect()
    assert not set(Path(tempfile.gettempdir()).glob("variants-*")) - before
