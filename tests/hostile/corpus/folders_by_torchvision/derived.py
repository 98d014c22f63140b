"""Derive from the class under another name.

outcome: forbidden
"""

import torchvision.datasets.folder as renamed


def stolen():
    base = vars(renamed)["Dataset" + "Folder"]
    return type("FolderDataset", (base,), {"__getitem__": base.__getitem__})
