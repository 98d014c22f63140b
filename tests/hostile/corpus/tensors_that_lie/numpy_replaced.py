"""Replace what turns a tensor into an array.

outcome: error
"""

torch.Tensor.numpy = lambda self, **_: None
torch.Tensor.tolist = lambda self: []
torch.Tensor.detach = lambda self: self
torch.Tensor.data_ptr = lambda self: 0


def lie(tensor, shape):
    return torch.zeros(shape)
