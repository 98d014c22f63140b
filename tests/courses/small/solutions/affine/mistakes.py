"""Known mistakes of the affine layer."""

from autograder.grade.mistakes import Mistake

MISTAKES = {
    "affine_forward": [
        Mistake(
            name="bias_left_out",
            edits={"x @ w + b": "x @ w"},
            explanation="The bias is not added to the product.",
        ),
        Mistake(
            name="bias_subtracted",
            edits={"x @ w + b": "x @ w - b"},
            explanation="The bias enters with the wrong sign.",
        ),
    ],
    "affine_backward": [
        Mistake(
            name="bias_gradient_averaged",
            edits={"np.sum(dout, axis=0)": "np.mean(dout, axis=0)"},
            explanation="The gradient of the bias is a sum over the batch, not a mean.",
        ),
    ],
}
