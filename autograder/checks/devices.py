"""See on a machine without an accelerator whether code would move its batches to one."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, attr-defined"
# (the source is sent to the student's process, where only what its body imports has a name)


def moved_batches(function, images, labels):
    """Run ``function`` as if on an accelerator; tell for each batch whether it was moved there."""
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

    seen = []
    model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10), nn.LogSoftmax(dim=1))
    model[0].register_forward_pre_hook(lambda _, inputs: seen.append(hasattr(inputs[0], "moved")))
    for parameter in model.parameters():
        parameter.moved = True
    with PretendedAccelerator(), mock.patch("torch.cuda.is_available", is_available):
        function(model, TensorDataset(images, labels), batch_size=10)
    return seen
