"""The rule for answers that follow from an earlier error: what counts, and what earns nothing."""

from __future__ import annotations

import numpy as np
import pytest

from checks import CannotJudge, expect_close, expect_right_or_following, rng

X, H0 = rng("x").normal(size=(4, 3)), rng("h").normal(size=3)


def right_step(x, h):
    return np.tanh(x + h)


def wrong_step(x, h):
    return x - 2 * h


def looped(step):
    """Return the function over a sequence that uses ``step``."""

    def forward(x, h0):
        states = []
        for row in x:
            h0 = step(row, h0)
            states.append(h0)
        return np.stack(states)

    return forward


def judge(forward, step, **options):
    expect_right_or_following(
        forward,
        (X, H0),
        right=looped(right_step),
        follow=lambda functions, x, h0: looped(functions["step"])(x, h0),
        own={"step": step},
        compare=lambda found, wanted: expect_close(found, wanted, rtol=1e-4, name="h"),
        **options,
    )


def test_the_right_answer_counts_whatever_the_earlier_function_is():
    judge(looped(right_step), None)


def test_an_answer_that_follows_from_a_wrong_step_counts():
    judge(looped(wrong_step), wrong_step)


@pytest.mark.parametrize(
    ("forward", "step"),
    [
        (lambda x, h0: np.zeros_like(x), lambda x, h: np.zeros(3)),
        (lambda x, h0: np.full_like(x, 7.0), lambda x, h: np.full(3, 7.0)),
        (lambda x, h0: 3 * x, lambda x, h: 3 * x),  # h0 does not matter
        (lambda x, h0: np.tile(h0, (4, 1)), lambda x, h: h),  # x does not matter
        (looped(wrong_step), right_step),
        (lambda x, h0: rng("noise").normal(size=(4, 3)), lambda x, h: rng("noise").normal(size=3)),
    ],
)
def test_what_depends_on_too_little_or_follows_from_nothing_does_not_count(forward, step):
    with pytest.raises(AssertionError, match="h"):
        judge(forward, step)


def test_a_step_that_raises_is_no_excuse():
    def broken(x, h):
        raise ValueError

    with pytest.raises(AssertionError, match="entries are wrong"):
        judge(looped(wrong_step), broken)


def test_a_function_that_no_other_worker_has_is_not_asked():
    class Missing:
        def __call__(self, *_):
            raise RuntimeError("it was asked")

        def __elsewhere__(self, at_least):
            return None

    with pytest.raises(AssertionError, match="entries are wrong"):
        judge(looped(wrong_step), Missing())


def test_a_mixture_of_own_and_right_functions_counts():
    def ask(x):
        return 2 * x + np.sin(x)  # doubles wrongly, adds the right sine

    expect_right_or_following(
        ask,
        (X,),
        right=lambda x: 3 * x + np.sin(x),
        follow=lambda functions, x: functions["scale"](x) + functions["wave"](x),
        own={"scale": lambda x: 2 * x, "wave": np.cos},
        substitutes={"scale": lambda x: 3 * x, "wave": np.sin},
        compare=expect_close,
    )


def test_code_that_fails_for_other_numbers_is_told_of_the_first_failure():
    def ask(x, h0):
        if x is not X or h0 is not H0:
            raise ValueError("for these numbers only")
        return looped(wrong_step)(x, h0)

    with pytest.raises(AssertionError, match="entries are wrong"):
        judge(ask, wrong_step)


def test_a_comparison_that_cannot_judge_passes_nothing():
    def compare(found, wanted):
        raise CannotJudge("why")

    with pytest.raises(CannotJudge):
        expect_right_or_following(
            looped(right_step), (X, H0), right=looped(right_step),
            follow=lambda functions, x, h0: looped(functions["step"])(x, h0),
            own={"step": wrong_step}, compare=compare,
        )  # fmt: skip
