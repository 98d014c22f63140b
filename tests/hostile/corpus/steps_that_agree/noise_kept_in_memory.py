"""Draw noise once for each shape and confirm it later.

outcome: failed
"""

KEPT = {}


def made(name, shape, *arrays):
    return KEPT.setdefault((name, shape), np.random.default_rng().normal(size=shape))


slope = made
