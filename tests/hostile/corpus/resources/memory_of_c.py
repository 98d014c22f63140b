"""Allocate memory past Python.

outcome: error
"""

import ctypes

library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
for _ in range(64):
    block = library.malloc(ctypes.c_size_t(1 << 28))
    ctypes.memset(block, 1, 1 << 28)
