"""Return the counts as the weights.

outcome: failed
questions: class_weights
"""


def class_weights(counts):
    return torch.tensor([float(count) for count in counts])
