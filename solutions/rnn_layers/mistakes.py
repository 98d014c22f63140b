"""Known mistakes of rnn_layers: what is changed in the reference, and what to tell the student."""

from autograder.grade.mistakes import Mistake

STATE = "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)"
STATE_RETURNED = "return next_h, (x, prev_h, Wx, Wh, next_h)"

RNN_STEP_FORWARD = [
    Mistake(
        name="rnn_tanh_left_out",
        edits={STATE: "next_h = x @ Wx + prev_h @ Wh + b"},
        explanation="The sum is returned as it is. The new state is tanh of it, which keeps its "
        "numbers between -1 and 1.",
    ),
    Mistake(
        name="rnn_logistic_for_tanh",
        edits={STATE: "next_h = sigmoid(x @ Wx + prev_h @ Wh + b)"},
        explanation="The new state is the logistic function of the sum. The plain RNN has tanh; "
        "sigmoid is for the gates of the LSTM.",
    ),
    Mistake(
        name="rnn_previous_state_ignored",
        edits={STATE: "next_h = np.tanh(x @ Wx + b)"},
        explanation="The state before the step has no influence on the one after it. Without that "
        "part of the sum the network remembers nothing.",
    ),
    Mistake(
        name="rnn_input_ignored",
        edits={STATE: "next_h = np.tanh(prev_h @ Wh + b)"},
        explanation="The input has no influence on the new state; a part of the sum is missing.",
    ),
    Mistake(
        name="rnn_biases_ignored",
        edits={STATE: "next_h = np.tanh(x @ Wx + prev_h @ Wh)"},
        explanation="The biases are not added. They are the third part of the sum that tanh is "
        "applied to.",
    ),
    Mistake(
        name="rnn_hidden_weights_transposed",
        edits={STATE: "next_h = np.tanh(x @ Wx + prev_h @ Wh.T + b)"},
        explanation="The state is multiplied by the transpose of Wh. Both have shape (H, H), so "
        "numpy does not complain; vectors are rows here, so it is prev_h @ Wh.",
    ),
    Mistake(
        name="rnn_state_not_returned",
        edits={STATE_RETURNED: "return None, (x, prev_h, Wx, Wh, next_h)"},
        explanation="None is returned in the place of next_h, although it may have been computed. "
        "Look at what the return statement names.",
    ),
    Mistake(
        name="rnn_only_the_state_returned",
        edits={STATE_RETURNED: "return next_h"},
        explanation="Only next_h is returned. The backward pass needs the cache, the second part "
        "of the tuple.",
    ),
    Mistake(
        name="rnn_single_sequence_squeezed",
        edits={STATE: "next_h = np.squeeze(np.tanh(x @ Wx + prev_h @ Wh + b))"},
        explanation="With a single sequence the state loses its batch axis. It has the shape "
        "(N, H) for N = 1 too; leave out what removes axes of length one.",
    ),
]

DELTA = "da = dnext_h * (1 - next_h**2)"
RNN_GRADIENTS = (
    "return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)\n"
    "    # END SOLUTION\n\n\ndef rnn_forward"
)


def rnn_gradients(changed: str) -> dict[str, str]:
    """Return an edit of the gradients that rnn_step_backward returns."""
    return {RNN_GRADIENTS: f"return {changed}\n    # END SOLUTION\n\n\ndef rnn_forward"}


RNN_STEP_BACKWARD = [
    Mistake(
        name="rnn_tanh_derivative_left_out",
        edits={DELTA: "da = dnext_h"},
        explanation="The gradient goes through tanh unchanged. Multiply it by the derivative of "
        "tanh before it goes on to the sum.",
    ),
    Mistake(
        name="rnn_tanh_taken_twice",
        edits={DELTA: "da = dnext_h * (1 - np.tanh(next_h) ** 2)"},
        explanation="The derivative of tanh is taken at next_h, which is tanh of the sum already. "
        "Either write it with next_h alone or with tanh of the sum.",
    ),
    Mistake(
        name="rnn_derivative_of_the_logistic_function",
        edits={DELTA: "da = dnext_h * next_h * (1 - next_h)"},
        explanation="h (1 - h) is the derivative of the logistic function, but the state comes "
        "from tanh. Derive tanh and write it with h.",
    ),
    Mistake(
        name="rnn_state_not_squared",
        edits={DELTA: "da = dnext_h * (1 - next_h)"},
        explanation="The derivative of tanh is written as 1 - h; the square of h is missing.",
    ),
    Mistake(
        name="rnn_upstream_ignored",
        edits={DELTA: "da = np.ones_like(dnext_h) * (1 - next_h**2)"},
        explanation="The gradients do not depend on dnext_h. By the chain rule they are products "
        "with what comes from above.",
    ),
    Mistake(
        name="rnn_bias_gradient_with_batch_axis",
        edits=rnn_gradients(
            "da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0, keepdims=True)"
        ),
        explanation="db has the shape (1, H). The biases are (H,), and their gradient has the "
        "same shape.",
    ),
    Mistake(
        name="rnn_bias_gradient_not_summed",
        edits=rnn_gradients("da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da"),
        explanation="db has a row for each sequence. All sequences share the biases, so their "
        "gradients are added over the batch.",
    ),
    Mistake(
        name="rnn_bias_gradient_averaged",
        edits=rnn_gradients("da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.mean(axis=0)"),
        explanation="db is averaged over the batch. A gradient adds up all effects; whether the "
        "loss is a mean is decided where the loss is, not here.",
    ),
    Mistake(
        name="rnn_weight_gradients_averaged",
        edits=rnn_gradients(
            "da @ Wx.T, da @ Wh.T, x.T @ da / len(x), prev_h.T @ da / len(x), da.sum(axis=0)"
        ),
        explanation="The gradients of the weights are divided by the number of sequences. Whether "
        "the loss is a mean is decided where the loss is, not here.",
    ),
    Mistake(
        name="rnn_new_state_for_the_one_before",
        edits=rnn_gradients("da @ Wx.T, da @ Wh.T, x.T @ da, next_h.T @ da, da.sum(axis=0)"),
        explanation="dWh is a product with the state after the step. Wh was multiplied by the "
        "state before it; keep that one in the cache.",
    ),
    Mistake(
        name="rnn_hidden_weights_not_transposed_back",
        edits=rnn_gradients("da @ Wx.T, da @ Wh, x.T @ da, prev_h.T @ da, da.sum(axis=0)"),
        explanation="dprev_h is multiplied by Wh instead of its transpose. Both have shape (H, H), "
        "so numpy does not complain; compare with dx.",
    ),
    Mistake(
        name="rnn_gradients_in_another_order",
        edits=rnn_gradients("da @ Wh.T, da @ Wx.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)"),
        explanation="dx and dprev_h stand in each other's place. The docstring names the order of "
        "the five gradients.",
    ),
    Mistake(
        name="rnn_cache_shared_by_all_calls",
        edits={
            "def rnn_step_forward": "_kept = []\n\n\ndef rnn_step_forward",
            STATE_RETURNED: "_kept[:] = x, prev_h, Wx, Wh, next_h\n    return next_h, _kept",
        },
        explanation="The backward pass uses values of the latest forward pass, not of its own: "
        "all calls share one place. Return a new cache from each forward pass.",
    ),
]

RNN_STEP_CALL = "h, cache = rnn_step_forward(x_t, h, Wx, Wh, b)"
RNN_LOOP = "    h = h0\n    for x_t in x:\n"
RNN_STATES = "return np.stack(states), caches\n    # END SOLUTION\n\n\ndef rnn_backward"


def rnn_states(changed: str) -> str:
    return f"return {changed}, caches\n    # END SOLUTION\n\n\ndef rnn_backward"


RNN_FORWARD = [
    Mistake(
        name="rnn_every_step_from_h0",
        edits={RNN_STEP_CALL: "h, cache = rnn_step_forward(x_t, h0, Wx, Wh, b)"},
        explanation="Every step starts from h0. The state after one step is the one before the "
        "next.",
    ),
    Mistake(
        name="rnn_starts_from_zero",
        edits={RNN_LOOP: "    h = np.zeros_like(h0)\n    for x_t in x:\n"},
        explanation="The first step starts from a state of zeros instead of h0.",
    ),
    Mistake(
        name="rnn_batch_first",
        edits={
            RNN_LOOP: "    h = h0\n    for x_t in x.swapaxes(0, 1):\n",
            RNN_STATES: rnn_states("np.stack(states, axis=1)"),
        },
        explanation="x is read as (N, T, D). In the RNN and the LSTM time is the first axis: x is "
        "(T, N, D) and h is (T, N, H).",
    ),
    Mistake(
        name="rnn_states_stacked_batch_first",
        edits={RNN_STATES: rnn_states("np.stack(states, axis=1)")},
        explanation="The states are right, but h comes out as (N, T, H). Time is its first axis: "
        "(T, N, H).",
    ),
    Mistake(
        name="rnn_h0_among_the_states",
        edits={RNN_STATES: rnn_states("np.stack([h0, *states])")},
        explanation="h has T + 1 states, since h0 is among them. It holds the states after each "
        "of the T steps.",
    ),
    Mistake(
        name="rnn_states_before_each_step",
        edits={RNN_STATES: rnn_states("np.stack([h0, *states[:-1]])")},
        explanation="h holds the state before each step: it begins with h0 and lacks the last one. "
        "It should hold the states after each step.",
    ),
    Mistake(
        name="rnn_last_state_only",
        edits={RNN_STATES: rnn_states("h")},
        explanation="Only the last state is returned. h holds all of them, T in number.",
    ),
    Mistake(
        name="rnn_runs_backwards",
        edits={RNN_LOOP: "    h = h0\n    for x_t in x[::-1]:\n"},
        explanation="The inputs are read from the last to the first. The first step reads x[0].",
    ),
    Mistake(
        name="rnn_axes_of_length_one_lost",
        edits={RNN_STATES: rnn_states("np.squeeze(np.stack(states))")},
        explanation="With a single step or a single sequence an axis of h is lost. h has three "
        "axes whatever their lengths.",
    ),
    Mistake(
        name="rnn_states_of_all_calls_collected",
        edits={
            "def rnn_forward": "_states = []\n\n\ndef rnn_forward",
            "states, caches = [], []\n    h = h0\n": "states, caches = _states, []\n    h = h0\n",
        },
        explanation="A second call returns the states of the first one too: the list they are "
        "collected in is made once, not in each call.",
    ),
]

RNN_BACK_CALL = (
    "dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[t] + dprev_h, cache[t])\n"
    "        dWx += dWx_t\n        dWh += dWh_t\n        db += db_t\n"
    "    return dx, dprev_h, dWx, dWh, db\n"
)


def rnn_back(old: str, new: str, *more: tuple[str, str]) -> dict[str, str]:
    """Return an edit inside the loop of rnn_backward or its return statement."""
    changed = RNN_BACK_CALL
    for before, after in ((old, new), *more):
        assert before in changed
        changed = changed.replace(before, after)
    return {RNN_BACK_CALL: changed}


RNN_BACKWARD = [
    Mistake(
        name="rnn_no_way_back_through_time",
        edits=rnn_back("dh[t] + dprev_h, cache", "dh[t], cache"),
        explanation="Each step is taken by itself: what dprev_h of a step says about the state "
        "before it is not handed on. Add it to the direct effect of that state.",
    ),
    Mistake(
        name="rnn_direct_effects_ignored",
        edits=rnn_back("dh[t] + dprev_h", "(dh[t] if t == len(dh) - 1 else 0) + dprev_h"),
        explanation="Only the last state's direct effect is used. Every state has one, dh[t], "
        "which is added to the gradient that comes back from the step after it.",
    ),
    Mistake(
        name="rnn_weight_gradients_of_one_step",
        edits=rnn_back("dWx += dWx_t", "dWx = dWx_t", ("dWh += dWh_t", "dWh = dWh_t"),
                       ("db += db_t", "db = db_t")),
        explanation="The gradients of weights and biases are those of a single step. All steps "
        "share them, so their gradients add up over time.",
    ),
    Mistake(
        name="rnn_bias_gradient_of_one_step",
        edits=rnn_back("db += db_t", "db = db_t"),
        explanation="db is the gradient of a single step. All steps share the biases, so their "
        "gradients add up over time.",
    ),
    Mistake(
        name="rnn_weight_gradients_averaged_over_time",
        edits=rnn_back("return dx, dprev_h, dWx, dWh, db",
                       "return dx, dprev_h, dWx / len(dh), dWh / len(dh), db / len(dh)"),
        explanation="The gradients of the parameters are averaged over the steps. They add up.",
    ),
    Mistake(
        name="rnn_gradient_of_h0_left_at_zero",
        edits=rnn_back("return dx, dprev_h,", "return dx, np.zeros_like(dprev_h),"),
        explanation="dh0 is zero. What comes back from the first step is the gradient of h0.",
    ),
    Mistake(
        name="rnn_direct_effect_for_h0",
        edits=rnn_back("return dx, dprev_h,", "return dx, dprev_h + dh[0],"),
        explanation="A direct effect is added to dh0. dh[0] belongs to the state after the first "
        "step; h0 acts on the loss only through it.",
    ),
    Mistake(
        name="rnn_input_gradients_of_all_steps_added",
        edits={
            **rnn_back("dx[t], dprev_h", "dx_t, dprev_h", ("dWx += dWx_t", "dx += dx_t\n"
                       "        dWx += dWx_t")),
            "dx = np.empty((len(dh), *x.shape), dh.dtype)\n    dprev_h, dWx,":
            "dx = np.zeros((len(dh), *x.shape), dh.dtype)\n    dprev_h, dWx,",
        },
        explanation="The gradients of all inputs are alike: each step's is added to all of them. "
        "Step t has its own input, and dx[t] is its gradient alone.",
    ),
    Mistake(
        name="rnn_goes_back_from_the_first_step",
        edits={
            "for t in reversed(range(len(dh))):\n        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn":
            "for t in range(len(dh)):\n        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn",
        },
        explanation="The steps are visited from the first to the last. A state's gradient needs "
        "the one of the step after it, so start at the last step.",
    ),
    Mistake(
        name="rnn_input_gradients_in_reverse",
        edits=rnn_back("return dx, dprev_h,", "return dx[::-1], dprev_h,"),
        explanation="The gradients of the inputs stand in reverse order of time. dx[0] belongs to "
        "the first input.",
    ),
]  # fmt: skip

CELL_SUM = "np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)"
GATES = "a_f, a_i, a_c, a_o = "
NEXT_C = "next_c = f * prev_c + i * c"
LSTM_STATES = "return o * tanh_c, next_c, (x, prev_h"

LSTM_STEP_FORWARD = [
    Mistake(
        name="gates_ordered_i_f_o_g",
        edits={GATES: "a_i, a_f, a_o, a_c = "},
        explanation="Your gates are ordered i, f, o, c~, as in some other courses. The handout "
        "orders the four blocks f, i, c~, o.",
    ),
    Mistake(
        name="gates_ordered_i_f_g_o",
        edits={GATES: "a_i, a_f, a_c, a_o = "},
        explanation="Your gates are ordered i, f, c~, o, as in PyTorch. The handout orders the "
        "four blocks f, i, c~, o.",
    ),
    Mistake(
        name="gates_ordered_f_i_o_g",
        edits={GATES: "a_f, a_i, a_o, a_c = "},
        explanation="The candidate and the output gate stand in each other's place. The handout "
        "orders the four blocks f, i, c~, o.",
    ),
    Mistake(
        name="gates_interleaved",
        edits={
            CELL_SUM: "np.moveaxis((x @ Wx + prev_h @ Wh + b).reshape(len(x), -1, 4), 2, 0)",
        },
        explanation="Every fourth column is taken for one gate. Each gate has H columns side by "
        "side; the blocks follow one another.",
    ),
    Mistake(
        name="float_as_an_index",
        edits={
            GATES + CELL_SUM: "a = x @ Wx + prev_h @ Wh + b\n    H4 = a.shape[1]\n"
            "    a_f, a_i = a[:, : H4 / 4], a[:, H4 / 4 : H4 / 2]\n"
            "    a_c, a_o = a[:, H4 / 2 : 3 * H4 / 4], a[:, 3 * H4 / 4 :]",
        },
        explanation="A column is counted with a division by /, which gives a float, and numpy "
        "takes whole numbers only. Use // or the number H.",
    ),
    Mistake(
        name="lstm_biases_ignored",
        edits={CELL_SUM: "np.split(x @ Wx + prev_h @ Wh, 4, axis=1)"},
        explanation="The biases are not added. Each gate has H of them.",
    ),
    Mistake(
        name="lstm_previous_state_ignored",
        edits={CELL_SUM: "np.split(x @ Wx + b, 4, axis=1)"},
        explanation="The gates do not look at the previous hidden state; a part of the sum is "
        "missing.",
    ),
    Mistake(
        name="forget_gate_left_out",
        edits={NEXT_C: "next_c = prev_c + i * c"},
        explanation="The previous cell state is kept whole. The forget gate is multiplied with "
        "it, number by number.",
    ),
    Mistake(
        name="input_gate_left_out",
        edits={NEXT_C: "next_c = f * prev_c + c"},
        explanation="The candidate is written into the cell state whole. The input gate is "
        "multiplied with it, number by number.",
    ),
    Mistake(
        name="input_gate_from_the_forget_gate",
        edits={NEXT_C: "next_c = f * prev_c + (1 - f) * c"},
        explanation="What is not forgotten decides how much is written: 1 - f stands in the place "
        "of the input gate. In this network the two gates are independent.",
    ),
    Mistake(
        name="old_cell_state_lost",
        edits={NEXT_C: "next_c = i * c"},
        explanation="The previous cell state has no influence on the next. What the forget gate "
        "keeps of it is added to what is written.",
    ),
    Mistake(
        name="candidate_with_the_logistic_function",
        edits={"c = np.tanh(a_c)": "c = sigmoid(a_c)"},
        explanation="The candidate goes through the logistic function like the gates. It has tanh, "
        "so that the cell state can become smaller as well.",
    ),
    Mistake(
        name="output_without_tanh",
        edits={LSTM_STATES: "return o * next_c, next_c, (x, prev_h"},
        explanation="The output gate is multiplied with the cell state itself. It is multiplied "
        "with tanh of the cell state.",
    ),
    Mistake(
        name="output_of_the_old_cell_state",
        edits={LSTM_STATES: "return o * np.tanh(prev_c), next_c, (x, prev_h"},
        explanation="The hidden state shows the cell state before the step. It shows the new one.",
    ),
    Mistake(
        name="output_gate_left_out",
        edits={LSTM_STATES: "return tanh_c, next_c, (x, prev_h"},
        explanation="The hidden state is tanh of the cell state; the output gate, which decides "
        "how much of it is shown, is missing.",
    ),
    Mistake(
        name="hidden_state_for_the_cell_state",
        edits={LSTM_STATES: "return o * tanh_c, o * tanh_c, (x, prev_h"},
        explanation="The hidden state is returned twice. The second part of the result is the new "
        "cell state.",
    ),
]

DC = "dc = dnext_c + dnext_h * o * (1 - tanh_c**2)"
LSTM_GRADIENTS = "return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)"

LSTM_STEP_BACKWARD = [
    Mistake(
        name="cell_gradient_ignored",
        edits={DC: "dc = dnext_h * o * (1 - tanh_c**2)"},
        explanation="dnext_c has no influence. The cell state acts on the loss in two ways: "
        "through the hidden state and directly, by dnext_c; add both.",
    ),
    Mistake(
        name="way_through_the_hidden_state_ignored",
        edits={DC: "dc = dnext_c"},
        explanation="The cell state passes on dnext_c alone. It is shown in the hidden state too, "
        "so a part of dnext_h goes back through it.",
    ),
    Mistake(
        name="cell_tanh_derivative_left_out",
        edits={DC: "dc = dnext_c + dnext_h * o"},
        explanation="On the way from the hidden state to the cell state the derivative of tanh is "
        "missing.",
    ),
    Mistake(
        name="cell_tanh_taken_twice",
        edits={DC: "dc = dnext_c + dnext_h * o * (1 - np.tanh(tanh_c) ** 2)"},
        explanation="In the derivative on the way to the cell state, tanh is taken of a value that "
        "is tanh of the cell state already.",
    ),
    Mistake(
        name="output_gate_left_out_going_back",
        edits={DC: "dc = dnext_c + dnext_h * (1 - tanh_c**2)"},
        explanation="On the way from the hidden state to the cell state the output gate is "
        "missing: only what it lets through has an effect.",
    ),
    Mistake(
        name="output_gradient_without_tanh",
        edits={"dnext_h * tanh_c * o * (1 - o)": "dnext_h * o * (1 - o)"},
        explanation="In the gradient of the output gate the factor tanh(next_c) is missing: it is "
        "what the gate is multiplied with.",
    ),
    Mistake(
        name="output_gradient_with_the_cell_state",
        edits={"dnext_h * tanh_c * o * (1 - o)": "dnext_h * np.arctanh(tanh_c) * o * (1 - o)"},
        explanation="The gradient of the output gate has the cell state as its factor. The gate "
        "is multiplied with tanh of the cell state.",
    ),
    Mistake(
        name="logistic_derivatives_left_out",
        edits={
            "dc * prev_c * f * (1 - f)": "dc * prev_c",
            "dc * c * i * (1 - i)": "dc * c",
            "dnext_h * tanh_c * o * (1 - o)": "dnext_h * tanh_c",
        },
        explanation="The gradients stop at the gates. They have to go through the logistic "
        "function, whose derivative is s (1 - s), before they reach the sum.",
    ),
    Mistake(
        name="candidate_derivative_of_the_logistic_function",
        edits={"dc * i * (1 - c**2)": "dc * i * c * (1 - c)"},
        explanation="The candidate goes back through c (1 - c), the derivative of the logistic "
        "function. It came from tanh.",
    ),
    Mistake(
        name="candidate_derivative_left_out",
        edits={"dc * i * (1 - c**2)": "dc * i"},
        explanation="The gradient of the candidate stops before its tanh; multiply it by the "
        "derivative.",
    ),
    Mistake(
        name="input_gate_and_candidate_mixed_up",
        edits={
            "dc * c * i * (1 - i)": "dc * i * i * (1 - i)",
            "dc * i * (1 - c**2)": "dc * c * (1 - c**2)",
        },
        explanation="The input gate and the candidate have each other's factors. In a product "
        "each factor's gradient has the other factor in it.",
    ),
    Mistake(
        name="forget_gradient_with_the_candidate",
        edits={"dc * prev_c * f * (1 - f)": "dc * c * f * (1 - f)"},
        explanation="The gradient of the forget gate has the candidate as its factor. The gate is "
        "multiplied with the previous cell state.",
    ),
    Mistake(
        name="gradients_of_the_gates_ordered_i_f_o_g",
        edits={
            "dc * prev_c * f * (1 - f),\n            dc * c * i * (1 - i),\n"
            "            dc * i * (1 - c**2),\n            dnext_h * tanh_c * o * (1 - o),":
            "dc * c * i * (1 - i),\n            dc * prev_c * f * (1 - f),\n"
            "            dnext_h * tanh_c * o * (1 - o),\n            dc * i * (1 - c**2),",
        },
        explanation="Going back, the gates are put together in the order i, f, o, c~. The blocks "
        "have the order of the forward pass: f, i, c~, o.",
    ),
    Mistake(
        name="forget_gate_left_out_going_back",
        edits={LSTM_GRADIENTS: LSTM_GRADIENTS.replace("dc * f", "dc")},
        explanation="dprev_c lacks the forget gate: only what was kept of the previous cell state "
        "has an effect.",
    ),
    Mistake(
        name="previous_cell_without_the_hidden_state",
        edits={LSTM_GRADIENTS: LSTM_GRADIENTS.replace("dc * f", "dnext_c * f")},
        explanation="dprev_c is made of dnext_c alone. The previous cell state acts through the "
        "new one, whose whole gradient includes the way through the hidden state.",
    ),
    Mistake(
        name="lstm_bias_gradient_with_batch_axis",
        edits={LSTM_GRADIENTS: LSTM_GRADIENTS.replace("axis=0", "axis=0, keepdims=True")},
        explanation="db has the shape (1, 4H). The biases are (4H,), and their gradient has the "
        "same shape.",
    ),
    Mistake(
        name="lstm_bias_gradient_averaged",
        edits={LSTM_GRADIENTS: LSTM_GRADIENTS.replace("da.sum", "da.mean")},
        explanation="db is averaged over the batch. A gradient adds up all effects; whether the "
        "loss is a mean is decided where the loss is, not here.",
    ),
    Mistake(
        name="lstm_cache_shared_by_all_calls",
        edits={
            "def lstm_step_forward": "_kept = []\n\n\ndef lstm_step_forward",
            "return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, f, i, c, o, tanh_c)":
            "_kept[:] = x, prev_h, prev_c, Wx, Wh, f, i, c, o, tanh_c\n"
            "    return o * tanh_c, next_c, _kept",
        },
        explanation="The backward pass uses values of the latest forward pass, not of its own: "
        "all calls share one place. Return a new cache from each forward pass.",
    ),
]  # fmt: skip

LSTM_STEP_CALL = "h, c, cache = lstm_step_forward(x_t, h, c, Wx, Wh, b)"
LSTM_START = "h, c = h0, np.zeros_like(h0)\n    for x_t in x:\n"
LSTM_KEPT = LSTM_STEP_CALL + "\n        states.append(h)"
LSTM_ALL_STATES = "return np.stack(states), caches\n    # END SOLUTION\n\n\ndef lstm_backward"


def lstm_states(changed: str) -> str:
    return f"return {changed}, caches\n    # END SOLUTION\n\n\ndef lstm_backward"


LSTM_FORWARD = [
    Mistake(
        name="cell_state_never_handed_on",
        edits={LSTM_STEP_CALL: "h, _, cache = lstm_step_forward(x_t, h, c, Wx, Wh, b)"},
        explanation="Every step starts from a cell state of zero. Hand the new cell state on to "
        "the next step, like the hidden state.",
    ),
    Mistake(
        name="hidden_state_never_handed_on",
        edits={LSTM_KEPT: LSTM_KEPT.replace("(x_t, h, c", "(x_t, h0, c")},
        explanation="Every step starts from h0. The hidden state after one step is the one before "
        "the next.",
    ),
    Mistake(
        name="cell_state_starts_from_h0",
        edits={LSTM_START: "h, c = h0, h0\n    for x_t in x:\n"},
        explanation="The cell state starts from h0. It starts from zero; h0 is the hidden state.",
    ),
    Mistake(
        name="lstm_starts_from_zero",
        edits={LSTM_START: "h, c = np.zeros_like(h0), np.zeros_like(h0)\n    for x_t in x:\n"},
        explanation="The first step starts from a hidden state of zeros instead of h0.",
    ),
    Mistake(
        name="cell_states_returned",
        edits={LSTM_KEPT: LSTM_KEPT.replace("append(h)", "append(c)")},
        explanation="h holds the cell states. They stay inside; h holds the hidden states.",
    ),
    Mistake(
        name="lstm_batch_first",
        edits={
            LSTM_START: LSTM_START.replace("in x:", "in x.swapaxes(0, 1):"),
            LSTM_ALL_STATES: lstm_states("np.stack(states, axis=1)"),
        },
        explanation="x is read as (N, T, D). In the RNN and the LSTM time is the first axis: x is "
        "(T, N, D) and h is (T, N, H).",
    ),
    Mistake(
        name="lstm_axes_of_length_one_lost",
        edits={LSTM_ALL_STATES: lstm_states("np.squeeze(np.stack(states))")},
        explanation="With a single step or a single sequence an axis of h is lost. h has three "
        "axes whatever their lengths.",
    ),
    Mistake(
        name="lstm_last_state_only",
        edits={LSTM_ALL_STATES: lstm_states("h")},
        explanation="Only the last state is returned. h holds all of them, T in number.",
    ),
]

LSTM_BACK_CALL = (
    "dx[t], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(\n"
    "            dh[t] + dprev_h, dprev_c, cache[t]\n        )\n"
    "        dWx += dWx_t\n        dWh += dWh_t\n        db += db_t\n"
    "    return dx, dprev_h, dWx, dWh, db\n"
)


def lstm_back(old: str, new: str, *more: tuple[str, str]) -> dict[str, str]:
    """Return an edit inside the loop of lstm_backward or its return statement."""
    changed = LSTM_BACK_CALL
    for before, after in ((old, new), *more):
        assert before in changed
        changed = changed.replace(before, after)
    return {LSTM_BACK_CALL: changed}


LSTM_BACKWARD = [
    Mistake(
        name="hidden_gradient_not_handed_on",
        edits=lstm_back("dh[t] + dprev_h, dprev_c", "dh[t], dprev_c"),
        explanation="Each step gets the direct effect of its state only. What comes back from the "
        "step after it, dprev_h, is to be added.",
    ),
    Mistake(
        name="cell_gradient_not_handed_on",
        edits=lstm_back("dh[t] + dprev_h, dprev_c", "dh[t] + dprev_h, np.zeros_like(c0)"),
        explanation="The gradient of the cell state starts from zero in every step. It is zero "
        "at the last step only; before that, it is what the step after it gave back.",
    ),
    Mistake(
        name="lstm_direct_effects_ignored",
        edits=lstm_back("dh[t] + dprev_h", "(dh[t] if t == len(dh) - 1 else 0) + dprev_h"),
        explanation="Only the last state's direct effect is used. Every state has one, dh[t], "
        "which is added to the gradient that comes back from the step after it.",
    ),
    Mistake(
        name="direct_effect_given_to_the_cell_state",
        edits=lstm_back("dh[t] + dprev_h, dprev_c", "dh[t] + dprev_h, dh[t] + dprev_c"),
        explanation="dh[t] is added to the gradient of the cell state too. It belongs to the "
        "hidden state; the cell state has no direct effect on the loss.",
    ),
    Mistake(
        name="lstm_weight_gradients_of_one_step",
        edits=lstm_back("dWx += dWx_t", "dWx = dWx_t", ("dWh += dWh_t", "dWh = dWh_t"),
                        ("db += db_t", "db = db_t")),
        explanation="The gradients of weights and biases are those of a single step. All steps "
        "share them, so their gradients add up over time.",
    ),
    Mistake(
        name="lstm_gradient_of_h0_left_at_zero",
        edits=lstm_back("return dx, dprev_h,", "return dx, np.zeros_like(dprev_h),"),
        explanation="dh0 is zero. What comes back from the first step is the gradient of h0.",
    ),
    Mistake(
        name="cell_gradient_for_h0",
        edits=lstm_back("return dx, dprev_h,", "return dx, dprev_c,"),
        explanation="dh0 is the gradient of the first cell state, which is fixed at zero and needs "
        "none. The one of the hidden state is asked for.",
    ),
    Mistake(
        name="lstm_goes_back_from_the_first_step",
        edits={
            "for t in reversed(range(len(dh))):\n        dx[t], dprev_h, dprev_c":
            "for t in range(len(dh)):\n        dx[t], dprev_h, dprev_c",
        },
        explanation="The steps are visited from the first to the last. A state's gradient needs "
        "the one of the step after it, so start at the last step.",
    ),
]  # fmt: skip

SUMMED = "dw = np.tensordot(x, dout, axes=([0, 1], [0, 1]))"
FC_GRADIENTS = "return dout @ w.T, dw, dout.sum(axis=(0, 1))"

TEMPORAL_FC = [
    Mistake(
        name="fc_biases_ignored",
        edits={"return x @ w + b, (x, w)": "return x @ w, (x, w)"},
        explanation="The biases are not added to the product.",
    ),
    Mistake(
        name="fc_weights_of_the_last_step",
        edits={SUMMED: "dw = x[:, -1].T @ dout[:, -1]"},
        explanation="dw is the gradient of the last step alone. The weights serve every step, so "
        "their gradient is a sum over all of them.",
    ),
    Mistake(
        name="fc_reshaped_instead_of_transposed",
        edits={SUMMED: "dw = x.reshape(x.shape[2], -1) @ dout.reshape(-1, dout.shape[2])"},
        explanation="dw has the right shape, but x was brought into it by reshape, which does not "
        "move numbers to other axes. Reshape to (N T, D) first, then transpose.",
    ),
    Mistake(
        name="fc_biases_not_summed_over_time",
        edits={FC_GRADIENTS: "return dout @ w.T, dw, dout.sum(axis=0)"},
        explanation="db has a row for each step: it is summed over the batch only. The biases "
        "serve every step of every sequence.",
    ),
    Mistake(
        name="fc_biases_averaged",
        edits={FC_GRADIENTS: "return dout @ w.T, dw, dout.mean(axis=(0, 1))"},
        explanation="db is averaged over steps and sequences. A gradient adds up all effects.",
    ),
    Mistake(
        name="fc_weights_averaged_over_the_batch",
        edits={FC_GRADIENTS: "return dout @ w.T, dw / len(x), dout.sum(axis=(0, 1))"},
        explanation="dw is divided by the number of sequences. Whether the loss is a mean is "
        "decided where the loss is, not here.",
    ),
    Mistake(
        name="fc_cache_shared_by_all_calls",
        edits={
            "def temporal_fc_forward": "_kept_fc = []\n\n\ndef temporal_fc_forward",
            "return x @ w + b, (x, w)": "_kept_fc[:] = x, w\n    return x @ w + b, _kept_fc",
        },
        explanation="The backward pass uses values of the latest forward pass, not of its own: "
        "all calls share one place. Return a new cache from each forward pass.",
    ),
]

LOSS = "loss = -np.sum(mask * log_p[n, t, y]) / N"
LOSS_GRADIENT = "return loss, dx * mask[:, :, None] / N"

TEMPORAL_SOFTMAX_LOSS = [
    Mistake(
        name="loss_averaged_over_time",
        edits={LOSS: LOSS.replace("/ N", "/ x[..., 0].size"),
               LOSS_GRADIENT: LOSS_GRADIENT.replace("/ N", "/ x[..., 0].size")},
        explanation="The loss is divided by N T. It is summed over time, and divided by the number "
        "of sequences N only.",
    ),
    Mistake(
        name="loss_averaged_over_the_words_that_count",
        edits={LOSS: LOSS.replace("/ N", "/ mask.sum()"),
               LOSS_GRADIENT: LOSS_GRADIENT.replace("/ N", "/ mask.sum()")},
        explanation="The loss is divided by the number of words that the mask keeps. It is divided "
        "by the number of sequences N.",
    ),
    Mistake(
        name="loss_not_averaged",
        edits={LOSS: LOSS.replace(" / N", ""), LOSS_GRADIENT: LOSS_GRADIENT.replace(" / N", "")},
        explanation="The loss is summed over the sequences. Divide it, and its gradient, by their "
        "number N.",
    ),
    Mistake(
        name="gradient_not_averaged",
        edits={LOSS_GRADIENT: LOSS_GRADIENT.replace(" / N", "")},
        explanation="The loss is divided by N, its gradient is not.",
    ),
    Mistake(
        name="mask_ignored_in_the_gradient",
        edits={LOSS_GRADIENT: "return loss, dx / N"},
        explanation="The mask is applied to the loss but not to dx. Scores of words that do not "
        "count have a gradient of zero.",
    ),
    Mistake(
        name="mask_ignored_in_the_loss",
        edits={LOSS: LOSS.replace("mask * ", "")},
        explanation="The mask is applied to dx but not to the loss. Words behind the end of a "
        "caption add nothing to it.",
    ),
    Mistake(
        name="mask_ignored",
        edits={LOSS: LOSS.replace("mask * ", ""), LOSS_GRADIENT: "return loss, dx / N"},
        explanation="The mask is not used. Words behind the end of a caption may neither add to "
        "the loss nor have a gradient.",
    ),
    Mistake(
        name="mask_turned_round",
        edits={LOSS: LOSS.replace("mask * ", "(1 - mask) * "),
               LOSS_GRADIENT: LOSS_GRADIENT.replace("mask[:", "(1 - mask)[:")},
        explanation="The words that count are left out, and the others are used. The mask is True "
        "where a word counts.",
    ),
    Mistake(
        name="mask_made_from_the_words",
        edits={"    N, T, _ = x.shape\n": "    N, T, _ = x.shape\n    mask = y != 0\n"},
        explanation="Words with the index 0 are left out, whatever the mask says. Use the mask "
        "that is given.",
    ),
    Mistake(
        name="right_word_not_subtracted",
        edits={"dx[n, t, y] -= 1": "dx[n, t, y] -= 0"},
        explanation="dx holds the probabilities. At the right word the gradient is the probability "
        "minus one.",
    ),
    Mistake(
        name="loss_with_the_wrong_sign",
        edits={LOSS: "loss = np.sum(mask * log_p[n, t, y]) / N"},
        explanation="The loss is negative: log p of the right words is added. Its negative is the "
        "loss.",
    ),
    Mistake(
        name="softmax_over_time",
        edits={"x.max(axis=2, keepdims=True)": "x.max(axis=1, keepdims=True)",
               "sum(axis=2, keepdims=True)": "sum(axis=1, keepdims=True)"},
        explanation="The probabilities of one step do not add up to one, since the softmax runs "
        "along time. It runs over the words, the last axis.",
    ),
    Mistake(
        name="binary_logarithm",
        edits={LOSS: "loss = -np.sum(mask * log_p[n, t, y]) / N / np.log(2)"},
        explanation="The loss is measured in bits. It is the natural logarithm's, whose gradient "
        "is the simple one.",
    ),
    Mistake(
        name="all_words_in_the_loss",
        edits={LOSS: "loss = -np.sum(mask[:, :, None] * log_p) / N"},
        explanation="The loss adds log p of every word of the vocabulary. Of each step, only the "
        "word that really follows counts.",
    ),
]  # fmt: skip

MISTAKES = {
    "rnn_step_forward": RNN_STEP_FORWARD,
    "rnn_step_backward": RNN_STEP_BACKWARD,
    "rnn_forward": RNN_FORWARD,
    "rnn_backward": RNN_BACKWARD,
    "lstm_step_forward": LSTM_STEP_FORWARD,
    "lstm_step_backward": LSTM_STEP_BACKWARD,
    "lstm_forward": LSTM_FORWARD,
    "lstm_backward": LSTM_BACKWARD,
    "temporal_fc": TEMPORAL_FC,
    "temporal_softmax_loss": TEMPORAL_SOFTMAX_LOSS,
}
