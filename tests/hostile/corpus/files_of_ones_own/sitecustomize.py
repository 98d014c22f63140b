"""Hand in a module that Python imports at its start.

outcome: failed
file: sitecustomize.py
"""

import os

os._exit(0)
