"""On a machine without an accelerator, code is watched as if it had one; dtypes stay right."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from checks.devices import moved_batches

IMAGES, LABELS = torch.rand(20, 1, 28, 28, dtype=torch.float64), torch.arange(20) % 10


def run(move):
    """Return what is said of code that gives the model ``move(images)``."""

    def evaluate(model: nn.Module, data, batch_size: int) -> None:
        for images, _ in torch.utils.data.DataLoader(data, batch_size=batch_size):
            moved = move(images)
            assert moved.dtype == torch.float32, "the dtype is lost"
            model(moved)

    return moved_batches(evaluate, IMAGES, LABELS)


@pytest.mark.parametrize(
    "move",
    [
        lambda x: x.to("cuda", torch.float32),
        lambda x: x.to(device="cuda", dtype=torch.float32),
        lambda x: x.to(torch.device("cuda", 0)).float(),
        lambda x: x.type(torch.FloatTensor).to("cuda"),
        lambda x: x.type(torch.FloatTensor).cuda(),
        lambda x: x.type("torch.cuda.FloatTensor"),
        lambda x: x.cuda().to(torch.zeros(1)),
        lambda x: x.cuda().type(torch.float32),
    ],
)
def test_a_moved_batch_keeps_its_dtype(move):
    assert run(move) == [True, True]


@pytest.mark.parametrize(
    "move",
    [
        lambda x: x.float(),
        lambda x: x.to(torch.float32),
        lambda x: x.type(torch.FloatTensor),
        lambda x: x.cuda().type(torch.FloatTensor),
    ],
)
def test_a_batch_that_stays_is_seen(move):
    assert run(move) == [False, False]


def test_what_is_computed_from_a_moved_tensor_is_moved():
    def move(x: Tensor) -> Tensor:
        return x.float().cuda() / 255

    assert run(move) == [True, True]
