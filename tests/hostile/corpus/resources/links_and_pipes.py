"""Return what a link to a device and a pipe give.

outcome: error
"""

import os


def delta_output(y, t):
    os.symlink("/dev/zero", "/tmp/zeros")
    os.mkfifo("/tmp/pipe")
    return open("/tmp/zeros", "rb").read(1 << 33)
