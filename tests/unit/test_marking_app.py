"""The marking page: who reaches it, what it shows, what it stores; nothing of a student runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
from report_hostile import HOSTILE_ANSWER, hostile
from starlette.testclient import TestClient

from autograder.course import default_course
from autograder.marking.app import make_app
from autograder.marking.board import Board
from autograder.marking.desk import Desk
from autograder.report import read_results

TOKEN = "a-secret"
COURSE = default_course().root
LAYERS = "simple_cnn.layers"
PICTURE = "figures/simple_cnn.layers.answer.1.png"
ATTACKS = (
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <b onclick='x'>b</b>\n\n"
    "[link](javascript:alert(1)) <javascript:alert(1)> ![p](https://example.org/x.png)\n\n"
    "<svg onload=alert(1)><style>*{display:none}</style> $\\href{javascript:alert(1)}{x}$ "
    "$\\text{</math><img src=x onerror=alert(1)>}$ "
    "<iframe src=/></iframe>\n\n| a |\n|---|\n| <img src=x onerror=alert(1)> |\n\n"
    "```html\n</code></pre><script>alert(1)</script>\n```\n"
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of three submissions; one answer has a picture, one is hostile."""
    for name, answer in (("adam", "An answer."), ("mallory", ATTACKS), ("zoe", None)):
        value = results.all_passed(name)
        value["problems"][0]["written"][0]["answer"] = answer
        folder = files.store(value, tmp_path / name)
        if name == "adam":
            (folder / PICTURE).write_bytes(files.png())
            sha = value["problems"][0]["questions"][1]["figures"][0]["sha256"]
            picture = {"file": PICTURE, "sha256": sha, "caption": "<b>mine</b>"}
            value["problems"][0]["written"][0]["figures"] = [picture]
            (folder / "result.json").write_text(json.dumps(value))
    return tmp_path


@pytest.fixture
def desk(run: Path) -> Iterator[Desk]:
    made = Desk(run, Board(run, read_results(run), anonymous=False), "ann", COURSE)
    yield made
    made.store.close()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(make_app(desk, TOKEN), base_url=f"http://127.0.0.1/{TOKEN}/")


def save(client: TestClient, number: int, criterion: str = "1", **changes: Any) -> Any:
    value = {
        "id": number, "question": LAYERS, "criterion": criterion, "points": 1.0, "comment": "",
        "seen": 0, "marker": "ann",
    }  # fmt: skip
    return client.post("save", json=value | changes)


class Elements(HTMLParser):
    """The elements and attributes of an HTML text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_without_the_token_there_is_nothing(client: TestClient) -> None:
    for path in ("/", "/wrong/", "/question/x", "/static/mark.js", f"/{TOKEN}x/"):
        assert client.get(f"http://127.0.0.1{path}").status_code == 404
    assert client.get("").status_code == 200


def test_another_host_name_is_refused(desk: Desk) -> None:
    other = TestClient(make_app(desk, TOKEN), base_url=f"http://evil.example/{TOKEN}/")
    assert other.get("").status_code == 400


def test_every_reply_forbids_foreign_scripts_and_frames(client: TestClient) -> None:
    for path in ("", "static/mark.js", f"answer/{LAYERS}/0", "none"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
    page = Elements(client.get("").text)
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}


@pytest.mark.parametrize("answer", [ATTACKS, HOSTILE_ANSWER])
def test_what_a_student_wrote_is_never_more_than_text(
    answer: str, run: Path, client: TestClient, desk: Desk
) -> None:
    number = desk.board.numbers["mallory"]
    desk.board.results[number]["problems"][0]["written"][0]["answer"] = answer  # type: ignore[index]
    shown = client.get(f"answer/{LAYERS}/{number}").json()
    found = Elements(shown["html"])
    assert not found.tags & {"script", "img", "a", "b", "svg", "style", "iframe", "input", "form"}
    assert not found.attributes & {"href", "src", "style", "class"} - {"class"}
    assert not {name for name in found.attributes if name.startswith("on")}
    assert "alert(1)" in shown["html"]


def test_names_titles_and_code_of_a_hostile_result_are_text(tmp_path: Path) -> None:
    files.store(hostile("mallory"), tmp_path / "mallory")
    desk = Desk(tmp_path, Board(tmp_path, read_results(tmp_path), anonymous=False), "ann", COURSE)
    client = TestClient(make_app(desk, TOKEN), base_url=f"http://127.0.0.1/{TOKEN}/")
    page = Elements(client.get("").text)
    assert page.tags & {"script"}  # ours
    assert client.get("").text.count("<script") == 1
    assert "\u202e" not in json.dumps(
        client.get("answer/simple_cnn.a/0").json(), ensure_ascii=False
    )
    desk.store.close()


def test_a_question_has_its_answers_marks_and_comments(client: TestClient, desk: Desk) -> None:
    adam = desk.board.numbers["adam"]
    assert save(client, adam, "comment", points=None, comment="Which class?").status_code == 200
    shown = client.get(f"question/{LAYERS}").json()
    assert {item["name"] for item in shown["order"]} == {"adam", "mallory", "zoe"}
    assert shown["order"][0] == {"id": desk.board.numbers["zoe"], "name": "zoe", "empty": True}
    assert [c["points"] for c in shown["criteria"]] == [1.0, 1.0]
    assert "<math" in shown["model"]
    assert shown["comments"] == ["Which class?"]
    assert shown["entries"][0]["comment"] == "Which class?"
    assert shown["change"] == shown["entries"][0]["change"]


def test_an_answer_has_its_pictures_and_its_code(client: TestClient, desk: Desk) -> None:
    adam = desk.board.numbers["adam"]
    shown = client.get(f"answer/{LAYERS}/{adam}").json()
    assert shown["figures"] == [{"file": PICTURE, "caption": "<b>mine</b>", "fault": None}]
    assert shown["code"][0]["first"] == 31
    assert shown["code"][0]["lines"][0] == "class SimpleCNN(nn.Module):"
    picture = client.get(f"figure/{adam}/simple_cnn.layers.answer.1.png")
    assert picture.content == files.png()
    for path in ("confusion.png", "..%2Fresult.json", "%2e%2e/result.json", "x.png"):
        assert client.get(f"figure/{adam}/{path}").status_code == 404


def test_a_mark_is_saved_shown_to_others_and_undone(client: TestClient, desk: Desk) -> None:
    adam = desk.board.numbers["adam"]
    change = save(client, adam, points=0.5).json()["change"]
    news = client.get("changes?since=0").json()
    assert [entry["points"] for entry in news["entries"]] == [0.5]
    assert news["progress"][0] == {"label": LAYERS, "title": "Interpret the layer table",
                                   "marked": 0, "all": 3}  # fmt: skip
    assert client.get(f"changes?since={change}").json()["entries"] == []
    assert client.post("undo", json={"marker": "ann"}).json()["points"] is None
    assert (
        client.post("undo", json={"marker": "ann"}).json()["error"] == "There is nothing to undo."
    )


def test_a_mark_that_another_marker_changed_is_not_lost(client: TestClient, desk: Desk) -> None:
    adam = desk.board.numbers["adam"]
    save(client, adam, points=1.0)
    reply = save(client, adam, points=0.0, marker="ben")
    assert reply.status_code == 409
    assert reply.json()["current"]["points"] == 1.0
    assert reply.json()["current"]["marker"] == "ann"
    seen = reply.json()["current"]["change"]
    assert save(client, adam, points=0.0, marker="ben", seen=seen).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"points": 2.0}, "2 points are not between 0 and 1"),
        ({"criterion": "9"}, "has no criterion '9'"),
        ({"criterion": "override"}, "An override needs a reason"),
        ({"question": "simple_cnn.none"}, "here is no question 'simple_cnn.none' of adam"),
        ({"marker": "  "}, "Write your name at the top of the page first."),
        ({"id": 99}, "There is no such submission."),
    ],
)
def test_a_refusal_is_one_sentence(
    changes: Any, sentence: str, client: TestClient, desk: Desk
) -> None:
    reply = save(client, desk.board.numbers["adam"], **changes)
    assert reply.status_code == 422
    assert sentence in reply.json()["error"]
    assert desk.store.entries() == {}


def test_what_is_no_change_is_refused(client: TestClient) -> None:
    for content in ("", "[]", '{"id": "x"}', "\x00"):
        assert client.post("save", content=content).status_code == 422
    assert client.post("marks.csv", content=b"x" * (9 * 2**20)).status_code == 413


def test_a_total_has_overrides_and_penalties(client: TestClient, desk: Desk) -> None:
    adam = desk.board.numbers["adam"]
    save(client, adam, "override", question="total", points=9.0, comment="oral exam")
    total = client.get(f"total/{adam}").json()
    assert (total["total"], total["grade"], total["override"]) == (9.0, "PASS", "oral exam")


def test_the_table_goes_out_and_comes_in(client: TestClient, desk: Desk, run: Path) -> None:
    adam = desk.board.numbers["adam"]
    save(client, adam, points=0.5)
    table = client.get("marks.csv").text
    assert f"adam,{LAYERS},1 (max 1)" in table
    mended = table.replace("taken for,0.5,", "taken for,1,")
    assert client.post("marks.csv", content=mended).json() == {"rows": 1}
    assert [e.points for e in desk.store.entries().values()] == [1.0]
    reply = client.post("marks.csv", content=mended.replace("taken for,1,", "taken for,5,"))
    assert "marks.csv:2: 5 points are not between 0 and 1" in reply.json()["error"]
    desk.write_sheet()
    assert desk.fault == ""
    assert ",1,\n" in (run / "marks.csv").read_text()


def test_anonymous_marking_shows_no_name_anywhere(run: Path) -> None:
    desk = Desk(run, Board(run, read_results(run), anonymous=True), "ann", COURSE)
    client = TestClient(make_app(desk, TOKEN), base_url=f"http://127.0.0.1/{TOKEN}/")
    replies = [client.get(path).text for path in ("", f"question/{LAYERS}", "total/0", "changes")]
    replies += [client.get(f"answer/{LAYERS}/{number}").text for number in range(3)]
    replies.append(save(client, 0, question="simple_cnn.none").text)
    replies.append(client.get("marks.csv").text)
    desk.write_sheet()
    (run / "marks.csv").write_text((run / "marks.csv").read_text() + "adam,none,1,1,\n")
    desk.write_sheet()
    replies.append(client.get("changes").text)
    assert "marks.csv has a fault" in replies[-1]
    assert "Submission 1" in replies[1]
    for name in ("adam", "mallory", "zoe"):
        assert not [text for text in replies if name in text]
    desk.store.close()
