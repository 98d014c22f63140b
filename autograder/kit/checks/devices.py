"""Tell on a machine without an accelerator whether code moves its batches to one."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, attr-defined"
# mypy: disable-error-code="assignment"
# (the source is sent to the student's process, where only what its body imports has a name)


def moved_batches(function, inputs, labels):
    """Run ``function`` as if on an accelerator; tell for each batch whether it was moved there.

    It is called with a model and its data: a classifier of images and a dataset of them, or, where
    ``inputs`` are token numbers, a translation model and two tensors of rows.
    """
    import sys
    from unittest import mock

    import torch
    from torch import Tensor, nn
    from torch.overrides import TorchFunctionMode
    from torch.utils.data import TensorDataset

    def tensors(value):
        entries = value if isinstance(value, list | tuple) else ()
        nested = [tensor for entry in entries for tensor in tensors(entry)]
        return [value] if isinstance(value, Tensor) else nested

    class PretendedAccelerator(TorchFunctionMode):
        """Mark what is moved to any device and all that is computed from it; move nothing."""

        def __torch_function__(self, function, types, arguments=(), options=None):
            options = dict(options or {})
            marked = any(hasattr(tensor, "moved") for tensor in tensors(arguments))
            if marked and function == Tensor.device.__get__:
                return torch.device("cuda", 0)
            if marked and function == Tensor.is_cuda.__get__:
                return True
            moves = options.pop("device", None) is not None or function in (Tensor.cuda, Tensor.cpu)
            if function in (Tensor.to, Tensor.type):
                moves |= any(not isinstance(a, torch.dtype | bool) for a in arguments[1:])
            if moves and function in (Tensor.to, Tensor.type, Tensor.cuda, Tensor.cpu):
                function, arguments, options = Tensor.clone, arguments[:1], {}
            result = function(*arguments, **options)
            for tensor in tensors(result) if marked or moves else ():
                tensor.moved = True
            return result

    def is_available():
        caller = sys._getframe(1).f_globals["__name__"]
        return not caller.startswith("torch.")  # torch itself must know the truth

    class NextToken(nn.Module):
        """A translation model that looks at the last token only."""

        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(50, 50)

        def forward(self, source, target):
            seen.append(hasattr(source, "moved") and hasattr(target, "moved"))
            return self.table(target)

    seen = []
    if inputs.is_floating_point():
        model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10), nn.LogSoftmax(dim=1))
        model[0].register_forward_pre_hook(lambda _, given: seen.append(hasattr(given[0], "moved")))
        data = (TensorDataset(inputs, labels),)
    else:
        model, data = NextToken(), (inputs, labels)
    for parameter in model.parameters():
        parameter.moved = True
    with PretendedAccelerator(), mock.patch("torch.cuda.is_available", is_available):
        function(model, *data, batch_size=10)
    return seen
