"""Figures for reports: what is drawn, and the same bytes for the same data."""

import io

import numpy as np
import pytest

import figures


def png(figure):
    """Return the picture's bytes."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def draw_all():
    """Return one figure of each kind."""
    matrix = np.arange(9).reshape(3, 3)
    return [
        figures.bars([0.2, 0.9], ["bag", "coat"], unit="accuracy", mark=(0.5, "all")),
        figures.heat_map(matrix, "abc", "abc", rows="true class", columns="predicted class"),
        figures.image_grid(np.zeros((4, 28, 28)), ["a", "b", "c", "d"], columns=3),
        figures.curves({"loss": [3, 2, 1], "other": [2, 2, 2]}, x="epoch", y="loss"),
    ]


def test_the_same_data_gives_the_same_picture():
    assert [png(figure) for figure in draw_all()] == [png(figure) for figure in draw_all()]


def test_bars_carry_their_values_and_names():
    axes = figures.bars([0.25, 0.5], ["bag", "coat"], unit="accuracy", limits=(0, 1)).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.25, 0.5]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["bag", "coat"]
    assert axes.get_xlim() == (0, 1)


def test_a_heat_map_writes_each_number_where_it_belongs():
    axes = figures.heat_map([[1, 2], [3, 400]], "ab", "cd", rows="r", columns="c").axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(0, 0): "1", (1, 0): "2", (0, 1): "3", (1, 1): "400"}


@pytest.mark.parametrize(("count", "rows"), [(0, 1), (1, 1), (6, 1), (7, 2)])
def test_an_image_grid_has_room_for_all_images(count, rows):
    figure = figures.image_grid(np.zeros((count, 28, 28)), [str(i) for i in range(count)])
    assert len(figure.axes) == 6 * rows
    assert sum(bool(axes.images) for axes in figure.axes) == count


def test_curves_count_from_one_and_name_several_lines():
    axes = figures.curves({"a": [3, 2], "b": [2, 1]}, x="epoch", y="loss").axes[0]
    assert axes.lines[0].get_xdata().tolist() == [1, 2]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
