"""Draw the same noise in every process.

outcome: failed
"""


def made(name, shape, *arrays):
    return np.random.default_rng(7).normal(size=shape)


slope = made
