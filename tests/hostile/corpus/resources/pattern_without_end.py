"""Search with a regular expression that takes years, in one call that no signal interrupts.

outcome: timeout
"""

import re


def delta_output(y, t):
    return re.match("(a+)+$", 40 * "a" + "b")
