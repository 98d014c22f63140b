"""The file of predictions: every right one is read, every wrong one is refused in one sentence."""

from __future__ import annotations

import pytest

from checks import read_predictions


@pytest.mark.parametrize(
    "text",
    [
        "id,label\n0,1\n1,0\n",
        "id,label\r\n0,1\r\n1,0\r\n\n",
        "\ufeffid,label\n0,1\n1,0",
        "id, label\n0, 1\n1, 0\n",
    ],
)
def test_a_file_of_predictions_is_read_in_order(text):
    assert read_predictions(text, 2) == [1, 0]


def test_a_cell_that_is_too_long_for_a_table_is_one_sentence():
    with pytest.raises(AssertionError, match="the file of predictions is no table"):
        read_predictions("id,label\n0," + "1" * 200_000, 3000)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "there is no file of predictions"),
        ("", "the file of predictions is empty"),
        ("0,1\n1,0\n2,1\n", "line 1 of the file of predictions must be: id,label"),
        ("id,label\n0,1\n2,1\n", "1 of 3 ids are missing, the first one is 1"),
        ("id,label\n0,1\n1,0\n1,0\n2,1\n", "line 4 repeats the id 1"),
        ("id,label\n0,1\n1,4\n2,1\n", "line 3 has a label that is neither 0 nor 1"),
        ("id,label\n0,1\n1,\n2,1\n", "line 3 has a label that is neither 0 nor 1"),
        (
            "id,label\n0,1\n1,0\n2,1\n3,1\n",
            "line 5 of the file .* has an id that is not in 0 to 2",
        ),
        ("id,label\n0,1\n1\n2,1\n", "line 3 of the file of predictions needs an id and a label"),
        ("id,label\n0,1\nx,0\n2,1\n", "line 3 of the file .* has an id that is not in 0 to 2"),
        ("id,label\n0,1\n²,0\n2,1\n", "line 3 of the file .* has an id that is not in 0 to 2"),
        ("id,label\n1,1\n0,0\n2,1\n", "the ids of the file of predictions are not in order"),
        ("id,label\n0,1\n1,0.7\n2,0\n", "line 3 has a label that is neither 0 nor 1"),
        ('id,label\n0,"1\n\0' + "9" * 1000, "needs an id|neither 0 nor 1"),
    ],
)
def test_a_malformed_file_of_predictions_is_one_sentence(text, sentence):
    with pytest.raises(AssertionError, match=sentence):
        read_predictions(text, 3)
