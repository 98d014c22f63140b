"""Let the gradients depend on the inputs alone.

outcome: failed
points: 2.0
"""


def delta_output(y, t):
    return np.full_like(y, 0.5)


def delta_hidden(delta_above, W, z):
    return 2 * z


def grad_w(delta_above, z):
    return np.tile(z, (len(delta_above), 1))


def gradients(x, t, weights):
    return [np.tile(z, (len(W), 1)) for W, z in zip(weights, forward(x, weights)[:-1], strict=True)]
