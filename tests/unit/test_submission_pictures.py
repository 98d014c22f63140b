"""Pictures of written answers: found by their paths, made PNG, refused in a sentence."""

from __future__ import annotations

import io

import pytest
import report_files as files
from PIL import Image

from autograder.submission.intake import Submission
from autograder.submission.pictures import MOST, Picture, pictures_of


def pictures(answer: str, **content: bytes) -> list[Picture]:
    """Return the pictures of ``answer`` in a submission with ``p/answers.md`` and more files."""
    named = {name.replace("__", "/").replace("_", "."): data for name, data in content.items()}
    submission = Submission("adam", {"p/answers.md": b"", **named}, "")
    return list(pictures_of(answer, submission, "p"))


def jpeg() -> bytes:
    stream = io.BytesIO()
    Image.new("CMYK", (30, 20)).save(stream, "JPEG")
    return stream.getvalue()


def test_pictures_are_found_in_the_folder_of_the_answers_or_from_the_top() -> None:
    answer = "![Loss](plots/a.png) text ![](<b.png> 'title') <img width=5 src='plots/a.png'>"
    first, second = pictures(answer, p__plots__a_png=files.png(), b_png=files.png(5))
    assert (first.caption, first.fault) == ("Loss", None)
    assert (second.caption, second.fault) == ("b.png", None)


@pytest.mark.parametrize("target", ["%61.png", "./a.png", "other/folder/a.png", "../p/a.png"])
def test_other_ways_to_name_a_file_are_understood(target: str) -> None:
    (picture,) = pictures(f"![x]({target})", p__a_png=files.png())
    assert picture.png.startswith(b"\x89PNG")


def test_every_picture_becomes_a_small_png() -> None:
    (picture,) = pictures("![x](a.jpg)", p__a_jpg=jpeg())
    with Image.open(io.BytesIO(picture.png)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (30, 20))
    (picture,) = pictures("![x](a.png)", p__a_png=files.png(4000, 1000))
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.size == (2000, 500)


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("c.png", "The picture c.png is not in the submission."),
        ("/etc/passwd", "The picture /etc/passwd is not in the submission."),
        ("../../x.png", "The picture ../../x.png is not in the submission."),
        ("https://example.org/x.png", "https://example.org/x.png is not in the submission."),
        ("text.png", "The picture text.png is no PNG, JPEG, GIF, WEBP or BMP."),
        ("cut.png", "The picture cut.png is damaged."),
        ("bomb.png", "The picture bomb.png has too many pixels."),
    ],
)
def test_a_picture_that_cannot_be_shown_says_why(target: str, fault: str) -> None:
    head = files.png()
    (picture,) = pictures(
        f"![x]({target})",
        p__text_png=b"no picture",
        p__cut_png=head[:60],
        p__bomb_png=files.png(60_000, 700),
    )
    assert picture.fault is not None
    assert fault in picture.fault
    assert picture.png == b""


def test_a_long_list_of_pictures_ends() -> None:
    found = pictures("".join(f"![x]({i}.png)" for i in range(100)))
    assert len(found) == MOST + 1
    assert found[-1].fault == f"The answer has more than {MOST} pictures."


@pytest.mark.parametrize("text", ["![" * 100_000, "<img " * 40_000, "![a](" * 40_000])
def test_no_text_takes_long_to_search(text: str) -> None:
    assert pictures(text) == []
