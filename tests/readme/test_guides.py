"""Every command of the guides in docs/ is run as it stands, in order."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from documents import ROOT, commands, environment, files, run

from autograder.report.page import Page, pdfs

DOCS = ROOT / "docs"
GUIDES = ("instructor", "student", "ta", "operator")
HERE = {"instructor", "ta", "operator"}  # the student's commands run in a package


def text_of(guide: str) -> str:
    return (DOCS / f"{guide}.md").read_text(encoding="utf-8")


def mark(command: str, clone: Path) -> None:
    """Serve the marking page, and end it with Ctrl-C once it has answered."""
    with subprocess.Popen(
        shlex.split(command), cwd=clone, env=environment(clone), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        address = first.split()[-1]
        with urlopen(address, timeout=60) as page:  # it listens before it says where
            assert page.status == 200
        server.send_signal(signal.SIGINT)
        rest = server.stdout.read()
        assert server.wait(60) == 0, rest
    assert first.startswith("Mark at http://127.0.0.1:"), first
    assert "submissions are marked." in rest


@pytest.mark.slow  # builds, grades and checks for real
@pytest.mark.parametrize("guide", sorted(HERE))
def test_every_command_of_a_guide_runs(guide: str, clone: Path) -> None:
    text = text_of(guide)
    for name, content in files(text).items():
        (clone / name).write_text(content, encoding="utf-8")
    found = commands(text)
    assert len(found) > 4
    for command in found:
        if " mark " in command:
            mark(command, clone)
        else:
            run(command, clone, clone)


@pytest.mark.slow  # builds a package, and trains in it
def test_every_command_for_students_runs(clone: Path, tmp_path: Path) -> None:
    name = re.findall(r"`(\w+)\.zip`", text_of("student"))[0]
    run(f"python build_assignment.py build {name}", clone, clone)
    for package in (name, f"{name}-instructor"):
        with zipfile.ZipFile(clone / "dist" / f"{package}.zip") as archive:
            archive.extractall(tmp_path)
    package = tmp_path / name
    for solved in (tmp_path / f"{name}-instructor").glob("*/solution/*.py"):
        (package / solved.parts[-3] / solved.name).write_bytes(solved.read_bytes())
    (package / "finetune_resnet" / "README.md").write_text("Run comparison.py.\n")
    (package / "report.pdf").write_bytes(pdfs([Page("Report", "", "Found.", package)])[0])
    said = {command: run(command, package, clone) for command in commands(text_of("student"))}
    assert "Next: all checks pass." in said["python check.py"]
    assert said["python check.py --pack"].endswith(
        "Hand in these files: code.zip and report.pdf.\n"
    )


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_is_linked_and_its_links_lead_somewhere(guide: str) -> None:
    assert f"](docs/{guide}.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]*`", "", text_of(guide))
    targets = re.findall(r"\]\(([^)#]+)\)", prose)
    assert not [name for name in targets if "://" not in name and not (DOCS / name).exists()]


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_is_short(guide: str) -> None:
    assert len(text_of(guide).split()) < 700
