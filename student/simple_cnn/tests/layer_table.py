"""Public checks of layer_table; the grader has more."""

import math
import re
from itertools import pairwise

from checks import test_case

OK_FORMAT = False
name = "layer_table"


def shape_of(entry):
    """Return the shape for one image from any notation: (1, 28, 28), "N x 1 x 28 x 28", 10."""
    entry = entry.tolist() if hasattr(entry, "tolist") else entry
    if isinstance(entry, str):
        entry = [int(number) for number in re.findall(r"-?\d+", entry)]
    axes = entry if isinstance(entry, list | tuple) else [entry]
    shape = tuple(int(axis) for axis in axes if isinstance(axis, int | float) and axis > 0)
    return shape[1:] if len(shape) in (2, 4) else shape  # without a batch axis


def count_of(entry):
    """Return a number of parameters, also from text such as "1,000"; 0 without a number."""
    entry = entry.tolist() if hasattr(entry, "tolist") else entry
    if isinstance(entry, str):
        digits = re.sub(r"\D", "", entry)
        return int(digits) if digits else 0
    return int(entry) if isinstance(entry, int | float) else 0


def row_of(entry):
    """Return (input shape, output shape, parameters) from a tuple, a list or a dict."""
    if isinstance(entry, dict):
        parts = ("^in|input", "out", "param")
        found = [key for part in parts for key in entry if re.search(part, str(key).lower())]
        entry = [entry[key] for key in found] if len(found) == 3 else list(entry.values())
    assert isinstance(entry, list | tuple), "each row should be a tuple"
    assert len(entry) >= 3, "each row should hold two shapes and a number of parameters"
    return shape_of(entry[-3]), shape_of(entry[-2]), count_of(entry[-1])


def only_flattens(row):
    """Tell whether a row describes a Flatten layer, which is allowed but not a component."""
    before, after, parameters = row
    return len(before) == 3 and after == (math.prod(before),) and parameters == 0


def rows_of(layer_table):
    """Return the five rows of the student's table, or say what is wrong with the table."""
    table = layer_table()
    assert table is not None, "layer_table() returns None; is a return statement missing?"
    table = list(table.values()) if isinstance(table, dict) else table
    assert isinstance(table, list | tuple), "layer_table() should return a list of rows"
    rows = [
        row for row in map(row_of, table) if row[0] and row[1]
    ]  # a header or a total has no shapes
    rows = [row for row in rows if not only_flattens(row)]
    assert len(rows) == 5, f"the table has {len(rows)} rows, but the network has 5 components"
    return rows


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The table needs one row for each of the five components, each with an input "
    "shape, an output shape and a number of parameters. The first input is a grey image.",
)
def has_one_row_for_each_component(layer_table):
    first = rows_of(layer_table)[0]
    assert first[0] == (1, 28, 28), f"the first input is {first[0]}, but it should be (1, 28, 28)"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The input of each component must have as many numbers as the output of the "
    "component before it, and the last output has 10. The linear layer reads one long row.",
)
def each_component_reads_what_the_one_before_gives(layer_table):
    rows = rows_of(layer_table)
    for (_, given, _), (read, _, _) in pairwise(rows):
        assert math.prod(given) == math.prod(read), (
            f"after the output {given}, the next input is {read}"
        )
    assert rows[-1][1] == (10,), f"the last output is {rows[-1][1]}, but it should be (10,)"
