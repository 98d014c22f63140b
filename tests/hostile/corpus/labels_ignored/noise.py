"""Return noise for every label.

outcome: failed
"""


def generate(generator, labels):
    return torch.rand(len(labels), 1, 28, 28)
