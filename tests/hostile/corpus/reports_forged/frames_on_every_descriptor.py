"""Write answers to every open descriptor before a request comes.

outcome: error
"""

import os
import struct

import msgpack

body = msgpack.packb([[], [b"0" * 16, "ok", ["l", 1, 2]]])
for descriptor in range(64):
    try:
        os.write(descriptor, struct.pack(">II", len(body), 0) + body)
    except OSError:
        continue
