"""Functions in place of the student's for a public check."""


def zeros(owner):
    """Return functions for a check of shapes, in place of ones that fail: all answers are zero."""
    import numpy as np

    def delta_hidden(delta_above, W, z):
        assert W.shape == (len(delta_above), len(z)), "delta_hidden gets arrays that do not fit"
        return np.zeros(len(z))

    def grad_w(delta_above, z):
        return np.zeros((len(delta_above), len(z)))

    def delta_output(y, t):
        return np.zeros(1)

    return {f.__name__: f for f in (delta_output, delta_hidden, grad_w)}
