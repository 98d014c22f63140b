"""Public checks of rnn_step_backward; the grader has more."""

from checks import expect_shape, rng, test_case
from checks.gradients import expect_slopes, gradients_of

OK_FORMAT = False
name = "rnn_step_backward"

GRADIENTS = ("dx", "dprev_h", "dWx", "dWh", "db")


def draw(N=3, D=4, H=5, label=""):
    """Return x, prev_h, Wx, Wh and b, scaled so that tanh is neither flat nor straight."""
    shapes = ((N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.5, shape) for shape in shapes]


def draw_upstream(N=3, H=5):
    """Return the gradient with respect to next_h."""
    return [rng("upstream").normal(size=(N, H))]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, db that "
    "of b, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_step_forward, rnn_step_backward):
    found = gradients_of(rnn_step_forward, rnn_step_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own rnn_step_forward changes on a small "
    "step in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(rnn_step_forward, rnn_step_backward):
    found = gradients_of(rnn_step_forward, rnn_step_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(rnn_step_forward, draw(), draw_upstream(), found, GRADIENTS)
