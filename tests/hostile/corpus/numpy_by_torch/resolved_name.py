"""Let pkgutil resolve the name.

outcome: forbidden
"""

import pkgutil


def stolen():
    return pkgutil.resolve_name("tor" + "ch")
