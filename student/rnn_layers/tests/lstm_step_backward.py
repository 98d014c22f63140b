"""Public checks of lstm_step_backward; the grader has more."""

from checks import expect_shape, rng, test_case
from checks.gradients import expect_slopes, gradients_of

OK_FORMAT = False
name = "lstm_step_backward"

GRADIENTS = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")


def draw(N=3, D=4, H=5, label=""):
    """Return x, prev_h, prev_c, Wx, Wh and b, scaled so that no gate is shut."""
    shapes = ((N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.6, shape) for shape in shapes]


def draw_upstream(N=3, H=5):
    """Return the gradients with respect to next_h and next_c."""
    return [rng(f"upstream {i}").normal(size=(N, H)) for i in range(2)]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, dprev_c "
    "that of prev_c, db that of b, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_step_forward, lstm_step_backward):
    found = gradients_of(lstm_step_forward, lstm_step_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own lstm_step_forward changes on a small "
    "step in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(lstm_step_forward, lstm_step_backward):
    found = gradients_of(lstm_step_forward, lstm_step_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(lstm_step_forward, draw(), draw_upstream(), found, GRADIENTS)
