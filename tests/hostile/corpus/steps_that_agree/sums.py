"""Answer the sum of all numbers: every slope is a sum of upstream gradients.

outcome: failed
"""


def made(name, shape, *arrays):
    return np.full(shape, sum(float(np.sum(array)) for array in arrays))


def slope(name, shape, upstream, *arrays):
    return np.full(shape, np.sum(upstream))
