"""The schema of result.json accepts what the grader writes and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import report_results as results
from report_hostile import hostile

from autograder import reference
from autograder.course import default_course
from autograder.result import GradedSubmission, plain, write_result

DOCS = default_course().root / "docs"
SCHEMA = json.loads((DOCS / "result.schema.json").read_text())
SAMPLES = (results.all_passed, results.mixed, results.corrupt, hostile)


def validate(result: dict[str, Any]) -> None:
    """Raise the deepest error, since a part that may be null is one of two schemas."""
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(SCHEMA).iter_errors(result)
    )
    if error is not None:
        raise error


def objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every object of fixed keys."""
    if isinstance(value, dict):
        if path[-1:] not in (("times",), ("metrics",), ("data",), ("grades",)):
            yield path
        for key, item in value.items():
            yield from objects(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, (*path, index))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("name", list(reference.pages()))
def test_the_generated_pages_are_up_to_date(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == reference.pages()[name], "run: python -m autograder.reference"


def test_every_key_has_a_description() -> None:
    for line in reference.pages()["reference.md"].splitlines():
        if line.startswith("| `"):
            assert not line.endswith("|  |"), line


@pytest.mark.parametrize("sample", [results.all_passed, results.mixed, results.corrupt])
def test_the_model_takes_a_result_and_gives_it_back(sample: Any, tmp_path: Path) -> None:
    assert plain(msgspec.convert(sample(), GradedSubmission)) == sample()
    write_result(tmp_path, sample())
    assert json.loads((tmp_path / "result.json").read_text()) == sample()


def test_what_is_no_result_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        write_result(tmp_path, results.mixed() | {"surprise": 1})
    assert list(tmp_path.iterdir()) == []


def test_the_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_accepted(sample: Any) -> None:
    validate(sample())


def test_an_unknown_key_is_refused_in_every_object() -> None:
    whole = results.mixed()
    whole["problems"][0]["questions"][0]["figures"] = results.all_passed()["problems"][0][
        "questions"
    ][1]["figures"]
    paths = list(objects(whole))
    assert len(paths) > 20
    for path in paths:
        changed = copy.deepcopy(whole)
        at(changed, path)["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError, match="surprise"):
            validate(changed)


def test_every_key_is_required() -> None:
    whole = results.mixed()
    for path in objects(whole):
        for key in at(whole, path):
            changed = copy.deepcopy(whole)
            del at(changed, path)[key]
            with pytest.raises(jsonschema.ValidationError, match=key):
                validate(changed)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("score",), -1),
        (("score",), "18"),
        (("seed",), 1.5),
        (("times",), {"total": "4 s"}),
        (("submission", "sha256"), "abc"),
        (("problems", 0, "questions", 0, "outcome"), "perfect"),
        (("problems", 0, "questions", 0, "cases", 0, "visibility"), "public"),
        (("problems", 0, "questions", 0, "cases", 0, "outcome"), None),
        (("problems", 0, "questions", 0, "code", 0, "line"), 0),
    ],
)
def test_a_wrong_value_is_refused(path: tuple[Any, ...], value: Any) -> None:
    changed = results.mixed()
    at(changed, path[:-1])[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validate(changed)


@pytest.mark.parametrize("name", ["../x.png", "figures/../x.png", "figures/a/b.png", "/x.png", "x"])
def test_a_figure_outside_its_folder_is_refused(name: str) -> None:
    changed = results.all_passed()
    changed["problems"][0]["questions"][1]["figures"][0]["file"] = name
    with pytest.raises(jsonschema.ValidationError):
        validate(changed)


def test_times_metrics_and_data_have_free_keys() -> None:
    changed = results.all_passed()
    changed["times"]["another"] = 0.25
    changed["problems"][0]["data"]["another"] = "full"
    changed["problems"][0]["questions"][0]["metrics"]["another"] = 1
    validate(changed)
