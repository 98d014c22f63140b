"""Take the class by a computed name.

outcome: forbidden
"""

import torchvision


def stolen():
    return getattr(torchvision.datasets, "Image" + "Folder")
