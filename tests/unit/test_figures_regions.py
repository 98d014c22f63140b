"""Figures of decision regions: colours, lines, and the same bytes for the same data."""

import io

import numpy as np

from figures.regions import decision_regions, lines

W = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0]])
B = np.array([0.0, 0.0, -3.0])
NAMES = ["right", "left", "top"]


def drawn(**more):
    return decision_regions(W, B, NAMES, point=(0.0, 1.0), reach=2.0, **more)


def test_each_region_has_the_class_with_the_largest_activation():
    axes = drawn().axes[0]
    classes = axes.images[0].get_array()
    assert classes[0, -1] == 0  # bottom right
    assert classes[0, 0] == 1  # bottom left
    assert classes[-1, classes.shape[1] // 2] == 2  # top
    assert {text.get_text() for text in axes.texts} == set(NAMES)


def test_lines_leave_the_point_in_the_directions_given():
    axes = drawn(boundaries={"down": (0, -1)}, middles=[(1, 0), (-1, 0)]).axes[0]
    first, second, red, point = (line.get_xydata() for line in axes.lines)
    np.testing.assert_allclose(first, [[0, 1], [2, 1]])
    np.testing.assert_allclose(second, [[0, 1], [-2, 1]])
    np.testing.assert_allclose(red, [[0, 1], [0, -2]])
    np.testing.assert_allclose(point, [[0, 1]])
    assert "down" in {text.get_text() for text in axes.texts}


def test_a_class_without_a_region_has_no_name_in_the_picture():
    axes = decision_regions(W, B - [0, 100, 0], NAMES, point=(0.0, 1.0), reach=2.0).axes[0]
    assert {text.get_text() for text in axes.texts} == {"right", "top"}


def test_panels_hold_one_line_per_row():
    x = np.arange(4)
    panels = {"one": np.ones((3, 4)), "two": np.zeros((3, 4))}
    figure = lines(x, panels, NAMES, x="distance", y="probability")
    assert [cell.get_title() for cell in figure.axes] == ["one", "two"]
    assert [[line.get_label() for line in cell.lines] for cell in figure.axes] == [NAMES, NAMES]


def test_the_same_regions_give_the_same_bytes():
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        drawn(boundaries={"down": (0, -1)}).savefig(stream, metadata={"Software": None})
    assert first.getvalue() == second.getvalue()
