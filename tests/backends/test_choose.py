"""The file of an operator that names a backend, and the command that uses it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.backends.choose import backend_from
from autograder.backends.container import Container
from autograder.backends.local import LocalPool
from autograder.backends.slurm import Slurm
from autograder.cli import main
from autograder.course.machines import ContainerTable, SlurmTable
from autograder.errors import CourseError

ENGINE = Path(__file__).with_name("engine")
SMALL = Path(__file__).parents[1] / "courses" / "small"


def test_without_a_file_jobs_run_here() -> None:
    assert backend_from(None, 3) == LocalPool(3)


def test_each_table_names_a_backend(tmp_path: Path) -> None:
    file = tmp_path / "backend.toml"
    file.write_text('[container]\nengine = "podman"\nimage = "grading"\ngpus = ["all"]\n')
    table = ContainerTable(engine="podman", image="grading", gpus=("all",))
    assert backend_from(file, 2) == Container(table, 2)
    file.write_text('[slurm]\npartition = "short"\ncpus = 4\n')
    assert backend_from(file, 2) == Slurm(SlurmTable(partition="short", cpus=4))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "write one table, [container] or [slurm]"),
        ('[slurm]\n[container]\nengine = "docker"\nimage = "x"\n',
         "write one table, [container] or [slurm]"),
        ('[container]\nengine = "lxc"\nimage = "x"\n',
         "2: 'engine' is 'lxc', but it must be one of apptainer, docker, podman"),
        ("[slurm]\ncpus = 0\n", "2: 'cpus' must be at least 1"),
        ("[slurm]\nhours = 3\n", "2: unknown key 'hours'"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "backend.toml"
    file.write_text(text)
    with pytest.raises(CourseError) as caught:
        backend_from(file, 1)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value)


def test_the_command_grades_where_the_file_says(
    hand_in: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "docker").symlink_to(ENGINE)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("ENGINE_LOG", str(tmp_path / "engine.log"))
    monkeypatch.setenv("ENGINE_IMAGE", "grading")
    file = tmp_path / "backend.toml"
    file.write_text(
        f'[container]\nengine = "docker"\nimage = "grading"\npython = "{sys.executable}"\n'
    )
    done = CliRunner().invoke(
        main,
        ["--course", str(SMALL), "grade", "affine", str(hand_in("ada")), "--no-pdf", "--json",
         "--out", str(tmp_path / "run"), "--backend", str(file)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)["results"]
    assert (result["submission"], result["score"]) == ("ada", 5.0)
    assert (tmp_path / "run" / "ada" / "results.json").is_file()
    assert (tmp_path / "engine.log").is_file()
