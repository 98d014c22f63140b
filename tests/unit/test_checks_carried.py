"""Answers that follow from earlier functions: from which ones, and when from none."""

import numpy as np

from checks.carried import carried_from

RIGHT = {"double": lambda x: 2 * x, "plus": lambda x: x + 1}
EXAMPLES = [np.array([1.0, 2.0]), np.array([3.0, 5.0])]


def follow(functions, x):
    return functions["plus"](functions["double"](x))


def origin(answer, **own):
    answers = [answer(x) for x in EXAMPLES]
    return carried_from(answers, EXAMPLES, follow, {**RIGHT, **own}, RIGHT)


def test_right_answers_follow_from_right_functions():
    wrong = {"double": lambda x: 3 * x, "plus": lambda x: x - 1}
    assert origin(lambda x: 2 * x + 1, **wrong) == []


def test_an_error_is_carried_forward_from_where_it_was_made():
    assert origin(lambda x: 3 * x + 1, double=lambda x: 3 * x) == ["double"]
    assert origin(lambda x: 2 * x - 1, plus=lambda x: x - 1) == ["plus"]
    both = {"double": lambda x: 3 * x, "plus": lambda x: x - 1}
    assert origin(lambda x: 3 * x - 1, **both) == ["double", "plus"]


def test_an_error_of_its_own_follows_from_nothing():
    assert origin(lambda x: 3 * x + 2, double=lambda x: 3 * x) is None
    assert origin(lambda x: (3 * x + 1)[:1], double=lambda x: 3 * x) is None


def test_constants_follow_from_nothing_unless_they_are_right():
    assert origin(lambda x: 0 * x + 1, double=lambda x: 0 * x) is None
    same = carried_from([EXAMPLES[0]] * 2, [EXAMPLES[0]] * 2, lambda functions, x: x, RIGHT, RIGHT)
    assert same == []


def test_functions_that_fail_or_return_no_numbers_are_carried_nowhere():
    def unwritten(x):
        raise NotImplementedError

    assert origin(lambda x: 3 * x + 1, double=unwritten) is None
    assert origin(lambda x: 3 * x + 1, double=lambda x: "three") is None


def test_what_overflows_is_carried_forward_as_it_is():
    nan = lambda x: x * np.nan  # noqa: E731
    assert origin(nan, double=nan) is None  # the same everywhere
    half = lambda x: np.where(x > 2, np.nan, 3 * x)  # noqa: E731
    assert origin(lambda x: half(x) + 1, double=half) == ["double"]
