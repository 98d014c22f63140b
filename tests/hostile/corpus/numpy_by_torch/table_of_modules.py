"""Look for torch among the modules that the process has imported.

outcome: error
"""

import sys


def stolen():
    return next(module for name, module in sys.modules.items() if name.startswith("tor"))
