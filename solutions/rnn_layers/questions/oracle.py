"""What PyTorch gives for the same arguments, and what follows from a student's own steps.

For hidden cases only; this module is never shipped to students.
"""

import itertools
from contextlib import nullcontext
from functools import partial

import numpy as np
import torch

from checks import (
    CannotJudge,
    elsewhere,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_parts,
    expect_right_or_following,
    run_beside,
)
from checks.caches import RightPass, expect_right_from_cache
from checks.carried import changed_arguments, differ, is_trusted, reaches_alike
from checks.gradients import autograd, expect_slopes, gradients_of_the_first, results_of
from support import BLOCKS, FLOAT32, STATES, copies, draw_sequence, gradients

SEQUENCE_GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")
LEVELS = (-40, 0, 0.7, 40)  # biases that close a gate, open it, or neither
ONE_LAYER = (True, 1, 0.0, False, False, False)  # biases; no dropout, one direction, time first


def rnn_step(x, prev_h, Wx, Wh, b):
    """Take one step of an RNN."""
    return torch.tanh(x @ Wx + prev_h @ Wh + b)


def lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    """Take one step with torch's own LSTM cell: return next_h and next_c."""
    return torch.lstm_cell(x, (prev_h, prev_c), *_torch_weights(Wx, Wh, b))


def rnn(x, h0, Wx, Wh, b):
    """Return the states of torch's own RNN."""
    return torch.rnn_tanh(x, h0[None], _torch_weights(Wx, Wh, b), *ONE_LAYER)[0]


def lstm(x, h0, Wx, Wh, b):
    """Return the hidden states of torch's own LSTM, from a cell state of zero."""
    states = h0[None], torch.zeros_like(h0)[None]
    return torch.lstm(x, states, _torch_weights(Wx, Wh, b), *ONE_LAYER)[0]


SEQUENCES = {"rnn": rnn, "lstm": lstm}


def expected(definition, arguments):
    """Return the results of a definition in torch as arrays."""
    results = definition(*map(torch.from_numpy, arguments))
    return [r.numpy() for r in results] if isinstance(results, tuple) else results.numpy()


def expect_states(cell, ask, step_forward, arguments):
    """Fail unless the states are the right ones, or follow from the student's own step.

    ``ask`` takes the arguments of the sequence and returns the student's states.
    """
    expect_right_or_following(
        ask,
        arguments,
        right=lambda *given: expected(SEQUENCES[cell], given),
        follow=lambda own, *given: np.stack(_own_states(cell, own["step"], *given)[0]),
        own={"step": step_forward},
        compare=lambda h, wanted: expect_close(h, wanted, **FLOAT32, name="h"),
    )


def expect_states_of_some_step(cell, owner, run, step_forward, arguments):
    """Fail unless ``expect_states`` passes, perhaps with a right step in the module of ``owner``.

    Nothing follows from a step that raises or does without an argument; its error is penalised in
    its own question. ``run(owner, arguments)`` returns the student's states.
    """
    expect_own_or_replaced(
        lambda: expect_states(cell, lambda *given: run(owner, given), step_forward, arguments),
        owner,
        right_steps,
        [(cell,)],
    )


def right_steps(owner, cell):
    """Return right steps of a cell, in place of the student's, which earlier questions judge.

    A loop may look into the caches of its steps. So a right step makes the cache that the student's
    own step makes; what the way back needs is kept beside it. An own step that has raised an
    exception is not called again: it may take long until it does.
    """
    import inspect

    import numpy as np

    own, kept = dict(inspect.unwrap(owner).__globals__), {}

    def sigmoid(a):
        return 0.5 + 0.5 * np.tanh(a / 2)

    def cache_of(name, arguments, needed):
        try:
            cache = own[name](*arguments)[-1]
        except Exception:  # also a KeyError, once it is gone
            cache = arguments
            own.pop(name, None)
        kept[id(cache)] = needed, cache  # the cache too, so that no other one gets its number
        return cache

    def back(da, x, prev_h, Wx, Wh):
        return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    def rnn_step_forward(x, prev_h, Wx, Wh, b):
        next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
        needed = (x, prev_h, Wx, Wh), next_h
        return next_h, cache_of("rnn_step_forward", (x, prev_h, Wx, Wh, b), needed)

    def rnn_step_backward(dnext_h, cache):
        arguments, next_h = kept[id(cache)][0]
        return back(dnext_h * (1 - next_h**2), *arguments)

    def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
        forget, enter, candidate, out = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
        f, i, c, o = sigmoid(forget), sigmoid(enter), np.tanh(candidate), sigmoid(out)
        next_c = f * prev_c + i * c
        tanh_c = np.tanh(next_c)
        needed = (x, prev_h, Wx, Wh), (f, i, c, o), prev_c, tanh_c
        cache = cache_of("lstm_step_forward", (x, prev_h, prev_c, Wx, Wh, b), needed)
        return o * tanh_c, next_c, cache

    def lstm_step_backward(dnext_h, dnext_c, cache):
        arguments, (f, i, c, o), prev_c, tanh_c = kept[id(cache)][0]
        dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
        gates = (
            dc * prev_c * f * (1 - f), dc * c * i * (1 - i), dc * i * (1 - c**2),
            dnext_h * tanh_c * o * (1 - o),
        )  # fmt: skip
        dx, dprev_h, *weights = back(np.concatenate(gates, axis=1), *arguments)
        return dx, dprev_h, dc * f, *weights

    steps = rnn_step_forward, rnn_step_backward, lstm_step_forward, lstm_step_backward
    return {step.__name__: step for step in steps if step.__name__.startswith(cell)}


def expect_right_or_own_slopes(definition, ask, compare, forward, given, names):
    """Accept right gradients, and right gradients of the student's own forward pass.

    ``ask(arguments, upstream)`` returns the student's gradients; ``given`` holds both.
    ``compare(found, wanted)`` fails where they differ. The forward pass runs elsewhere. Where it
    cannot be trusted, the gradients must depend on every number on which the right ones depend, and
    on no other (see ``checks.carried``).
    """
    found, right = ask(*given), autograd(definition, *given)
    try:
        return compare(found, right)
    except AssertionError as error:
        first = error
    own = elsewhere(forward, at_least=0.0)
    if own is None:
        raise first
    try:
        expect_slopes(own, *given, found, names)
        if is_trusted(forward):
            return None
        for other in _changed(*given):
            answer = ask(*other)
            expect_slopes(own, *other, answer, names)
            wanted = autograd(definition, *other)
            assert differ(answer, found) or not differ(wanted, right)
        count = len(given[0])
        assert reaches_alike(
            lambda *both: ask(both[:count], both[count:]),
            lambda *both: autograd(definition, both[:count], both[count:]),
            (*given[0], *given[1]), found, right,
        )  # fmt: skip
        return None
    except Exception:  # whatever the student's forward pass does
        raise first from None


def _changed(arguments, upstream):
    """Return arguments and upstream gradients, once for each array with that array changed."""
    count = len(arguments)
    changed = changed_arguments([*arguments, *upstream])
    return [(given[:count], given[count:]) for given in changed]


def expect_gradients(definition, functions, arguments, upstream, names):
    """Fail unless a forward and a backward pass of one step give the gradients of autograd.

    Accepted too are the gradients of the student's own forward pass, and right gradients from a
    right cache where that forward pass is wrong.
    """

    def ask(arguments, upstream):
        return gradients(functions, arguments, upstream, names)

    given, compare = (arguments, upstream), partial(_compare, names)
    expect_step_gradients(definition, functions, given, names, ask, compare)


def expect_step_gradients(definition, functions, given, names, ask, compare, then=None):
    """Judge what ``ask`` returns as above; ``then`` are arguments of a second forward pass."""
    expect_any(
        lambda: expect_right_or_own_slopes(definition, ask, compare, functions[0], given, names),
        lambda: _expect_with_right_cache(definition, functions, given, names, compare, then),
    )


def _expect_with_right_cache(definition, functions, given, names, compare, then):
    arguments, upstream = given

    def right(*arguments):
        found = expected(definition, arguments)
        return found if len(upstream) > 1 else [found]

    wanted = autograd(definition, *given)
    expect_right_from_cache(
        functions,
        arguments,
        right=RightPass(right, ROLES[definition], list(_easier(definition, arguments))),
        ask=lambda back: expect_parts(back(*copies(upstream)), *names),
        compare=lambda found: compare(found, wanted),
        then=then,
    )


def _easier(definition, arguments):
    """Yield arguments for which also a wrong step may be right: zeros, ones, closed gates."""
    *data, Wx, Wh, b = arguments
    for kept in itertools.product((1, 0), repeat=len(data) + 1):
        *some, bias = (keep * array for keep, array in zip(kept, [*data, b], strict=True))
        yield [*some, Wx, Wh, bias]
    if definition is lstm_step:
        x, prev_h, prev_c = data
        forget, _, _, out = np.split(b, 4)
        for cells in (prev_c, np.ones_like(prev_c)):
            yield [x, prev_h, cells, Wx, Wh, b]
            for levels in itertools.product(LEVELS, LEVELS):  # of input gate and candidate
                enter, candidate = (np.full_like(out, level) for level in levels)
                bias = np.concatenate([forget, enter, candidate, out])
                yield [x, prev_h, cells, 0 * Wx, 0 * Wh, bias]


def _rnn_roles(x, prev_h, Wx, Wh, b):
    """Return what the cache of a right step may hold, by name."""
    a = x @ Wx + prev_h @ Wh + b
    given = {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "b": b}
    both = {"both": np.hstack([x, prev_h]), "weights": np.vstack([Wx, Wh])}
    return {**given, **both, "a": a, "next_h": np.tanh(a), "slope": 1 - np.tanh(a) ** 2}


def _lstm_roles(x, prev_h, prev_c, Wx, Wh, b):
    """Return what the cache of a right step may hold, by name."""
    a = x @ Wx + prev_h @ Wh + b
    parts = dict(zip(("a_f", "a_i", "a_c", "a_o"), np.split(a, 4, axis=1), strict=True))
    f, i, o = (1 / (1 + np.exp(-parts[name])) for name in ("a_f", "a_i", "a_o"))
    c = np.tanh(parts["a_c"])
    next_c = f * prev_c + i * c
    gates = {"f": f, "i": i, "c": c, "o": o, "gates": np.hstack([f, i, c, o]), **parts}
    given = {"x": x, "prev_h": prev_h, "prev_c": prev_c, "Wx": Wx, "Wh": Wh, "b": b}
    both = {"both": np.hstack([x, prev_h]), "weights": np.vstack([Wx, Wh])}
    states = {"next_c": next_c, "tanh_c": np.tanh(next_c), "next_h": o * np.tanh(next_c)}
    return {**given, **both, **gates, **states, "a": a}


ROLES = {rnn_step: _rnn_roles, lstm_step: _lstm_roles}


def gradients_of_first_pass(functions, passes, upstream, names):
    """Return the gradients of the first forward pass, computed after the second."""
    return gradients_of_the_first(*functions, list(map(copies, passes)), copies(upstream), names)


def expect_own_cache(definition, functions, passes, upstream, names):
    """Fail unless the backward pass of the first forward pass is right after the second."""

    def ask(arguments, upstream):
        return gradients_of_first_pass(functions, (arguments, passes[1]), upstream, names)

    given, compare = (passes[0], upstream), partial(_compare, names)
    expect_step_gradients(definition, functions, given, names, ask, compare, then=passes[1])


def expect_sequence_gradients(cell, functions, arguments, upstream):
    """Fail unless the gradients are right, or follow from the student's own steps or forward pass.

    ``functions`` are forward and backward, for the sequence and for one step.
    """

    def ask(*given):
        return gradients(functions[:2], given[:-1], given[-1:], SEQUENCE_GRADIENTS)

    def ask_from_steps(*given):
        return _gradients_from_steps(cell, functions, [given[:-1]], given[-1:])

    _expect_sequence(cell, (ask, ask_from_steps), functions, arguments, upstream)


def expect_own_sequence_cache(cell, functions, passes, upstream):
    """Fail unless the gradients of the first forward pass are right after the second."""

    def ask(*given):
        both = given[:-1], passes[1]
        return gradients_of_first_pass(functions[:2], both, given[-1:], SEQUENCE_GRADIENTS)

    def ask_from_steps(*given):
        return _gradients_from_steps(cell, functions, [given[:-1], passes[1]], given[-1:])

    _expect_sequence(cell, (ask, ask_from_steps), functions, passes[0], upstream)


def only(step, upstream):
    """Return ``upstream`` with zeros at all other steps."""
    (array,) = upstream
    kept = np.zeros_like(array)
    kept[step] = array[step]
    return [kept]


def _compare(names, found, wanted):
    for label, gradient, right in zip(names, found, wanted, strict=True):
        expect_close(gradient, right, **FLOAT32, name=label)


def _expect_sequence(cell, asks, functions, arguments, upstream):
    """Judge the gradients of a sequence, perhaps with right steps in the student's module."""
    expect_own_or_replaced(
        lambda: _expect_with_own_steps(cell, asks, functions, arguments, upstream),
        functions[1],
        right_steps,
        [(cell,)],
    )


def _expect_with_own_steps(cell, asks, functions, arguments, upstream):
    """Judge the gradients that the first of ``asks`` returns, or else the second one's.

    The second computes them with caches of the student's own steps. It counts only where the
    states of the student's forward pass are wrong: that error has lost its points there. An
    exception that the cache of such a pass causes must not cost points here, too.
    """
    try:
        return _expect_gradients_of(cell, asks[0], functions, arguments, upstream)
    except CannotJudge:
        raise
    except Exception as error:  # also what the student's code raises
        first = error
    forward = functions[0]
    unrecorded = getattr(type(forward), "__unrecorded__", nullcontext)
    with unrecorded(forward):
        try:
            assert _has_wrong_states(cell, forward, functions[2])
            return _expect_gradients_of(cell, asks[1], functions, arguments, upstream)
        except CannotJudge:
            raise
        except Exception:
            raise first from None


def _has_wrong_states(cell, forward, step_forward):
    """Tell whether the forward pass fails, or gives states that do not follow from its steps."""

    def ask(*given):
        return results_of(forward, copies(given), "h")[0]

    try:
        expect_states(cell, ask, step_forward, draw_sequence(cell, label="states"))
    except CannotJudge:
        raise
    except Exception:
        return True
    return False


def _gradients_from_steps(cell, functions, passes, upstream):
    """Return the gradients of the first of ``passes`` with caches of the student's own steps."""
    forward, backward, step_forward, _ = functions
    given = list(map(copies, passes)), copies(upstream), STATES[cell]
    found = run_beside(_back_through_steps, forward, backward, step_forward, *given)
    return expect_parts(found, *SEQUENCE_GRADIENTS)


def _back_through_steps(forward, backward, step_forward, passes, upstream, count):
    import numpy as np

    every = []
    for x, h0, *weights in passes:
        states, caches = [h0, np.zeros_like(h0)][:count], []
        for x_t in x:
            *states, cache = step_forward(x_t, *states, *weights)
            caches.append(cache)
        every.append(caches)
    try:
        own = forward(*passes[0])[-1]
    except Exception:
        own = None
    whole = every[0]
    if isinstance(own, (list, tuple)):
        for place, part in enumerate(own):  # the list of the steps may be one part of several
            if isinstance(part, list):
                whole = type(own)([*own[:place], every[0], *own[place + 1 :]])
                break
    return backward(*upstream, whole)


def _expect_gradients_of(cell, ask, functions, arguments, upstream):
    def follow(own, *given):
        return _own_gradients(cell, (own["forward"], own["backward"]), given[:-1], given[-1:])

    forward, _, step_forward, step_backward = functions

    def expect_following(found, wanted):
        try:
            return _compare(SEQUENCE_GRADIENTS, found, wanted)
        except AssertionError:
            pass  # judged again below, with what follows from the student's own steps
        return expect_right_or_following(
            ask,
            (*arguments, *upstream),
            right=lambda *asked: autograd(SEQUENCES[cell], asked[:-1], asked[-1:]),
            follow=follow,
            own={"forward": step_forward, "backward": step_backward},
            compare=partial(_compare, SEQUENCE_GRADIENTS),
        )

    expect_right_or_own_slopes(
        SEQUENCES[cell],
        lambda arguments, upstream: ask(*arguments, *upstream),
        expect_following,
        forward,
        (arguments, upstream),
        SEQUENCE_GRADIENTS,
    )


def _own_states(cell, step_forward, x, h0, Wx, Wh, b):
    """Return hidden states and caches of the student's own step, one step after the other."""
    carried, names = [h0, np.zeros_like(h0)][: STATES[cell]], ("next_h", "next_c")[: STATES[cell]]
    states, caches = [], []
    for x_t in x:
        found = step_forward(x_t, *carried, Wx, Wh, b)
        *carried, cache = expect_parts(found, *names, "cache")
        states.append(carried[0])
        caches.append(cache)
    return states, caches


def _own_gradients(cell, steps, arguments, upstream):
    """Return the gradients to which the student's own steps lead, from the last to the first."""
    step_forward, step_backward = steps
    _, caches = _own_states(cell, step_forward, *arguments)
    count = STATES[cell]
    names = ("dx", *("dprev_h", "dprev_c")[:count], "dWx", "dWh", "db")
    carried, dx, sums = [np.zeros_like(arguments[1])] * count, [], [0, 0, 0]
    for dh_t, cache in zip(upstream[0][::-1], caches[::-1], strict=True):
        found = step_backward(dh_t + carried[0], *carried[1:], cache)
        dx_t, *rest = expect_parts(found, *names)
        dx.insert(0, dx_t)
        carried, weights = rest[:count], rest[count:]
        sums = [total + part for total, part in zip(sums, weights, strict=True)]
    return [np.stack(dx), carried[0], *sums]


def _torch_weights(Wx, Wh, b):
    """Return weights as torch has them, transposed and with the input gate before the forget gate.

    torch adds a second bias, which is zero here.
    """
    H = len(Wh)
    if len(b) == BLOCKS["lstm"] * H:
        Wx, Wh, b = (torch.cat([w[..., H : 2 * H], w[..., :H], w[..., 2 * H :]], -1)
                     for w in (Wx, Wh, b))  # fmt: skip
    return Wx.T, Wh.T, b, torch.zeros_like(b)
