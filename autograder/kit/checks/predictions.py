"""Read the file in which a student hands in predictions: one label, 0 or 1, for each text."""

from __future__ import annotations

import csv
import io
import re


def read_predictions(text: object, count: int) -> list[int]:
    """Return the labels of a file of predictions, in the order of the ``count`` texts.

    Fails with one sentence if the text is not such a file: header, position and label of each
    text, every text once, in order.
    """
    assert isinstance(text, str), "there is no file of predictions"
    limit = 100 * count + 100
    shown = text[:limit].removeprefix("\ufeff").replace("\0", "?")
    try:
        rows = [row for row in csv.reader(io.StringIO(shown)) if row]
    except csv.Error as error:
        raise AssertionError(f"the file of predictions is no table: {error}") from None
    assert rows, "the file of predictions is empty"
    header = [cell.strip() for cell in rows[0]]
    assert header == ["id", "label"], "line 1 of the file of predictions must be: id,label"
    labels, seen = [], set()
    for line, row in enumerate(rows[1:], 2):
        assert len(row) == 2, f"line {line} of the file of predictions needs an id and a label"
        number, label = (cell.strip() for cell in row)
        place = int(number) if re.fullmatch("[0-9]{1,9}", number) else count
        assert place < count, (
            f"line {line} of the file of predictions has an id that is not in 0 to {count - 1}"
        )
        assert label in ("0", "1"), f"line {line} has a label that is neither 0 nor 1"
        assert place not in seen, f"line {line} repeats the id {place}"
        seen.add(place)
        labels.append((place, int(label)))
    missing = sorted(set(range(count)) - seen)
    assert not missing, f"{len(missing)} of {count} ids are missing, the first one is {missing[0]}"
    assert labels == sorted(labels), "the ids of the file of predictions are not in order"
    return [label for _, label in labels]
