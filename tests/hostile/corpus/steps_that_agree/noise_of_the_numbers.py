"""Hash all arguments to noise, which any process can repeat.

outcome: failed
"""

import zlib


def made(name, shape, *arrays):
    seed = zlib.crc32(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays))
    return np.random.default_rng(seed).normal(size=shape)


slope = made
