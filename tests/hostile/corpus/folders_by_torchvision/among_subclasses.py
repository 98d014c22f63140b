"""Find the class among the subclasses of Dataset.

outcome: forbidden
"""


def stolen():
    return next(k for k in kinds(Dataset) if k.__name__ == "Image" + "Folder")


def kinds(kind):
    for other in kind.__subclasses__():
        yield other
        yield from kinds(other)
