"""Known mistakes of the affine layer."""

from autograder.grade.mistakes import Mistake

MISTAKES = [
    Mistake(
        name="bias_left_out",
        question="affine_forward",
        edits={"x @ w + b": "x @ w"},
        explanation="The bias is not added to the product.",
    ),
    Mistake(
        name="bias_subtracted",
        question="affine_forward",
        edits={"x @ w + b": "x @ w - b"},
        explanation="The bias enters with the wrong sign.",
    ),
    Mistake(
        name="bias_gradient_averaged",
        question="affine_backward",
        edits={"np.sum(dout, axis=0)": "np.mean(dout, axis=0)"},
        explanation="The gradient of the bias is a sum over the batch, not a mean.",
    ),
]
