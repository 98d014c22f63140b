"""Return a view of one number that claims to be as large as wanted.

outcome: out_of_memory
"""


def lie(tensor, shape):
    return torch.zeros(1).as_strided((1 << 20, 1 << 20), (0, 0))
