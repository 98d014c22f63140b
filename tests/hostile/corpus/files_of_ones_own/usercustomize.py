"""Hand in the other module that Python imports at its start.

outcome: failed
file: usercustomize.py
"""

import os

os._exit(0)
