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

    def converted(tensor, arguments, options):
        """Return what ``.to`` gives, and whether it moves; the device may be any."""
        given = [*arguments, *(options[key] for key in ("dtype", "other") if key in options)]
        moves = "device" in options and options["device"] is not None
        for value in given:
            if isinstance(value, Tensor):
                moves, tensor = moves or hasattr(value, "moved"), tensor.to(value.dtype, copy=True)
            elif isinstance(value, torch.dtype):
                tensor = tensor.to(value, copy=True)
            elif not isinstance(value, bool):
                moves = True
        return tensor.clone() if moves else tensor, moves

    def retyped(tensor, kind):
        """Return what ``.type`` gives, and whether the type is one of the accelerator's."""
        if isinstance(kind, torch.dtype):
            return tensor.to(kind, copy=True), hasattr(tensor, "moved")
        name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__name__}"
        dtype = getattr(torch, name.rpartition(".")[2]).dtype
        return tensor.to(dtype, copy=True), ".cuda." in name

    class PretendedAccelerator(TorchFunctionMode):
        """Mark what is moved to any device and all that is computed from it; move nothing."""

        def __torch_function__(self, function, types, arguments=(), options=None):
            options = dict(options or {})
            marked = any(hasattr(tensor, "moved") for tensor in tensors(arguments))
            if marked and function == Tensor.device.__get__:
                return torch.device("cuda", 0)
            if marked and function == Tensor.is_cuda.__get__:
                return True
            if function == Tensor.to:
                result, moves = converted(arguments[0], arguments[1:], options)
                marked |= moves
            elif function == Tensor.type and (len(arguments) > 1 or "dtype" in options):
                kind = arguments[1] if len(arguments) > 1 else options["dtype"]
                result, marked = retyped(arguments[0], kind)
            elif function in (Tensor.cuda, Tensor.cpu):
                result, marked = arguments[0].clone(), True
            else:
                marked |= options.pop("device", None) is not None
                result = function(*arguments, **options)
            for tensor in tensors(result) if marked else ():
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
