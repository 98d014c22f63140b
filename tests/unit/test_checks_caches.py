"""A backward pass is judged on a right cache where the forward pass makes a wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from checks import expect_close, expect_parts
from checks.caches import RightPass, expect_right_from_cache

X, W, B, UPSTREAM = (
    np.random.default_rng(seed).normal(size=shape)
    for seed, shape in enumerate([(4, 3), (3, 5), (5,), (4, 5)])
)


def right(x, w, b):
    return [np.tanh(x @ w + b)]


def roles(x, w, b):
    return {"x": x, "w": w, "b": b, "a": x @ w + b, "out": right(x, w, b)[0]}


RIGHT = RightPass(right, roles, [[X, W, 0 * B], [0 * X, W, B]])


def judge(forward, backward, then=None):
    def compare(found):
        da = UPSTREAM * (1 - right(X, W, B)[0] ** 2)
        for part, wanted in zip(found, (da @ W.T, X.T @ da, da.sum(axis=0)), strict=True):
            expect_close(part, wanted)

    expect_right_from_cache(
        (forward, backward),
        [X, W, B],
        right=RIGHT,
        ask=lambda back: expect_parts(back(UPSTREAM), "dx", "dw", "db"),
        compare=compare,
        then=then,
    )


def minus_b(x, w, b):
    out = np.tanh(x @ w - b)
    return out, {"steps": [out, (x, w)], "size": len(x)}


def minus_b_transposed(x, w, b):
    out = np.tanh(x @ w - b)
    return out, {"steps": [out, (x, w.T)], "size": len(x)}


def back(dout, cache):
    out, (x, w) = cache["steps"]
    assert cache["size"] == len(x)
    da = dout * (1 - out**2)
    return da @ w.T, x.T @ da, da.sum(axis=0)


def back_from_transposed(dout, cache):
    out, (x, turned) = cache["steps"]
    return back(dout, {**cache, "steps": [out, (x, turned.T)]})


def test_a_right_backward_pass_passes_whatever_the_layout():
    judge(minus_b, back)
    judge(minus_b_transposed, back_from_transposed)


def test_a_wrong_backward_pass_fails():
    with pytest.raises(AssertionError, match="entries are wrong"):
        judge(minus_b, lambda dout, cache: back(2 * dout, cache))


def test_it_is_no_excuse_for_a_wrong_backward_pass_that_the_forward_pass_is_right():
    def forward(x, w, b):
        return right(x, w, b)[0], minus_b(x, w, b)[1]

    with pytest.raises(AssertionError, match="the forward pass is right"):
        judge(forward, back)


def test_a_cache_without_arrays_cannot_be_judged():
    with pytest.raises(AssertionError, match="nothing in the cache"):
        judge(lambda x, w, b: (minus_b(x, w, b)[0], None), back)


def test_what_is_kept_outside_the_cache_is_not_used():
    last = []

    def forward(x, w, b):
        out, cache = minus_b(x, w, b)
        last[:] = [cache["steps"]]
        return out, cache

    def from_the_last_pass(dout, cache):
        return back(dout, {**cache, "steps": last[0]})

    with pytest.raises(AssertionError):
        judge(forward, from_the_last_pass, then=[2 * X, W, B])
