"""Load the library of torch with ctypes.

outcome: error
"""

import ctypes
import glob
import sys


def stolen():
    (path,) = [p for above in sys.path for p in glob.glob(f"{above}/tor*/lib/libtorch_cpu.so")]
    return ctypes.CDLL(path)
