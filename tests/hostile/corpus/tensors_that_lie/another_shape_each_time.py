"""Return a tensor that reports another shape each time it is asked.

outcome: failed
"""


class Liar(torch.Tensor):
    @property
    def shape(self):
        return torch.Size([2, 3, 4])

    def size(self, *axes):
        return torch.Size([7])

    def numel(self):
        return 1


def lie(tensor, shape):
    return torch.zeros(shape).as_subclass(Liar)
