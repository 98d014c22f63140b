"""Public checks of rnn_backward; the grader has more."""

from checks import expect_shape, rng, test_case
from checks.gradients import expect_slopes, gradients_of

OK_FORMAT = False
name = "rnn_backward"

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, D=2, H=5, label=""):
    """Return x, h0, Wx, Wh and b, scaled so that every step matters to the last state."""
    shapes = ((T, N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.5, shape) for shape in shapes]


def draw_upstream(T=4, N=3, H=5):
    """Return the gradients with respect to all states."""
    return [rng("upstream").normal(size=(T, N, H))]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, (T, N, D), "
    "dh0 that of h0, db that of b.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_forward, rnn_backward):
    found = gradients_of(rnn_forward, rnn_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own rnn_forward changes on a small step "
    "in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(rnn_forward, rnn_backward):
    found = gradients_of(rnn_forward, rnn_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(rnn_forward, draw(), draw_upstream(), found, GRADIENTS)
