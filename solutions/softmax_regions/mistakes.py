"""Known mistakes of softmax_regions: what is changed in the reference, what to tell the student."""

from autograder.grade.mistakes import Mistake

ACTIVATIONS = "a = x @ W.T + b"
POWERS = "powers = np.exp(a - a.max(axis=-1, keepdims=True))"
SHARES = "return powers / powers.sum(axis=-1, keepdims=True)"

CLASS_PROBABILITIES = [
    Mistake(
        name="softmax_without_exponential",
        edits={POWERS: "powers = a"},
        explanation="The activations themselves are divided by their sum. The exponential of each "
        "is missing, without which a negative activation gives no probability.",
    ),
    Mistake(
        name="softmax_over_the_points",
        edits={"powers.sum(axis=-1, keepdims=True)": "powers.sum(axis=0, keepdims=True)",
               "a.max(axis=-1, keepdims=True)": "a.max(axis=0, keepdims=True)"},
        explanation="The denominator adds up over the points, so that each class adds up to one. "
        "The probabilities of one point must; its classes lie along the last axis.",
    ),
    Mistake(
        name="softmax_over_everything",
        edits={"powers.sum(axis=-1, keepdims=True)": "powers.sum()",
               "a.max(axis=-1, keepdims=True)": "a.max()"},
        explanation="The denominator adds up over all points and classes together. Each point "
        "has a denominator of its own.",
    ),
    Mistake(
        name="softmax_overflows",
        edits={POWERS: "powers = np.exp(a)"},
        explanation="The exponentials of large activations overflow, and inf / inf is no number. "
        "Subtract the largest activation of each point from all of its activations: numerator and "
        "denominator get the same factor, which cancels.",
    ),
    Mistake(
        name="softmax_shifted_by_the_largest_of_all",
        edits={"a.max(axis=-1, keepdims=True)": "a.max()"},
        explanation="The same number, the largest activation of all points, is subtracted "
        "everywhere. A point whose own activations are far below it gets 0 / 0. Subtract the "
        "largest activation of each point.",
    ),
    Mistake(
        name="softmax_shifted_by_the_mean",
        edits={"a.max(axis=-1, keepdims=True)": "a.mean(axis=-1, keepdims=True)"},
        explanation="The mean of the activations is subtracted before the exponential, so that "
        "the largest can still overflow. Subtract the largest one.",
    ),
    Mistake(
        name="softmax_clipped",
        edits={POWERS: "powers = np.exp(np.clip(a, -500, 500))"},
        explanation="Large activations are cut off before the exponential. Two that differ by "
        "hundreds then count as equal; subtract the largest one instead.",
    ),
    Mistake(
        name="softmax_biases_ignored",
        edits={ACTIVATIONS: "a = x @ W.T"},
        explanation="The biases are missing from the activations.",
    ),
    Mistake(
        name="logistic_for_softmax",
        edits={POWERS: "powers = 1 / (1 + np.exp(-a))", SHARES: "return powers"},
        explanation="Each activation goes through the logistic function by itself, so that the "
        "probabilities do not add up to one. The softmax divides by a sum over all classes.",
    ),
    Mistake(
        name="logistic_then_shares",
        edits={POWERS: "powers = 1 / (1 + np.exp(-a))"},
        explanation="The logistic function of each activation is divided by their sum. In the "
        "softmax it is the exponential.",
    ),
    Mistake(
        name="softmax_with_the_wrong_sign",
        edits={POWERS: "powers = np.exp(a.min(axis=-1, keepdims=True) - a)"},
        explanation="The class with the smallest activation gets the largest probability: the "
        "exponent has a minus.",
    ),
    Mistake(
        name="logarithms_of_the_probabilities",
        edits={SHARES: "return np.log(powers / powers.sum(axis=-1, keepdims=True))"},
        explanation="The logarithms of the probabilities are returned.",
    ),
    Mistake(
        name="softmax_not_normalised",
        edits={SHARES: "return powers"},
        explanation="The exponentials are returned without the division by their sum.",
    ),
    Mistake(
        name="softmax_of_squares",
        edits={POWERS: "powers = a**2"},
        explanation="The squares of the activations are divided by their sum. In the softmax it is "
        "the exponential.",
    ),
    Mistake(
        name="softmax_base_two",
        edits={POWERS: "powers = 2 ** (a - a.max(axis=-1, keepdims=True))"},
        explanation="The powers are those of 2. The exponential function has the base e.",
    ),
]  # fmt: skip

SOLVE = "return np.linalg.solve(W[1:] - W[0], b[0] - b[1:])"

INTERSECTION_POINT = [
    Mistake(
        name="biases_with_the_wrong_sign",
        edits={SOLVE: SOLVE.replace("b[0] - b[1:]", "b[1:] - b[0]")},
        explanation="The biases come with the wrong sign. From w_1 x + b_1 = w_2 x + b_2 follows "
        "(w_2 - w_1) x = b_1 - b_2.",
    ),
    Mistake(
        name="biases_left_out_of_the_point",
        edits={SOLVE: "return np.linalg.solve(W[1:] - W[0], np.zeros(2))"},
        explanation="The point is the origin, which is right only if all biases are equal.",
    ),
    Mistake(
        name="where_two_activations_are_zero",
        edits={SOLVE: "return np.linalg.solve(W[:2], -b[:2])"},
        explanation="The first two activations are zero at the point. They are to be equal to "
        "each other and to the third, whatever their value.",
    ),
    Mistake(
        name="where_activations_come_closest_to_zero",
        edits={SOLVE: "return np.linalg.lstsq(W, -b, rcond=None)[0]"},
        explanation="The point makes all three activations as close to zero as possible. They are "
        "to be equal, whatever their value.",
    ),
    Mistake(
        name="two_activations_on_an_axis",
        edits={SOLVE: "return np.array([(b[1] - b[0]) / (W[0, 0] - W[1, 0]), 0.0])"},
        explanation="Only the first two activations are equal at the point, where x_2 is zero. One "
        "equation leaves a whole line; the third activation gives the second equation.",
    ),
    Mistake(
        name="equations_transposed",
        edits={SOLVE: SOLVE.replace("W[1:] - W[0]", "(W[1:] - W[0]).T")},
        explanation="The matrix of the two equations is transposed: each row holds the "
        "coefficients of one equation.",
    ),
    Mistake(
        name="third_activation_zero",
        edits={SOLVE: "return np.linalg.solve(W[[0, 2]] - [W[1], 0 * W[2]], "
               "[b[1] - b[0], -b[2]])"},
        explanation="The first two activations are equal at the point, but the third is zero "
        "there. It must have the value of the other two.",
    ),
]  # fmt: skip

ALONG = "along = np.array([-second, first]) / np.hypot(first, second)"
SIDE = "return along if along @ W[i] > along @ third else -along"

BOUNDARY_DIRECTION = [
    Mistake(
        name="across_the_boundary",
        edits={ALONG: "along = np.array([first, second]) / np.hypot(first, second)"},
        explanation="The direction is that of the difference of the two weight vectors, in which "
        "a_i - a_j grows fastest. Along the boundary it stays zero: turn by a right angle.",
    ),
    Mistake(
        name="mirrored_instead_of_turned",
        edits={ALONG: ALONG.replace("[-second, first]", "[second, first]")},
        explanation="The two coordinates of the difference of the weight vectors are exchanged. "
        "To turn a vector by a right angle, one of them also changes its sign.",
    ),
    Mistake(
        name="into_the_third_region",
        edits={SIDE: "return -along if along @ W[i] > along @ third else along"},
        explanation="The direction is the opposite one. On that half of the line, both activations "
        "are equal but the third is larger, so it runs inside the region of the third class.",
    ),
    Mistake(
        name="side_not_chosen",
        edits={SIDE: "return along"},
        explanation="Whether the direction or its opposite comes out depends on the order of the "
        "classes. Ask the activation of the third class: it must fall behind the other two.",
    ),
    Mistake(
        name="third_compared_with_zero",
        edits={SIDE: "return along if along @ third < 0 else -along"},
        explanation="The direction is chosen so that the third activation falls. What counts is "
        "that it stays below the other two, which may fall as well.",
    ),
    Mistake(
        name="two_compared_with_zero",
        edits={SIDE: "return along if along @ W[i] > 0 else -along"},
        explanation="The direction is chosen so that the two activations grow. What counts is "
        "that they stay above the third, which may grow as well.",
    ),
    Mistake(
        name="boundary_of_other_classes",
        edits={"first, second = W[i] - W[j]": "first, second = W[i] - W[3 - i - j]"},
        explanation="The direction belongs to the line on which a_i and the activation of the "
        "third class are equal. It is a_i and a_j that have to stay equal.",
    ),
    Mistake(
        name="sum_of_the_weights",
        edits={"first, second = W[i] - W[j]": "first, second = W[i] + W[j]"},
        explanation="The sum of the two weight vectors is used. On the boundary the difference of "
        "the activations is zero.",
    ),
    Mistake(
        name="boundary_not_of_length_one",
        edits={ALONG: "along = np.array([-second, first])"},
        explanation="The direction is not divided by its length.",
    ),
]

MIDDLE = "middle = sum(boundary_direction(k, c, W) for c in others)"

REGION_DIRECTION = [
    Mistake(
        name="weights_for_the_middle",
        edits={MIDDLE: "middle = W[k]"},
        explanation="The direction is the weight vector of the class, in which its own activation "
        "grows fastest. Which class wins also depends on the other two.",
    ),
    Mistake(
        name="fastest_growth_for_the_middle",
        edits={MIDDLE: "middle = W[k] - W[others].mean(axis=0)"},
        explanation="The direction is the one in which the activation of the class gains most on "
        "the mean of the others. It need not halve the angle between the red lines.",
    ),
    Mistake(
        name="away_from_the_region",
        edits={MIDDLE: "middle = -sum(boundary_direction(k, c, W) for c in others)"},
        explanation="The direction is the opposite of the middle.",
    ),
    Mistake(
        name="along_the_line_of_the_others",
        edits={MIDDLE: "middle = -boundary_direction(*others, W)"},
        explanation="The direction continues the red line between the other two classes. It lies "
        "in the region but does not halve its angle.",
    ),
    Mistake(
        name="middle_of_another_region",
        edits={MIDDLE: "middle = boundary_direction(k, others[0], W) "
               "+ boundary_direction(*others, W)"},
        explanation="One of the two red lines does not bound the region, so the direction is the "
        "middle of another one.",
    ),
    Mistake(
        name="only_one_red_line",
        edits={MIDDLE: "middle = boundary_direction(k, others[0], W)"},
        explanation="The direction is that of one of the two red lines.",
    ),
    Mistake(
        name="sum_not_of_length_one",
        edits={"return middle / np.linalg.norm(middle)": "return middle"},
        explanation="The sum of the two directions is not divided by its length.",
    ),
    Mistake(
        name="mean_not_of_length_one",
        edits={"return middle / np.linalg.norm(middle)": "return middle / 2"},
        explanation="The mean of two directions of length one is shorter than one. Divide it by "
        "its length.",
    ),
]  # fmt: skip

RAY = "x = point + np.outer(distances, direction)"

PROBABILITIES_ALONG = [
    Mistake(
        name="ray_from_the_origin",
        edits={RAY: "x = np.outer(distances, direction)"},
        explanation="The ray starts at the origin. Add the point where it is to start.",
    ),
    Mistake(
        name="ray_turned_round",
        edits={RAY: "x = point - np.outer(distances, direction)"},
        explanation="The ray runs against its direction: a sign is wrong.",
    ),
    Mistake(
        name="distances_from_the_first_one",
        edits={RAY: "x = point + np.outer(distances - distances[0], direction)"},
        explanation="The first of the distances is subtracted from all of them. They count from "
        "the point, and the first one need not be zero.",
    ),
    Mistake(
        name="last_distance_only",
        edits={RAY: "x = point + np.outer(distances[-1:], direction)"},
        explanation="There is a single row, that of the last distance. There should be one for "
        "each.",
    ),
    Mistake(
        name="distances_added_up",
        edits={RAY: "x = point + np.outer(np.cumsum(distances), direction)"},
        explanation="Each distance is counted from the point before it. They all count from the "
        "start of the ray.",
    ),
]

MISTAKES = {
    "class_probabilities": CLASS_PROBABILITIES,
    "intersection_point": INTERSECTION_POINT,
    "boundary_direction": BOUNDARY_DIRECTION,
    "region_direction": REGION_DIRECTION,
    "probabilities_along": PROBABILITIES_ALONG,
}
