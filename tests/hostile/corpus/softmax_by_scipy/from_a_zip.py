"""Import it from a zip that is written first.

outcome: forbidden
"""

import sys
import zipfile


def stolen():
    with zipfile.ZipFile("/tmp/helping.zip", "w") as archive:
        archive.writestr("helping.py", "from scipy.special import softmax")
    sys.path.insert(0, "/tmp/helping.zip")
    return __import__("helping").softmax
