"""Start processes without end.

outcome: error
"""

import os

while True:
    os.fork()
