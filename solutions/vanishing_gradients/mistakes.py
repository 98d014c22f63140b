"""Known mistakes of vanishing_gradients: what is changed in the reference, what to tell."""

from autograder.grade.mistakes import Mistake

LOGISTIC_PRIME = "        return z * (1 - z)\n"
RELU_PRIME = "    return np.where(np.asarray(a) > 0, 1.0, 0.0)"
OUTPUT = "    a.append(weights[-1] * z[-1])\n    z.append(a[-1])\n"

CHAIN_FORWARD = [
    Mistake(
        name="prime_of_the_function_twice",
        edits={LOGISTIC_PRIME: "        return h(z, activation) * (1 - h(z, activation))\n"},
        explanation="The logistic function is applied twice: its derivative is h (1 - h) with h "
        "taken at the activation, and h is that already.",
    ),
    Mistake(
        name="prime_of_the_activation",
        edits={LOGISTIC_PRIME: "        return a * (1 - a)\n"},
        explanation="a (1 - a) is taken at the activation. In h (1 - h), h is the unit's output.",
    ),
    Mistake(
        name="prime_of_tanh",
        edits={LOGISTIC_PRIME: "        return 1 - z**2\n"},
        explanation="1 - h^2 is the derivative of tanh. That of the logistic function is another.",
    ),
    Mistake(
        name="prime_of_relu_one_everywhere",
        edits={RELU_PRIME: "    return np.ones_like(np.asarray(a, float))"},
        explanation="The derivative of a ReLU is 1 for negative activations too. It is 0 there: "
        "the unit is off, and small changes do not switch it on.",
    ),
    Mistake(
        name="prime_of_relu_one_at_zero",
        edits={RELU_PRIME: "    return np.where(np.asarray(a) >= 0, 1.0, 0.0)"},
        explanation="The derivative of a ReLU at exactly 0 is taken as 1. The handout takes it as "
        "0, so that a unit that gives 0 is off.",
    ),
    Mistake(
        name="prime_of_relu_is_relu",
        edits={RELU_PRIME: "    return h(a, activation)"},
        explanation="The derivative of a ReLU is the ReLU itself. It is the slope: 1 or 0.",
    ),
    Mistake(
        name="chain_output_through_the_activation",
        edits={OUTPUT: OUTPUT.replace("z.append(a[-1])", "z.append(h(a[-1], activation))")},
        explanation="The activation function is applied at the output too. The output is its "
        "activation itself.",
    ),
    Mistake(
        name="chain_hidden_units_linear",
        edits={"        z.append(h(a[-1], activation))\n": "        z.append(a[-1])\n"},
        explanation="The hidden units send their activation as it is; h is missing.",
    ),
    Mistake(
        name="chain_input_through_the_activation",
        edits={"    a, z = [], [float(x)]\n": "    a, z = [], [float(h(x, activation))]\n"},
        explanation="The activation function is applied to the input. z_1 is x itself.",
    ),
    Mistake(
        name="chain_without_the_input",
        edits={"    return np.array(a), np.array(z)": "    return np.array(a), np.array(z[1:])"},
        explanation="The outputs begin with layer 2. z has one entry more than there are weights, "
        "and the first is the input.",
    ),
    Mistake(
        name="chain_outputs_before_activations",
        edits={"    return np.array(a), np.array(z)": "    return np.array(z), np.array(a)"},
        explanation="Outputs and activations stand in each other's place in the returned tuple.",
    ),
]

ERROR = "    delta = z[-1] - t\n"
GRADIENT = "        gradients[layer] = delta * z[layer]\n"
BACK = "            delta = delta * weights[layer] * h_prime(a[layer - 1], activation)\n"
LAST = "        if layer > 0:\n"

CHAIN_GRADIENTS = [
    Mistake(
        name="gradients_without_h_prime",
        edits={BACK: "            delta = delta * weights[layer]\n"},
        explanation="The derivatives of the activation functions are missing. Every hidden unit "
        "behind the weight gives a factor h'.",
    ),
    Mistake(
        name="gradients_h_prime_of_the_layer_after",
        edits={BACK: BACK.replace("a[layer - 1]", "a[layer]")},
        explanation="h' is taken at the activation of the layer after: the factors of the product "
        "are one layer off, and the output, which is linear, gives one. Which activation does "
        "w_l multiply the output of?",
    ),
    Mistake(
        name="gradients_h_prime_of_the_layer_before",
        edits={BACK: BACK.replace("a[layer - 1]", "a[max(layer - 2, 0)]")},
        explanation="h' is taken at the activation of the layer before: the factors of the product "
        "are one layer off.",
    ),
    Mistake(
        name="gradients_h_prime_of_the_output_unit",
        edits={ERROR: ERROR + "    delta = delta * h_prime(a[-1], activation)\n"},
        explanation="The product has a factor h' for the output unit, one too many. Its "
        "activation function is the identity.",
    ),
    Mistake(
        name="gradients_h_prime_at_the_output_of_the_unit",
        edits={
            BACK: BACK.replace("h_prime(a[layer - 1], activation)", "h_prime(z[layer], activation)")
        },
        explanation="h' is taken at the unit's output. It belongs to the activation that h was "
        "applied to.",
    ),
    Mistake(
        name="gradients_product_too_short",
        edits={
            LAST: "        if layer == len(weights) - 1 and layer > 0:\n"
            "            delta = delta * weights[layer]\n        elif layer > 0:\n"
        },
        explanation="One h' is missing: the product of the derivatives is one factor too short. "
        "The last hidden unit has one as well.",
    ),
    Mistake(
        name="gradients_last_weight_left_out",
        edits={
            LAST: "        if layer == len(weights) - 1 and layer > 0:\n"
            "            delta = delta * h_prime(a[layer - 1], activation)\n"
            "        elif layer > 0:\n"
        },
        explanation="The weight to the output is not in the product: it is one weight too short.",
    ),
    Mistake(
        name="gradients_with_the_weight_of_the_own_layer",
        edits={GRADIENT: "        gradients[layer] = delta * weights[layer] * z[layer]\n"},
        explanation="The product has the weight of the layer itself as a factor, one too many. The "
        "derivative of w z with respect to w is z.",
    ),
    Mistake(
        name="gradients_with_h_prime_of_the_own_unit",
        edits={
            GRADIENT: "        own = h_prime(a[layer - 1], activation) if layer > 0 else 1.0\n"
            "        gradients[layer] = delta * own * z[layer]\n"
        },
        explanation="The product has h' of the unit in front of the weight, one factor too many. "
        "Only the units behind the weight have one.",
    ),
    Mistake(
        name="gradients_output_of_the_layer_after",
        edits={GRADIENT: "        gradients[layer] = delta * z[layer + 1]\n"},
        explanation="The last factor is the output of the layer behind the weight. It is that of "
        "the layer in front of it, which the weight multiplies.",
    ),
    Mistake(
        name="gradients_activation_for_the_output",
        edits={GRADIENT: "        gradients[layer] = delta * (a[layer - 1] if layer > 0 else x)\n"},
        explanation="The last factor is the activation of the unit in front of the weight. It is "
        "its output z, after h.",
    ),
    Mistake(
        name="gradients_without_the_input",
        edits={GRADIENT: "        gradients[layer] = delta * (z[layer] if layer > 0 else 1.0)\n"},
        explanation="The gradient of the first weight lacks the input x as a factor.",
    ),
    Mistake(
        name="gradients_with_the_wrong_sign",
        edits={ERROR: "    delta = t - z[-1]\n"},
        explanation="All gradients have the wrong sign: the derivative of (y - t)^2 / 2 is y - t.",
    ),
    Mistake(
        name="gradients_of_the_square",
        edits={ERROR: "    delta = 2 * (z[-1] - t)\n"},
        explanation="All gradients are twice as large as they should be: the error has a factor "
        "1/2, which cancels that of the square.",
    ),
    Mistake(
        name="gradients_without_the_error",
        edits={ERROR: "    delta = 1.0\n"},
        explanation="The factor y - t is missing: these are the derivatives of the output, not of "
        "the error.",
    ),
    Mistake(
        name="gradients_from_the_last_layer",
        edits={
            "    return gradients\n    # END SOLUTION": (
                "    return gradients[::-1]\n    # END SOLUTION"
            ),
        },
        explanation="The gradients stand in the order from the last layer to the first.",
    ),
    Mistake(
        name="gradients_of_relu_as_logistic",
        edits={
            BACK: BACK.replace(
                "h_prime(a[layer - 1], activation)", 'h_prime(a[layer - 1], "logistic")'
            )
        },
        explanation="The derivative of the logistic function is used for ReLUs too. Hand on which "
        "activation function it is.",
    ),
]

ROOT = "    return np.sqrt(np.mean(np.square(found), axis=0))"
DEPTH = (
    "    return np.array([norms_by_layer(xs, ts, weights[:, :d], activation)[0] for d in depths])"
)

GRADIENT_NORMS = [
    Mistake(
        name="norms_mean_of_the_sizes",
        edits={ROOT: "    return np.mean(np.abs(found), axis=0)"},
        explanation="This is the mean of the absolute values. The root mean square squares them "
        "first.",
    ),
    Mistake(
        name="norms_without_the_root",
        edits={ROOT: "    return np.mean(np.square(found), axis=0)"},
        explanation="The root is missing.",
    ),
    Mistake(
        name="norms_sum_of_the_squares",
        edits={ROOT: "    return np.sqrt(np.sum(np.square(found), axis=0))"},
        explanation="The squares are added, not averaged, so that more networks give larger norms.",
    ),
    Mistake(
        name="norms_root_of_the_mean",
        edits={ROOT: "    return np.abs(np.mean(found, axis=0))"},
        explanation="The gradients are averaged with their signs, so that they cancel.",
    ),
    Mistake(
        name="norms_over_the_layers",
        edits={ROOT: "    return np.sqrt(np.mean(np.square(found), axis=1))"},
        explanation="The mean is taken over the layers, so that there is one number for each "
        "network. Average over the networks.",
    ),
    Mistake(
        name="norms_of_the_deviation",
        edits={ROOT: "    return np.std(found, axis=0)"},
        explanation="The mean is subtracted first: this is the standard deviation.",
    ),
    Mistake(
        name="norms_of_the_last_layer",
        edits={DEPTH: DEPTH.replace("[0] for d", "[-1] for d")},
        explanation="The norm of the last weight is taken at each depth. That one does not "
        "vanish; the first is asked for.",
    ),
    Mistake(
        name="norms_of_one_depth",
        edits={
            DEPTH: "    return norms_by_layer(xs, ts, weights, activation)[np.array(depths) - 1]"
        },
        explanation="The norms of different layers of one deep network are returned. Build a "
        "network of each depth, and take its first layer.",
    ),
    Mistake(
        name="norms_of_the_last_weights",
        edits={DEPTH: DEPTH.replace("weights[:, :d]", "weights[:, -d:]")},
        explanation="A network of depth d has the last d weights of its row. It has the first.",
    ),
    Mistake(
        name="norms_one_layer_deeper",
        edits={DEPTH: DEPTH.replace("weights[:, :d]", "weights[:, : d + 1]")},
        explanation="The networks have one weight too many: depth counts weights.",
    ),
]

CHAIN_ZERO = "    return [not all(on[layer:]) for layer in range(len(on) - 1)]"


def chain_zero(name: str, changed: str, explanation: str) -> Mistake:
    """Return a mistake in the one line of zero_in_chain."""
    return Mistake(
        name=name, edits={CHAIN_ZERO: f"    return [{changed}]"}, explanation=explanation
    )


ZERO_IN_CHAIN = [
    chain_zero(
        "chain_zero_hidden_units_only",
        "not all(on[max(layer, 1):]) for layer in range(len(on) - 1)",
        "The input is left out. Where it is 0, the gradient of the first weight is zero.",
    ),
    chain_zero(
        "chain_zero_any_unit_at_all",
        "not all(on) for layer in range(len(on) - 1)",
        "One unit that is off makes all gradients zero here. Units before the one in front of the "
        "weight are no factors of its gradient; with biases, those behind them can be on.",
    ),
    chain_zero(
        "chain_zero_all_units_behind",
        "not any(on[layer:-1]) and len(on) > 2 for layer in range(len(on) - 1)",
        "A gradient counts as zero only if all units are off. There is one path, so a single unit "
        "that is off is enough.",
    ),
    chain_zero(
        "chain_zero_unit_in_front_forgotten",
        "not all(on[layer + 1:]) for layer in range(len(on) - 1)",
        "The unit in front of the weight is forgotten: if it is off, its output of 0 is a factor "
        "of the gradient.",
    ),
    chain_zero(
        "chain_zero_unit_behind_forgotten",
        "not (on[layer] and all(on[layer + 2:])) for layer in range(len(on) - 1)",
        "The unit directly behind the weight is forgotten: its h' is a factor of the gradient.",
    ),
    chain_zero(
        "chain_zero_only_the_two_ends",
        "not (on[layer] and on[layer + 1]) for layer in range(len(on) - 1)",
        "Only the units at the two ends of the weight are looked at. All units between the weight "
        "and the output have to be on.",
    ),
    chain_zero(
        "chain_zero_units_before",
        "not all(on[: layer + 1]) for layer in range(len(on) - 1)",
        "The units before the weight are looked at. The gradient comes back from the output, "
        "through the units behind it.",
    ),
    chain_zero(
        "chain_zero_the_other_way_round",
        "all(on[layer:]) for layer in range(len(on) - 1)",
        "The answers are exchanged: True is for a gradient that is zero.",
    ),
]

REACHES = "        reaches = all(units.any() for units in on[layer + 2 :])\n"
USED = "        used = np.outer(on[layer + 1], on[layer])\n"

ZERO_IN_BIPARTITE = [
    Mistake(
        name="bipartite_zero_any_unit_behind",
        edits={REACHES: REACHES.replace("units.any()", "units.all()")},
        explanation="One unit that is off in a later layer makes the gradients zero here. There "
        "are ways around it; only a whole layer that is off blocks them all.",
    ),
    Mistake(
        name="bipartite_zero_all_layers_behind",
        edits={
            REACHES: "        later = on[layer + 2 :]\n"
            "        reaches = not later or any(units.any() for units in later[:-1] or later)\n"
        },
        explanation="The gradients are zero here only if all later layers are off. One whole "
        "layer that is off is enough.",
    ),
    Mistake(
        name="bipartite_zero_next_layer_only",
        edits={REACHES: REACHES.replace("on[layer + 2 :]", "on[layer + 2 : layer + 3]")},
        explanation="Only the next layer is looked at. A path has to come through all layers up "
        "to the output.",
    ),
    Mistake(
        name="bipartite_zero_later_layers_forgotten",
        edits={REACHES: "        reaches = True\n"},
        explanation="Only the two ends of a weight are looked at. A later layer that is off as a "
        "whole blocks every path to the output.",
    ),
    Mistake(
        name="bipartite_zero_one_layer_too_late",
        edits={REACHES: REACHES.replace("layer + 2 :", "layer + 3 :")},
        explanation="The search for blocked layers begins one layer too late: the one after the "
        "weight's own target counts too.",
    ),
    Mistake(
        name="bipartite_zero_layers_before",
        edits={REACHES: "        reaches = all(units.any() for units in on)\n"},
        explanation="A layer that is off blocks the weights behind it as well here. With biases, "
        "the units behind it can be on, and their weights have gradients.",
    ),
    Mistake(
        name="bipartite_zero_unit_in_front_forgotten",
        edits={USED: "        used = np.outer(on[layer + 1], np.ones(len(on[layer]), bool))\n"},
        explanation="The unit in front of a weight is forgotten: if it is off, it sends 0, which "
        "is a factor of the gradient.",
    ),
    Mistake(
        name="bipartite_zero_whole_layer_behind_the_weight",
        edits={
            USED: "        whole = np.full(len(on[layer + 1]), on[layer + 1].any())\n"
            "        used = np.outer(whole, on[layer])\n"
        },
        explanation="The layer directly behind a weight is looked at as a whole. The weight leads "
        "to one unit of it, and only that one counts.",
    ),
    Mistake(
        name="bipartite_zero_unit_behind_forgotten",
        edits={USED: "        used = np.outer(np.ones(len(on[layer + 1]), bool), on[layer])\n"},
        explanation="The unit behind a weight is forgotten: if it is off, its h' of 0 is a factor "
        "of the gradient.",
    ),
    Mistake(
        name="bipartite_zero_one_end_is_enough",
        edits={USED: "        used = np.logical_or.outer(on[layer + 1], on[layer])\n"},
        explanation="A weight counts as cut off only if both of its ends are off. One is enough, "
        "since both are factors.",
    ),
    Mistake(
        name="bipartite_zero_transposed",
        edits={USED: "        used = np.outer(on[layer], on[layer + 1])\n"},
        explanation="The arrays are transposed: a row belongs to a unit of the layer behind the "
        "weights, a column to one in front of them.",
    ),
    Mistake(
        name="bipartite_zero_the_other_way_round",
        edits={
            "        zeros.append(~used | (not reaches))\n": (
                "        zeros.append(used & reaches)\n"
            ),
        },
        explanation="The answers are exchanged: True is for a gradient that is zero.",
    ),
]

MISTAKES = {
    "chain_forward": CHAIN_FORWARD,
    "chain_gradients": CHAIN_GRADIENTS,
    "gradient_norms": GRADIENT_NORMS,
    "zero_in_chain": ZERO_IN_CHAIN,
    "zero_in_bipartite": ZERO_IN_BIPARTITE,
}
