"""Random arguments, and comparisons that need no right answer, for several questions.

N batch, T time, D input, H hidden. All sizes differ by default, so that swapped axes show.
"""

import numpy as np

from checks import expect_any, expect_own_or_replaced, expect_parts, expect_shape, rng, run_beside
from checks.gradients import expect_slopes, gradients_of

BLOCKS = {"rnn": 1, "lstm": 4}  # of H columns each, in Wx, Wh and b
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}  # a right answer may compute in float32
STATES = {"rnn": 1, "lstm": 2}  # hidden state, cell state


def draw_step(cell, N=3, D=4, H=5, scale=1.0, label=""):
    """Return x, prev_h, for an LSTM prev_c, then Wx, Wh and b of one step in float64."""
    states = [(N, H)] * STATES[cell]
    return _draw([(N, D), *states, *_weight_shapes(cell, D, H)], scale, label)


def draw_sequence(cell, T=4, N=3, D=2, H=5, scale=1.0, label=""):
    """Return x, h0, Wx, Wh and b of a whole sequence in float64."""
    return _draw([(T, N, D), (N, H), *_weight_shapes(cell, D, H)], scale, label)


def draw_upstream(*shape, results=1):
    """Return upstream gradients for as many results of this shape."""
    return [rng(f"upstream {i}").normal(size=shape) for i in range(results)]


def standing_still(owner):
    """Return steps for a check of shapes, in place of ones that fail.

    No state changes, and all gradients are zero. The caches are the ones of the student's own
    steps where these make any: a loop may look into them. An own step that has raised an exception
    is not called again: it may take long until it does.
    """
    import inspect

    import numpy as np

    own, kept = dict(inspect.unwrap(owner).__globals__), {}

    def cache_of(name, arguments):
        try:
            cache = own[name](*arguments)[-1]
        except Exception:  # also a KeyError, once it is gone
            cache = arguments
            own.pop(name, None)
        kept[id(cache)] = arguments, cache
        return cache

    def zeros(*upstream_and_cache):
        arguments, _ = kept[id(upstream_and_cache[-1])]
        return tuple(map(np.zeros_like, arguments))

    return {
        "rnn_step_forward": lambda *given: (given[1], cache_of("rnn_step_forward", given)),
        "lstm_step_forward": lambda *given: (*given[1:3], cache_of("lstm_step_forward", given)),
        "rnn_step_backward": zeros,
        "lstm_step_backward": zeros,
    }


def copies(arrays):
    """Return copies for the student's code, which may change its arguments."""
    return [np.array(array) for array in arrays]


def gradients(functions, arguments, upstream, names):
    """Return what the student's backward pass gives after the forward pass, one for each name."""
    return gradients_of(*functions, copies(arguments), copies(upstream), names)


def expect_argument_shapes(functions, arguments, upstream, names):
    """Fail unless each gradient has the shape of its argument."""
    _expect_shapes_of(gradients(functions, arguments, upstream, names), arguments, names)


def expect_argument_shapes_of_sequences(functions, arguments, upstream, names):
    """Fail unless each gradient of a sequence has the shape of its argument.

    The first entries of the cache of a longer sequence are accepted too: a forward pass that
    leaves its last step out loses points elsewhere.
    """

    def of_a_longer_pass():
        given = *functions, copies(arguments), copies(upstream)
        _expect_shapes_of(
            expect_parts(run_beside(_back_through_a_longer_pass, *given), *names), arguments, names
        )

    def of_this_pass():
        expect_argument_shapes(functions, arguments, upstream, names)

    def check():
        expect_any(of_this_pass, of_a_longer_pass)

    expect_own_or_replaced(check, functions[1], standing_still)


def _back_through_a_longer_pass(forward, backward, arguments, upstream):
    import numpy as np

    x, *others = arguments
    *_, cache = forward(np.concatenate([x, x[-1:]]), *others)
    return backward(*upstream, cache[: len(x)])


def _expect_shapes_of(found, arguments, names):
    for label, gradient, argument in zip(names, found, arguments, strict=True):
        expect_shape(gradient, argument.shape, label)


def expect_finite_differences(functions, arguments, upstream, names):
    """Fail unless the gradients agree with finite differences of the student's forward pass."""
    found = gradients(functions, arguments, upstream, names)
    expect_slopes(functions[0], arguments, upstream, found, names)


def _weight_shapes(cell, D, H):
    columns = BLOCKS[cell] * H
    return [(D, columns), (H, columns), (columns,)]


def _draw(shapes, scale, label):
    generator = rng(f"arguments {label}")
    return [generator.normal(0, scale, shape) for shape in shapes]
