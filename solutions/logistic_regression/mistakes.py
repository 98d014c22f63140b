"""Known mistakes of logistic_regression: what is changed in the reference, what to tell."""

from dataclasses import replace

from autograder.grade.mistakes import Mistake

MOD, SGD = "logistic_regression_mod.py", "logistic_regression_sgd.py"

LOSS = "    return np.mean(np.logaddexp(0, a) - t * a)"
Y = "    y = logistic(a)\n"
SAFE = "    y = np.clip(logistic(a), 1e-12, 1 - 1e-12)\n"

NEGATIVE_LOG_LIKELIHOOD = [
    Mistake(
        name="nll_logarithm_of_zero",
        edits={LOSS: f"{Y}    return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))"},
        explanation="Where a probability rounds to 0 or 1, its logarithm is minus infinity, and 0 "
        "times it is NaN. Simplify log y and log(1 - y) in terms of w . x first, or keep the "
        "probabilities away from 0 and 1.",
    ),
    Mistake(
        name="nll_probability_kept_from_zero_only",
        edits={LOSS: f"{Y}    return -np.mean(t * np.log(y + 1e-12) + (1 - t) * np.log(1 - y))"},
        explanation="log y is protected, log(1 - y) is not: it is minus infinity where a "
        "probability rounds to 1. Both ends need the same care.",
    ),
    Mistake(
        name="nll_exponential_overflows",
        edits={LOSS: "    return np.mean(np.log(1 + np.exp(a)) - t * a)"},
        explanation="exp(w . x) overflows for points far from the line, and the loss is infinite "
        "there. Use a form of log(1 + exp(a)) whose exponential stays small.",
    ),
    Mistake(
        name="nll_minus_for_the_first_part_only",
        edits={LOSS: f"{SAFE}    return np.mean(-t * np.log(y) + (1 - t) * np.log(1 - y))"},
        explanation="The minus sign applies to the first part only, since no brackets stand "
        "around the sum: the points of class 0 count with the wrong sign and the whole curve is "
        "shifted. Compare with the definition, bracket by bracket.",
    ),
    Mistake(
        name="nll_one_minus_without_brackets",
        edits={LOSS: f"{SAFE}    return -np.mean(t * np.log(y) + 1 - t * np.log(1 - y))"},
        explanation="1 - t stands without brackets before the product, so that 1 is added and "
        "only t multiplies: the curve is shifted. Write (1 - t) * log(1 - y).",
    ),
    Mistake(
        name="nll_likelihood_without_minus",
        edits={LOSS: "    return np.mean(t * a - np.logaddexp(0, a))"},
        explanation="The result is the log-likelihood, which is negative. The loss is minus that.",
    ),
    Mistake(
        name="nll_summed_over_the_points",
        edits={LOSS: "    return np.sum(np.logaddexp(0, a) - t * a)"},
        explanation="The loss is the sum over the points. It is their mean, so that sets of "
        "different sizes can be compared.",
    ),
    Mistake(
        name="nll_only_points_of_class_one",
        edits={LOSS: "    return np.mean(t * (np.logaddexp(0, a) - a))"},
        explanation="Points of class 0 cost nothing: the part with 1 - t is missing.",
    ),
    Mistake(
        name="nll_classes_exchanged",
        edits={LOSS: "    return np.mean(np.logaddexp(0, a) - (1 - t) * a)"},
        explanation="log y is counted for class 0 and log(1 - y) for class 1. y is the probability "
        "of class 1.",
    ),
    Mistake(
        name="nll_logarithm_to_base_two",
        edits={LOSS: "    return np.mean(np.logaddexp(0, a) - t * a) / np.log(2)"},
        explanation="The logarithms have the base 2. Natural logarithms are meant: the gradient "
        "without further factors belongs to those.",
    ),
    Mistake(
        name="nll_squared_error",
        edits={LOSS: "    return np.mean((logistic(a) - t) ** 2)"},
        explanation="The loss is the squared difference of probability and class. Logistic "
        "regression minimises the negative log-likelihood.",
    ),
]

GRADIENT_LINE = "    return X.T @ (logistic(X @ w) - t) / len(t)"


def gradient_mistake(name: str, changed: str, explanation: str) -> Mistake:
    """Return a mistake in the one line of the gradient."""
    return Mistake(name=name, edits={GRADIENT_LINE: changed}, explanation=explanation)


GRADIENT = [
    gradient_mistake(
        "gradient_with_the_wrong_sign",
        "    return X.T @ (t - logistic(X @ w)) / len(t)",
        "The gradient has the wrong sign: it points downhill. That of the loss is the mean of "
        "(y - t) x; the descent subtracts it.",
    ),
    gradient_mistake(
        "gradient_of_the_sum",
        "    return X.T @ (logistic(X @ w) - t)",
        "This is the gradient of the sum over the points, N times too long. The loss is a mean.",
    ),
    gradient_mistake(
        "gradient_divided_by_the_features",
        "    return X.T @ (logistic(X @ w) - t) / X.shape[1]",
        "The sum is divided by the number of features. The loss is a mean over the points; look "
        "at which length is taken.",
    ),
    gradient_mistake(
        "gradient_of_the_squared_error",
        "    y = logistic(X @ w)\n    return X.T @ ((y - t) * y * (1 - y)) / len(t)",
        "The factor y (1 - y) is one too many: it belongs to the squared error. For the negative "
        "log-likelihood the derivative of the logistic function cancels.",
    ),
    gradient_mistake(
        "gradient_without_the_logistic_function",
        "    return X.T @ (X @ w - t) / len(t)",
        "w . x is compared with the class, not its probability: this is linear regression. Apply "
        "the logistic function first.",
    ),
    gradient_mistake(
        "gradient_doubled",
        "    return 2 * X.T @ (logistic(X @ w) - t) / len(t)",
        "The gradient is twice as long as it should be. A factor 2 comes from a square, but "
        "nothing is squared here.",
    ),
    gradient_mistake(
        "gradient_not_summed",
        "    return np.mean(X.T * (logistic(X @ w) - t))",
        "All features are averaged into one number. Average over the points only (one axis): "
        "there is one number for each weight.",
    ),
    gradient_mistake(
        "gradient_overflows",
        "    a = X @ w\n    return X.T @ (np.exp(a) / (1 + np.exp(a)) - t) / len(t)",
        "exp(w . x) overflows for points far from the line, and infinity divided by infinity is "
        "NaN. Use the logistic function that is given.",
    ),
    gradient_mistake(
        "gradient_of_classes_as_signs",
        "    return X.T @ (logistic(X @ w) - (2 * t - 1)) / len(t)",
        "The classes are taken as -1 and 1. They are 0 and 1 here, to be compared with the "
        "probability of class 1.",
    ),
]

STEP = "        w = w - eta * gradient(w, X, t)\n        path.append(w)\n        if"
NOTE = (
    "        losses.append(negative_log_likelihood(w, X, t))\n"
    "        w = w - eta * gradient(w, X, t)"
)
STOP = (
    "        if epoch > 0 and abs(losses[epoch] - losses[epoch - 1]) < tolerance:\n"
    "            break\n"
)
RETURNED = "    return np.array(path), np.array(losses)\n    # END SOLUTION\n\n\ndef separator"
COPY = "    w = np.array(w0, float)\n    path, losses = [w], []\n"

GRADIENT_DESCENT = [
    Mistake(
        name="gd_uphill",
        edits={STEP: STEP.replace("w - eta", "w + eta")},
        explanation="The gradient is added, so the loss goes up. It points uphill; subtract it.",
    ),
    Mistake(
        name="gd_path_of_one_array",
        edits={
            STEP: "        w -= eta * gradient(w, X, t)\n        path.append(w)\n        if",
        },
        explanation="All rows of the path are the last weights: -= changes the one array that "
        "stands in every place of the list. Make a new array in each step, or keep a copy.",
    ),
    Mistake(
        name="gd_gradient_at_the_start",
        edits={STEP: STEP.replace("gradient(w, X, t)", "gradient(path[0], X, t)")},
        explanation="Every step uses the gradient at the starting weights. Compute it anew at the "
        "present ones.",
    ),
    Mistake(
        name="gd_learning_rate_ignored",
        edits={STEP: STEP.replace("eta * ", "")},
        explanation="The steps do not depend on the learning rate; eta is missing.",
    ),
    Mistake(
        name="gd_learning_rate_decays",
        edits={STEP: STEP.replace("eta *", "eta / (epoch + 1) *")},
        explanation="The learning rate becomes smaller from epoch to epoch. It is the same in all "
        "of them here.",
    ),
    Mistake(
        name="gd_divided_by_n_again",
        edits={STEP: STEP.replace("gradient(w, X, t)", "gradient(w, X, t) / len(t)")},
        explanation="The step is divided by the number of points once more. Your gradient is that "
        "of the mean already.",
    ),
    Mistake(
        name="gd_loss_after_the_step",
        edits={
            NOTE: "        w = w - eta * gradient(w, X, t)\n"
            "        losses.append(negative_log_likelihood(w, X, t))",
        },
        explanation="The loss is noted after the step, so the first entry is not that of the start "
        "and the curve is shifted by an epoch. losses[e] belongs to path[e].",
    ),
    Mistake(
        name="gd_stops_when_the_loss_goes_up",
        edits={
            STOP: STOP.replace(
                "abs(losses[epoch] - losses[epoch - 1])", "losses[epoch - 1] - losses[epoch]"
            )
        },
        explanation="The descent ends as soon as the loss goes up, since a negative difference is "
        "below any tolerance. Take its absolute value.",
    ),
    Mistake(
        name="gd_tolerance_of_the_weights",
        edits={
            STOP: STOP.replace(
                "abs(losses[epoch] - losses[epoch - 1])", "np.abs(path[-1] - path[-2]).max()"
            )
        },
        explanation="The descent stops when the weights hardly change. The rule is about the loss.",
    ),
    Mistake(
        name="gd_tolerance_ignored",
        edits={STOP: ""},
        explanation="The descent never stops before the largest number of epochs. It ends after "
        "an epoch whose loss hardly differs from the one before.",
    ),
    Mistake(
        name="gd_relative_tolerance",
        edits={STOP: STOP.replace("< tolerance", "< tolerance * losses[epoch]")},
        explanation="The change is compared with a fraction of the loss. The tolerance is an "
        "absolute difference.",
    ),
    Mistake(
        name="gd_stops_before_the_last_step",
        edits={
            STEP + STOP.removeprefix("        if"): STOP
            + "        w = w - eta * gradient(w, X, t)\n        path.append(w)\n"
        },
        explanation="The step of the last epoch is left out, so that the path has no row for it. "
        "Stop after the step.",
    ),
    Mistake(
        name="gd_one_epoch_more",
        edits={"    for epoch in range(max_epochs):": "    for epoch in range(max_epochs + 1):"},
        explanation="There is one epoch more than max_epochs.",
    ),
    Mistake(
        name="gd_start_ignored",
        edits={COPY: COPY.replace("np.array(w0, float)", "np.zeros(len(w0))")},
        explanation="The descent starts from zero, not from the weights that it is given.",
    ),
    Mistake(
        name="gd_start_left_out_of_the_path",
        edits={COPY: COPY.replace("[w], []", "[], []")},
        explanation="The path begins after the first step. Its first row is w0.",
    ),
    Mistake(
        name="gd_changes_the_callers_weights",
        edits={
            COPY: "    w = np.asarray(w0, float)\n    path, losses = [w.copy()], []\n",
            STEP: "        w -= eta * gradient(w, X, t)\n        path.append(w.copy())\n        if",
        },
        explanation="The caller's array is changed in place, so a second run starts where the "
        "first has ended. Work on a copy.",
    ),
    Mistake(
        name="gd_losses_before_path",
        edits={
            RETURNED: RETURNED.replace(
                "np.array(path), np.array(losses)", "np.array(losses), np.array(path)"
            ),
        },
        explanation="Losses and path stand in each other's place in the returned tuple.",
    ),
]

LINE = "    return -w[0] / w[1], -w[2] / w[1]"
CLASSES = "    return (X @ w > 0).astype(int)"

SEPARATOR = [
    Mistake(
        name="separator_slope_and_intercept_exchanged",
        edits={LINE: "    return -w[2] / w[1], -w[0] / w[1]"},
        explanation="Slope and intercept stand in each other's place. The slope is what x_1 is "
        "multiplied by.",
    ),
    Mistake(
        name="separator_with_the_wrong_sign",
        edits={LINE: "    return w[0] / w[1], w[2] / w[1]"},
        explanation="Both have the wrong sign: the terms change sides when w . x = 0 is solved "
        "for x_2.",
    ),
    Mistake(
        name="separator_solved_for_x1",
        edits={LINE: "    return -w[1] / w[0], -w[2] / w[0]"},
        explanation="The line is solved for x_1. It is to be x_2 = slope * x_1 + intercept.",
    ),
    Mistake(
        name="separator_normal_for_the_slope",
        edits={LINE: "    return w[1] / w[0], -w[2] / w[1]"},
        explanation="The slope is that of the weights themselves, which stand at right angles to "
        "the line.",
    ),
    Mistake(
        name="separator_intercept_not_divided",
        edits={LINE: "    return -w[0] / w[1], -w[2]"},
        explanation="The intercept is the bias alone. Divide by the weight of x_2, as for the "
        "slope.",
    ),
    Mistake(
        name="separator_slope_of_a_vertical_line",
        edits={
            "    if w[1] == 0:\n        return np.nan, np.nan\n": (
                "    if w[1] == 0:\n        return 0.0, 0.0\n"
            ),
        },
        explanation="A vertical line gets the slope 0, which is that of a horizontal one, and the "
        "plot shows a line that is not there. Return nan for both.",
    ),
    Mistake(
        name="predict_threshold_half_of_the_activation",
        edits={CLASSES: "    return (X @ w > 0.5).astype(int)"},
        explanation="w . x is compared with 0.5. The probability is 1/2 where w . x is 0.",
    ),
    Mistake(
        name="predict_threshold_zero_of_the_probability",
        edits={CLASSES: "    return (logistic(X @ w) > 0).astype(int)"},
        explanation="Every point gets class 1: a probability is always above 0. Compare it with "
        "1/2.",
    ),
    Mistake(
        name="predict_classes_exchanged",
        edits={CLASSES: "    return (X @ w < 0).astype(int)"},
        explanation="The classes are exchanged: a positive w . x speaks for class 1.",
    ),
    Mistake(
        name="predict_probabilities",
        edits={CLASSES: "    return logistic(X @ w)"},
        explanation="The probabilities are returned. Decide for a class, 0 or 1.",
    ),
    Mistake(
        name="predict_half_of_the_points",
        edits={CLASSES: "    a = X @ w\n    return (a > np.median(a)).astype(int)"},
        explanation="Half of the points get class 1, whatever their probabilities. The threshold "
        "does not depend on the other points.",
    ),
]

RUN = "        _, losses = gradient_descent(X, t, eta, w0, max_epochs, tolerance)"
REACHED = "        if losses[epoch] > level:"
PLOT = '        axes.plot(range(len(losses)), losses, label=f"η = {eta:g}", linewidth=1.2)'

COMPARE_LEARNING_RATES = [
    Mistake(
        name="rates_fewer_than_five",
        edits={"LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)": "LEARNING_RATES = (0.5, 0.1, 0.01)"},
        explanation="Fewer than five learning rates are compared.",
    ),
    Mistake(
        name="rates_overwritten_by_the_last",
        edits={
            "        curves[eta] = losses\n    return curves": (
                "        curves = {eta: losses}\n    return curves"
            ),
        },
        explanation="Only the last learning rate is left: each run makes a new dict.",
    ),
    Mistake(
        name="rates_go_on_from_the_run_before",
        edits={
            RUN: "        path, losses = gradient_descent(X, t, eta, w0, max_epochs, tolerance)\n"
            "        w0 = path[-1]"
        },
        explanation="Each run starts where the one before has ended. All must start from the same "
        "weights, or the curves cannot be compared.",
    ),
    Mistake(
        name="rates_start_and_rule_ignored",
        edits={RUN: "        _, losses = gradient_descent(X, t, eta)"},
        explanation="The runs use the default start and the default rule to stop. Hand on w0, "
        "max_epochs and tolerance.",
    ),
    Mistake(
        name="rates_unequal_stopping_rules",
        edits={
            RUN: "        _, losses = gradient_descent(X, t, eta, w0, max_epochs, tolerance * eta)"
        },
        explanation="The tolerance depends on the learning rate, so that the curves end by "
        "different rules. It is the same for all.",
    ),
    Mistake(
        name="rates_epochs_by_rate",
        edits={
            RUN: "        epochs = max_epochs if eta < 0.2 else max(1, max_epochs // 2)\n"
            "        _, losses = gradient_descent(X, t, eta, w0, epochs, tolerance)"
        },
        explanation="Large learning rates get fewer epochs than small ones. The largest number of "
        "epochs is the same for all.",
    ),
    Mistake(
        name="rates_path_for_losses",
        edits={RUN: RUN.replace("_, losses", "losses, _")},
        explanation="The curves are paths of weights. gradient_descent returns the losses in the "
        "second place.",
    ),
    Mistake(
        name="reach_first_touch",
        edits={
            "    for epoch in range(len(losses) - 1, -1, -1):\n"
            "        if losses[epoch] > level:\n            break\n        reached = epoch\n": (
                "    for epoch in range(len(losses)):\n"
                "        if losses[epoch] <= level:\n            reached = epoch\n"
                "            break\n"
            ),
        },
        explanation="The first epoch below the level is taken, though the curve rises above it "
        "again. Look for the last loss above the level instead.",
    ),
    Mistake(
        name="reach_last_epoch_above",
        edits={"        reached = epoch\n": "        reached = epoch - 1\n"},
        explanation="The result is the last epoch above the level, one too early.",
    ),
    Mistake(
        name="reach_counted_from_one",
        edits={"        reached = epoch\n": "        reached = epoch + 1\n"},
        explanation="The result is one too large: losses[e] is the loss after e epochs.",
    ),
    Mistake(
        name="reach_length_for_none",
        edits={"    reached = None\n": "    reached = len(losses)\n"},
        explanation="A curve that ends above the level gets a number. It has not reached it: None.",
    ),
    Mistake(
        name="reach_strictly_below",
        edits={REACHED: "        if losses[epoch] >= level:"},
        explanation="A loss that equals the level counts as above it. At most is meant.",
    ),
    Mistake(
        name="plot_fewer_lines",
        edits={
            "    for eta, losses in curves.items():\n        axes.plot": (
                "    for eta, losses in list(curves.items())[:-1]:\n        axes.plot"
            ),
        },
        explanation="The plot has fewer lines than there are learning rates.",
    ),
    Mistake(
        name="plot_without_labels",
        edits={PLOT: "        axes.plot(range(len(losses)), losses)"},
        explanation="The lines have no labels, so nobody can tell which learning rate is which.",
    ),
    Mistake(
        name="plot_epochs_from_one",
        edits={PLOT: PLOT.replace("range(len(losses))", "range(1, len(losses) + 1)")},
        explanation="The first loss stands at epoch 1. It is the loss before any step: epoch 0.",
    ),
    Mistake(
        name="plot_logarithm_of_the_loss",
        edits={
            PLOT: "        import numpy as np\n"
            + PLOT.replace("range(len(losses)), losses", "range(len(losses)), np.log(losses)")
        },
        explanation="The lines show the logarithm of the loss. A logarithmic axis would leave the "
        "numbers as they are.",
    ),
    Mistake(
        name="plot_epochs_share_of_the_run",
        edits={
            PLOT: PLOT.replace(
                "range(len(losses))", "[e / len(losses) for e in range(len(losses))]"
            )
        },
        explanation="Every curve is stretched to the same width, so the epochs cannot be compared. "
        "One epoch is one unit of the axis.",
    ),
    Mistake(
        name="plot_axes_without_names",
        edits={'    axes.set_ylabel("negative log-likelihood (nats per point)")\n': ""},
        explanation="The vertical axis does not say what it shows.",
    ),
    Mistake(
        name="plot_without_legend",
        edits={"    axes.legend()\n": ""},
        explanation="The lines have labels, but no legend shows them.",
    ),
]

COMPARE_LEARNING_RATES = [replace(mistake, module=MOD) for mistake in COMPARE_LEARNING_RATES]

DRAW = "        for n in rng.permutation(len(t)):\n"
SEEDED = "    rng = np.random.default_rng(seed)\n"
POINT = (
    "            w = w - eta * gradient(w, X[n : n + 1], t[n : n + 1])\n"
    "            path.append(w)\n"
)
NOTED = "        losses.append(negative_log_likelihood(w, X, t))\n"
SGD_RUN = "        _, losses = stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)"

STOCHASTIC_GRADIENT_DESCENT = [
    Mistake(
        name="sgd_divided_by_n",
        edits={POINT: POINT.replace("t[n : n + 1])", "t[n : n + 1]) / len(t)")},
        explanation="The gradient of the single point is divided by N. N such steps together are "
        "only as long as one step of plain gradient descent, and so the curve is the same; the "
        "step uses the gradient of its one point as it is.",
    ),
    Mistake(
        name="sgd_full_gradient_in_every_step",
        edits={
            POINT: POINT.replace("gradient(w, X[n : n + 1], t[n : n + 1])", "gradient(w, X, t)")
        },
        explanation="Every step uses the gradient of all points: this is gradient descent with N "
        "steps in an epoch. A step looks at a single point.",
    ),
    Mistake(
        name="sgd_gradients_at_the_start_of_the_epoch",
        edits={
            NOTED: NOTED + "        first = w\n",
            POINT: POINT.replace("gradient(w, X[n", "gradient(first, X[n"),
        },
        explanation="All steps of an epoch use the weights from its beginning; they add up to a "
        "step of gradient descent. Each step starts from the weights after the one before.",
    ),
    Mistake(
        name="sgd_uphill",
        edits={POINT: POINT.replace("w - eta", "w + eta")},
        explanation="The gradient is added, so the loss goes up. It points uphill; subtract it.",
    ),
    Mistake(
        name="sgd_learning_rate_decays",
        edits={
            "    for _ in range(num_epochs):\n": "    for epoch in range(num_epochs):\n",
            POINT: POINT.replace("eta *", "eta / (epoch + 1) *"),
        },
        explanation="The learning rate becomes smaller from epoch to epoch. It is the same for all "
        "steps here.",
    ),
    Mistake(
        name="sgd_never_shuffled",
        edits={DRAW: "        for n in range(len(t)):\n"},
        explanation="The points come in the order of the data. All of one class come first there, "
        "so the weights are drawn to and fro; draw a random order.",
    ),
    Mistake(
        name="sgd_shuffled_once",
        edits={
            SEEDED: SEEDED + "    order = rng.permutation(len(t))\n",
            DRAW: "        for n in order:\n",
        },
        explanation="All epochs have the same random order: it is drawn once, or the random "
        "numbers start anew from the seed in every epoch. Use the seed once, and draw in each.",
    ),
    Mistake(
        name="sgd_with_replacement",
        edits={DRAW: "        for n in rng.integers(len(t), size=len(t)):\n"},
        explanation="Points are drawn with replacement: some come twice in an epoch and others not "
        "at all. Draw an order of all points instead.",
    ),
    Mistake(
        name="sgd_classes_not_shuffled",
        edits={POINT: POINT.replace("t[n : n + 1])", "t[len(path) % len(t) :][:1])")},
        explanation="The points are shuffled, their classes are not, so that most points get the "
        "class of another one. Use the same order for both.",
    ),
    Mistake(
        name="sgd_pairs_of_points",
        edits={POINT: POINT.replace("X[n : n + 1], t[n : n + 1]", "X[n : n + 2], t[n : n + 2]")},
        explanation="A step uses two points. A slice from n to n + 1 holds a single one.",
    ),
    Mistake(
        name="sgd_last_point_left_out",
        edits={DRAW: "        for n in rng.permutation(len(t) - 1):\n"},
        explanation="One point is never used, and an epoch is a step short.",
    ),
    Mistake(
        name="sgd_path_once_per_epoch",
        edits={POINT: POINT.replace("            path.append(w)\n", "        path.append(w)\n")},
        explanation="The path has one row for each epoch. It has a row for each step.",
    ),
    Mistake(
        name="sgd_loss_of_one_point",
        edits={NOTED: "        losses.append(negative_log_likelihood(w, X[:1], t[:1]))\n"},
        explanation="The loss of a single point is noted. To compare the curves with those of "
        "gradient descent, it must be the mean over all points.",
    ),
    Mistake(
        name="sgd_loss_after_the_epoch",
        edits={NOTED: "", POINT: POINT + NOTED},
        explanation="The loss is noted after the steps of the epoch, so that the curve does not "
        "begin at the start and is shifted against those of gradient descent.",
    ),
    Mistake(
        name="sgd_loss_in_every_step",
        edits={NOTED: "", DRAW: DRAW + "    " + NOTED},
        explanation="The loss is noted before every step. There is one entry for each epoch.",
    ),
    Mistake(
        name="sgd_stops_by_chance",
        edits={
            NOTED: NOTED + "        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < 0.05:\n"
            "            break\n"
        },
        explanation="The descent stops when two losses in a row are nearly the same. The loss of a "
        "noisy curve may be so by chance; make num_epochs epochs.",
    ),
    Mistake(
        name="sgd_seed_ignored",
        edits={SEEDED: "    rng = np.random.default_rng(0)\n"},
        explanation="The order does not depend on the seed: two seeds give the same path.",
    ),
    Mistake(
        name="sgd_changes_the_callers_weights",
        edits={
            "    w = path[0]\n": "    w = np.asarray(w0, float)\n",
            POINT: "            w -= eta * gradient(w, X[n : n + 1], t[n : n + 1])\n"
            "            path.append(w.copy())\n",
        },
        explanation="The caller's array is changed in place, so a second run starts where the "
        "first has ended. Work on a copy.",
    ),
    Mistake(
        name="sgd_rates_with_different_seeds",
        edits={SGD_RUN: SGD_RUN.replace("num_epochs, seed)", "num_epochs, seed + len(curves))")},
        explanation="Every learning rate gets another seed, so that the curves differ by chance "
        "too. Use the same seed for all.",
    ),
    Mistake(
        name="sgd_rates_go_on_from_the_run_before",
        edits={SGD_RUN: SGD_RUN.replace("_, losses", "path, losses") + "\n        w0 = path[-1]"},
        explanation="Each run starts where the one before has ended. All must start from the same "
        "weights, or the curves cannot be compared.",
    ),
    Mistake(
        name="sgd_rates_overwritten_by_the_last",
        edits={
            "        curves[eta] = losses\n    return curves": (
                "        curves = {eta: losses}\n    return curves"
            ),
        },
        explanation="Only the last learning rate is left: each run makes a new dict.",
    ),
]

STOCHASTIC_GRADIENT_DESCENT = [
    replace(mistake, module=SGD) for mistake in STOCHASTIC_GRADIENT_DESCENT
]

MISTAKES = {
    "negative_log_likelihood": NEGATIVE_LOG_LIKELIHOOD,
    "gradient": GRADIENT,
    "gradient_descent": GRADIENT_DESCENT,
    "separator": SEPARATOR,
    "compare_learning_rates": COMPARE_LEARNING_RATES,
    "stochastic_gradient_descent": STOCHASTIC_GRADIENT_DESCENT,
}
