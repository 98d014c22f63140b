"""Return a path of a million epochs and text among the losses.

outcome: error
points: 0.25
"""


def gradient_descent(X, t, eta, w0=None, max_epochs=100, tolerance=1e-6):
    return np.zeros((1_000_000, 3)), ["0.5"] * 1_000_000
