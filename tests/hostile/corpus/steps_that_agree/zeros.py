"""Answer zeros everywhere, the slopes of constants.

outcome: failed
"""


def made(name, shape, *arrays):
    return np.zeros(shape)


slope = made
