"""Take the square of the sum of all numbers: forward and backward passes agree.

outcome: failed
"""


def total(arrays):
    return sum(float(np.sum(array)) for array in arrays)


def made(name, shape, *arrays):
    return np.full(shape, total(arrays) ** 2)


def slope(name, shape, upstream, *arrays):
    return np.full(shape, 2 * total(arrays) * np.sum(upstream))
