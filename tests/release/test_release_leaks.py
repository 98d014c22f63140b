"""The leak scan finds each kind of private thing wherever it is planted, and nothing else."""

import gzip
import io
import json
import py_compile
import tarfile
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from autograder.course import Course
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import Secrets, collect
from autograder.release.student import Tree

SOLVED = "return total / x.shape[0]"
HIDDEN = "agrees_with_a_loop_over_columns"


@pytest.fixture
def tree(course: Course) -> Tree:
    return assignment_tree(course, course.assignment("hw1"))


@pytest.fixture
def secrets(course: Course) -> Secrets:
    return collect(course, [course.problem("columns")])


def leaks(tree: Tree, secrets: Secrets) -> list[str]:
    return [str(leak) for leak in scan("hw1.zip", zip_bytes(tree, "hw1"), secrets)]


def append(name: str, text: str) -> Callable[[Tree, Course], None]:
    def plant(tree: Tree, course: Course) -> None:
        tree[name] = tree.get(name, b"") + text.encode()

    return plant


def whole(name: str, source: str) -> Callable[[Tree, Course], None]:
    def plant(tree: Tree, course: Course) -> None:
        tree[name] = (course.root / source).read_bytes()

    return plant


def into_notebook(change: Callable[[dict], None]) -> Callable[[Tree, Course], None]:
    def plant(tree: Tree, course: Course) -> None:
        notebook = json.loads(tree["columns/columns.ipynb"])
        change(notebook)
        tree["columns/columns.ipynb"] = json.dumps(notebook).encode()

    return plant


def zipped(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def archived(name: str, content: bytes) -> Callable[[Tree, Course], None]:
    def plant(tree: Tree, course: Course) -> None:
        tree[name] = content

    return plant


def compiled(tree: Tree, course: Course) -> None:
    source = course.solutions / "columns" / "columns.py"
    target = course.root / "columns.pyc"
    py_compile.compile(str(source), str(target), doraise=True)
    tree["columns/columns.pyc"] = target.read_bytes()


def set_output(notebook: dict) -> None:
    notebook["cells"][3]["outputs"] = [{"output_type": "stream", "text": [f"x\n{SOLVED}\n"]}]


def set_metadata(notebook: dict) -> None:
    notebook["metadata"]["tests"] = {"column_means": [f"def {HIDDEN}(f):\n    pass\n"]}


PLANTED = {
    "a line of a module": (
        append("columns/columns.py", f"    {SOLVED}  # (D,)\n"),
        "hw1/columns/columns.py:43: solution of column_means (columns.py): `return total / x.sha",
    ),
    "a line with other spaces": (
        append("check.py", "\treturn  total/x.shape[0]\n"),
        "solution of column_means (columns.py): `return  total/x.shape[0]`",
    ),
    "a line that is commented out": (
        append("columns/columns.py", f"# {SOLVED}\n"),
        "hw1/columns/columns.py:43: solution of column_means (columns.py): `return total / x.sha",
    ),
    "a short line, in the skeleton": (
        append("columns/columns.py", "total = sum(x)\n    return np.argsort(np.argsort(x))\n"),
        "hw1/columns/columns.py:44: solution of ranks (columns.py): `return np.argsort(np.argsor",
    ),
    "the whole reference": (
        whole("columns/columns.py", "solutions/columns/columns.py"),
        "solution of Scaler.transform (columns.py): `result = (x - self.means) / self.scales`",
    ),
    "a line in the handout": (
        append("columns/handout.md", "\n> - `result = (x - self.means) / self.scales`\n"),
        "hw1/columns/handout.md:12: solution of Scaler.transform (columns.py): `result = (x - s",
    ),
    "the master of a notebook": (
        whole("columns/columns.nb.py", "solutions/columns/columns.nb.py"),
        "solution of show the means of the table (columns.nb.py): `print(column_means(table).rou",
    ),
    "a written answer in a notebook": (
        append("columns/answers.md", "The second mean is\nlarger by exactly one than the first.\n"),
        "solution of one sentence on the two numbers (columns.nb.py): 'the second mean is larger",
    ),
    "an output of a notebook": (
        into_notebook(set_output),
        "hw1/columns/columns.ipynb:cell 4 outputs 1 text, line 2: solution of column_means (colu",
    ),
    "metadata of a notebook": (
        into_notebook(set_metadata),
        "hw1/columns/columns.ipynb:metadata tests column_means, line 1: hidden case agrees_with_",
    ),
    "a compiled module": (
        compiled,
        "hw1/columns/columns.pyc: compiled solution (columns.py)",
    ),
    "an archive": (
        archived("extra.zip", zipped("old/columns.py", f"def f(x):\n    {SOLVED}\n")),
        "hw1/extra.zip!old/columns.py:2: solution of column_means (columns.py): `return total /",
    ),
    "an archive in an archive": (
        archived("data.bin", tarred("inner.zip", zipped("a.txt", SOLVED))),
        "hw1/data.bin!inner.zip!a.txt:1: solution of column_means (columns.py): `return total /",
    ),
    "a tar archive": (
        archived("extra.tgz", tarred("a.txt", SOLVED.encode())),
        "hw1/extra.tgz!a.txt:1: solution of column_means (columns.py): `return total / x.shape[0",
    ),
    "a compressed file": (
        archived("notes.gz", gzip.compress(SOLVED.encode())),
        "hw1/notes.gz!content:1: solution of column_means (columns.py): `return total / x.shape[",
    ),
    "a hidden case": (
        whole("columns/tests/column_means.py", "solutions/columns/questions/column_means.py"),
        "hidden case agrees_with_a_loop_over_columns (column_means.py): `table = rng(\"table\").no",
    ),
    "what only a hidden case uses": (
        append("columns/tests/Scaler.py", "WIDE = (4, 17)\n"),
        "hw1/columns/tests/Scaler.py:16: part of the hidden checks (column_means.py): `WIDE = (4",
    ),
    "a line of an oracle": (
        append("columns/handout.md", "    return [(sum((v - sum(c) / len(c)) ** 2 for v in c) / "
               "len(c)) ** 0.5 for c in table.T]\n"),
        "hw1/columns/handout.md:11: part of the hidden checks (oracle.py): `return [(sum((v - sum",
    ),
    "the name of a hidden case": (
        append("README.md", f"See {HIDDEN}.\n"),
        "hidden case agrees_with_a_loop_over_columns (column_means.py)",
    ),
    "a message of a hidden case": (
        append("README.md", "The means of a random table\nare wrong:  which axis goes away\n"),
        "message of hidden case agrees_with_a_loop_over_columns (column_means.py): 'the means of",
    ),
    "a message in pieces": (
        append("check.py", 'X = ("The ranks of distinct "\n     "numbers are off.")\n'),
        "message of hidden case orders_three_distinct_numbers (ranks.py): 'the ranks of distinct",
    ),
    "an explanation of a mistake": (
        append("columns/handout.md", "You took the mean of each row; what now?\n"),
        "hw1/columns/handout.md:11: known mistake rows_for_columns: "
        "'you took the mean of each row;",
    ),
    "code of a mistake": (
        append("columns/shapes.py", "((x - self.means) ** 2).mean(axis=0) + EPS * np.ones(1)\n"),
        "hw1/columns/shapes.py:7: known mistake variance_for_deviation: `((x - self.means) ** 2)",
    ),
    "a model answer": (
        append("columns/answers.md", "The deviation is measured around the mean, so that scaling "
               "alone leaves an offset.\n"),
        "model answer of centring: 'the deviation is measured around the mean, so that scaling a",
    ),
    "a line of a marking scheme": (
        whole("columns/centring.md", "solutions/columns/written/centring.md"),
        "hw1/columns/centring.md:13: marking scheme of centring: 'says what happens to the",
    ),
    "text in an array": (
        archived("words.npy", b""),
        "hw1/words.npy:2: solution of column_means (columns.py): `return total / x.shape[0]`",
    ),
    "text in another encoding": (
        archived("notes.txt", f"x\n{SOLVED}\n".encode("utf-16")),
        "hw1/notes.txt:2: solution of column_means (columns.py): `return total / x.shape[0]`",
    ),
    "text in bytes that are no text": (
        archived("blob.bin", b"\xff\x00" + HIDDEN.encode() + b"\x00"),
        "hw1/blob.bin:1: hidden case agrees_with_a_loop_over_columns (column_means.py)",
    ),
}  # fmt: skip


def saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_secret_is_found(case: str, tree: Tree, secrets: Secrets, course: Course) -> None:
    plant, expected = PLANTED[case]
    plant(tree, course)
    if case == "text in an array":
        tree["words.npy"] = saved(np.array(["fine", SOLVED]))
    found = leaks(tree, secrets)
    assert any(expected in line for line in found), "\n".join(found) or "nothing found"


def test_nothing_is_found_in_a_sound_package(tree: Tree, secrets: Secrets) -> None:
    assert leaks(tree, secrets) == []


def test_common_lines_and_words_are_no_leaks(tree: Tree, secrets: Secrets) -> None:
    tree["columns/handout.md"] += b"\n    return x\n    else:\n)\n\nimport numpy as np\n"
    tree["columns/shapes.py"] += b"\n\ndef twice(x):\n    return total\n"
    assert leaks(tree, secrets) == []
