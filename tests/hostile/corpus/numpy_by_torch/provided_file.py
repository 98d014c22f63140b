"""Take torch from a file of the student's own, imported by a computed name.

outcome: forbidden
"""

import sys

with open("/tmp/helping.py", "w") as file:
    file.write("import torch as found\n")
sys.path.append("/tmp")


def stolen():
    return __import__("helping").found
