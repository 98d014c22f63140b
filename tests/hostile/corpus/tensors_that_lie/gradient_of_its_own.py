"""Return a function with gradients that always agree.

outcome: failed
"""


class Agree(torch.autograd.Function):
    @staticmethod
    def forward(context, tensor, shape):
        context.shape = tensor.shape
        return tensor.new_zeros(shape)

    @staticmethod
    def backward(context, upstream):
        return torch.zeros(context.shape), None


def lie(tensor, shape):
    return Agree.apply(tensor, shape)
