"""Known mistakes of backprop: what is changed in the reference, and what to tell the student."""

from autograder.grade.mistakes import Mistake

OUTPUT = "return y - t"

DELTA_OUTPUT = [
    Mistake(
        name="output_error_with_the_wrong_sign",
        edits={OUTPUT: "return t - y"},
        explanation="The sign is wrong: delta is t - y. The error is differentiated by y, not by "
        "t. The minus of gradient descent comes later, when the weights are changed.",
    ),
    Mistake(
        name="factor_of_the_square_kept",
        edits={OUTPUT: "return 2 * (y - t)"},
        explanation="delta is twice too large. The 2 from the square cancels the factor 1/2 in "
        "front of it; that factor is missing.",
    ),
    Mistake(
        name="factor_one_half_kept",
        edits={OUTPUT: "return 0.5 * (y - t)"},
        explanation="delta is half of what it should be. The derivative of the square brings a "
        "factor 2, which cancels the 1/2; it is missing.",
    ),
    Mistake(
        name="error_not_differentiated",
        edits={OUTPUT: "return 0.5 * (y - t) ** 2"},
        explanation="The error itself is returned. Its derivative by the activation is asked for.",
    ),
    Mistake(
        name="square_not_differentiated",
        edits={OUTPUT: "return (y - t) ** 2"},
        explanation="The square of y - t is returned: twice the error, not its derivative.",
    ),
    Mistake(
        name="logistic_output",
        edits={OUTPUT: "return (y - t) * y * (1 - y)"},
        explanation="There is a factor y (1 - y) too many. It is the derivative of the logistic "
        "function, but the output unit has the identity, whose derivative is 1.",
    ),
    Mistake(
        name="logistic_of_the_output",
        edits={OUTPUT: "return (y - t) * logistic(y) * (1 - logistic(y))"},
        explanation="There is a factor h'(y) too many, the derivative of the logistic function. "
        "The output unit has the identity, whose derivative is 1.",
    ),
    Mistake(
        name="logistic_applied_to_the_output",
        edits={OUTPUT: "return logistic(y) - t"},
        explanation="The logistic function is applied to y. The output unit has the identity.",
    ),
    Mistake(
        name="target_left_out",
        edits={OUTPUT: "return y + 0 * t"},
        explanation="delta does not depend on the target: -t is missing.",
    ),
    Mistake(
        name="distance_for_difference",
        edits={OUTPUT: "return abs(y - t)"},
        explanation="The sign of y - t is lost. Below the target, delta is negative.",
    ),
    Mistake(
        name="only_the_sign",
        edits={OUTPUT: "return np.sign(y - t)"},
        explanation="Only the sign of y - t is returned, which is the derivative of |y - t|. The "
        "error is a square.",
    ),
]

WEIGHTS = "return np.outer(delta_above, z)"

GRAD_W = [
    Mistake(
        name="gradient_transposed",
        edits={WEIGHTS: "return np.outer(z, delta_above)"},
        explanation="The matrix is transposed. Entry [k, j] belongs to w_kj, the weight to unit k "
        "from unit j, so the units above have the rows.",
    ),
    Mistake(
        name="derivative_of_the_unit_below_doubled",
        edits={WEIGHTS: "return np.outer(delta_above, z * z * (1 - z))"},
        explanation="There is a factor h'(a_j) = z_j (1 - z_j) of the unit below too many. The "
        "weight w_kj acts on a_k, and the unit below is left as it is.",
    ),
    Mistake(
        name="derivative_in_the_place_of_the_output",
        edits={WEIGHTS: "return np.outer(delta_above, z * (1 - z))"},
        explanation="The derivative h'(a_j) = z_j (1 - z_j) stands in the place of the output z_j. "
        "The derivative of a_k by w_kj is z_j.",
    ),
    Mistake(
        name="logistic_of_the_outputs",
        edits={WEIGHTS: "return np.outer(delta_above, logistic(z))"},
        explanation="The logistic function is applied to z. The argument holds the outputs "
        "already.",
    ),
    Mistake(
        name="outputs_left_out",
        edits={WEIGHTS: "return np.outer(delta_above, np.ones_like(z))"},
        explanation="The factor z_j is missing: every weight to a unit gets the same derivative, "
        "as if it were a bias.",
    ),
    Mistake(
        name="errors_left_out",
        edits={WEIGHTS: "return np.outer(np.ones_like(delta_above), z)"},
        explanation="The factor delta_k is missing: this is the derivative of a_k by the weight, "
        "and not yet that of the error.",
    ),
    Mistake(
        name="direction_of_descent",
        edits={WEIGHTS: "return -np.outer(delta_above, z)"},
        explanation="The sign is wrong: this is the direction in which the error falls. The "
        "derivative is asked for.",
    ),
    Mistake(
        name="errors_summed_over_units",
        edits={WEIGHTS: "return np.outer(np.full_like(delta_above, delta_above.sum()), z)"},
        explanation="The sum of all errors above is used for each weight. The weight w_kj acts on "
        "a_k only, so delta_k alone counts.",
    ),
    Mistake(
        name="gradient_averaged_over_units",
        edits={WEIGHTS: "return np.outer(delta_above, z) / len(z)"},
        explanation="The derivatives are divided by the number of units below. Nothing is "
        "averaged: the activation is a sum.",
    ),
    Mistake(
        name="inner_product_for_outer",
        edits={WEIGHTS: "return np.full((len(delta_above), len(z)), "
               "delta_above.sum() * z.sum())"},
        explanation="All entries are the same number, the product of two sums. Each weight has a "
        "derivative of its own, delta_k z_j.",
    ),
]  # fmt: skip

HIDDEN = "return z * (1 - z) * (W.T @ delta_above)"

DELTA_HIDDEN = [
    Mistake(
        name="logistic_derivative_missing",
        edits={HIDDEN: "return W.T @ delta_above"},
        explanation="The factor h'(a_j) = z_j (1 - z_j) is missing: what comes back through the "
        "weights is the derivative by the output z_j, not yet that by the activation a_j.",
    ),
    Mistake(
        name="logistic_derivative_taken_of_the_output",
        edits={HIDDEN: "return logistic(z) * (1 - logistic(z)) * (W.T @ delta_above)"},
        explanation="The factor is h'(z_j), the derivative taken at the output. It has to be taken "
        "at the activation a_j; since z_j = h(a_j) already, it is z_j (1 - z_j).",
    ),
    Mistake(
        name="logistic_derivative_squared",
        edits={HIDDEN: "return (z * (1 - z)) ** 2 * (W.T @ delta_above)"},
        explanation="The factor h'(a_j) = z_j (1 - z_j) is doubled: it stands in the product "
        "twice.",
    ),
    Mistake(
        name="output_for_derivative",
        edits={HIDDEN: "return z * (W.T @ delta_above)"},
        explanation="The factor is h(a_j) = z_j instead of h'(a_j): 1 - z_j is missing.",
    ),
    Mistake(
        name="one_minus_output_for_derivative",
        edits={HIDDEN: "return (1 - z) * (W.T @ delta_above)"},
        explanation="The factor is 1 - z_j: of h'(a_j) = z_j (1 - z_j), the factor z_j is missing.",
    ),
    Mistake(
        name="derivative_of_tanh",
        edits={HIDDEN: "return (1 - z**2) * (W.T @ delta_above)"},
        explanation="The factor is 1 - z_j^2, the derivative of tanh. The units are logistic.",
    ),
    Mistake(
        name="derivative_of_softmax",
        edits={HIDDEN: "return z * (W.T @ delta_above - z @ (W.T @ delta_above))"},
        explanation="The derivative is that of a softmax over the layer, in which each output "
        "depends on all activations. A logistic unit depends on its own activation only: the "
        "factor is z_j (1 - z_j).",
    ),
    Mistake(
        name="sign_inside_the_derivative",
        edits={HIDDEN: "return z * (z - 1) * (W.T @ delta_above)"},
        explanation="The sign is wrong: h'(a_j) is z_j (1 - z_j), which is positive, and not "
        "z_j (z_j - 1).",
    ),
    Mistake(
        name="only_the_first_unit_above",
        edits={HIDDEN: "return z * (1 - z) * W[0] * delta_above[0]"},
        explanation="Only the first unit above counts. The unit acts on the error through all "
        "units above it: the sum over them is missing.",
    ),
    Mistake(
        name="averaged_over_the_units_above",
        edits={HIDDEN: "return z * (1 - z) * (W.T @ delta_above) / len(delta_above)"},
        explanation="The mean over the units above is taken. The effects add up.",
    ),
    Mistake(
        name="errors_and_weights_summed_apart",
        edits={HIDDEN: "return z * (1 - z) * W.sum(axis=0) * delta_above.sum()"},
        explanation="The weights and the errors above are summed apart, then multiplied. Each "
        "weight w_kj belongs to its own delta_k: multiply first, then sum over k.",
    ),
    Mistake(
        name="weights_transposed",
        edits={HIDDEN: "return z * (1 - z) * (W @ delta_above)"},
        explanation="The sum runs over w_jk delta_k, as on the way forward. On the way back it is "
        "w_kj delta_k, over the units k that the weights of unit j lead to: W is transposed.",
    ),
    Mistake(
        name="weights_left_out",
        edits={HIDDEN: "return z * (1 - z) * delta_above.sum()"},
        explanation="The weights are missing from the sum. Each delta_k comes back multiplied by "
        "the weight w_kj through which the unit acts on it.",
    ),
    Mistake(
        name="errors_above_left_out",
        edits={HIDDEN: "return z * (1 - z) * W.sum(axis=0)"},
        explanation="The errors of the layer above are missing from the sum.",
    ),
    Mistake(
        name="derivative_left_to_the_sum",
        edits={HIDDEN: "return np.full_like(z, (z * (1 - z) * (W.T @ delta_above)).sum())"},
        explanation="The errors of all units of the layer are added up. The sum runs over the "
        "units above, and each unit keeps an error of its own.",
    ),
]

START = "delta = delta_output(outputs[-1], t)"
LAYERS = "for layer in reversed(range(len(weights))):"
DOWN = "delta = delta_hidden(delta, weights[layer + 1], outputs[layer + 1])"
FOUND = "found.insert(0, grad_w(delta, outputs[layer]))"

GRADIENTS = [
    Mistake(
        name="order_of_the_layers_reversed",
        edits={FOUND: "found.append(grad_w(delta, outputs[layer]))"},
        explanation="The gradients come from the output to the inputs. Return them in the order "
        "of the weights.",
    ),
    Mistake(
        name="outputs_of_the_layer_above",
        edits={FOUND: "found.insert(0, grad_w(delta, outputs[layer + 1]))"},
        explanation="The gradient of w^(l) is made with the outputs of layer l + 1, where the "
        "weights end. The outputs of the layer where they start belong there, the inputs for "
        "w^(1).",
    ),
    Mistake(
        name="derivative_at_another_layer",
        edits={DOWN: DOWN.replace("outputs[layer + 1]", "outputs[layer]")},
        explanation="The derivative h' is taken with the outputs of the layer below the one whose "
        "errors are computed.",
    ),
    Mistake(
        name="weights_of_the_layer_below",
        edits={DOWN: DOWN.replace("weights[layer + 1]", "weights[layer]")},
        explanation="The errors are taken back through the weights below the layer. They come "
        "from above, through the weights that start at the layer.",
    ),
    Mistake(
        name="errors_not_handed_down",
        edits={DOWN: DOWN.replace("delta_hidden(delta,", "delta_hidden(delta_output(outputs[-1], "
               "t),").replace("weights[layer + 1]", "weights[-1]")},
        explanation="The errors of every hidden layer are computed from the output, as if it were "
        "the layer above. Each layer gets those of the layer just above it.",
    ),
    Mistake(
        name="every_layer_with_the_output_error",
        edits={FOUND: "found.insert(0, grad_w(np.full(len(weights[layer]), "
               "delta_output(outputs[-1], t)[0]), outputs[layer]))"},
        explanation="Every layer uses the error of the output unit. Each hidden unit has an error "
        "of its own; a call of delta_hidden is missing or its result is not used.",
    ),
    Mistake(
        name="logistic_of_the_inputs",
        edits={START: "outputs[0] = logistic(x)\n    " + START},
        explanation="The gradient of w^(1) has h(x_j) in it. The inputs have no activation "
        "function: the outputs of layer 1 are the inputs themselves.",
    ),
    Mistake(
        name="logistic_output_in_the_forward_pass",
        edits={START: "outputs[-1] = logistic(outputs[-1])\n    " + START},
        explanation="The logistic function is applied to the output of the network. Its unit has "
        "the identity.",
    ),
    Mistake(
        name="weights_changed_on_the_way",
        edits={FOUND: FOUND + "\n        weights = [*weights[:layer], weights[layer] - found[0], "
               "*weights[layer + 1 :]]"},
        explanation="The weights of a layer are changed before the errors below it are computed "
        "with them. All gradients belong to the same weights.",
    ),
    Mistake(
        name="all_signs_turned",
        edits={FOUND: FOUND.replace("grad_w(", "-grad_w(")},
        explanation="The gradients have the wrong sign: they point to where the error falls. "
        "Either a minus was added here, or the error of the output came with the wrong sign, from "
        "delta_output or because it got output and target in the wrong order.",
    ),
    Mistake(
        name="only_two_hidden_layers",
        edits={LAYERS: "for layer in reversed(range(len(weights))[-3:]):"},
        explanation="Only the last three weight matrices get a gradient, as in the figure. The "
        "network may have any number of layers.",
    ),
    Mistake(
        name="first_layer_left_out",
        edits={"    return found\n": "    return found[1:]\n"},
        explanation="The gradient of the weights from the inputs is missing.",
    ),
    Mistake(
        name="errors_returned",
        edits={FOUND: "found.insert(0, np.tile(delta, (len(outputs[layer]), 1)).T)"},
        explanation="The errors of the units are returned. Each has to be multiplied by the "
        "outputs below to give the gradient of the weights.",
    ),
    Mistake(
        name="logistic_derivative_twice_on_the_way",
        edits={DOWN: DOWN + " * outputs[layer + 1] * (1 - outputs[layer + 1])"},
        explanation="The factor h'(a) of the hidden layers is doubled: delta_hidden brings it, and "
        "it is multiplied in once more, here or in delta_hidden itself.",
    ),
]  # fmt: skip

MISTAKES = {
    "delta_output": DELTA_OUTPUT,
    "grad_w": GRAD_W,
    "delta_hidden": DELTA_HIDDEN,
    "gradients": GRADIENTS,
}
