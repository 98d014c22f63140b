"""Write a .pth file and let site run it.

outcome: forbidden
"""

import pathlib
import site


def stolen():
    pathlib.Path("/tmp/helping.pth").write_text("import scipy.special\n")
    site.addsitedir("/tmp")
    import sys

    return sys.modules["scipy.special"].softmax
