"""What arrives in a student's code is as like the argument of a local call as can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from autograder.wire import Decoder, Encoder, Handle


def arrived(value: Any) -> Any:
    """Return ``value`` as a student's function gets it."""
    encoder = Encoder(lambda other: Handle(0))
    tree = encoder.encode(value)
    return Decoder(encoder.blobs, lambda handle: handle, as_arguments=True).decode(tree)


def test_a_string_is_the_literal_of_the_program():
    kind = arrived("".join(["r", "nn"]))
    assert kind is "rnn"  # noqa: F632  (as real submissions compare)


def test_keys_of_a_dict_are_literals_too():
    (key,) = arrived({"".join(["be", "ta"]): 1})
    assert key is "beta"  # noqa: F632


@pytest.mark.parametrize("value", [0, 256, -5, True, None])
def test_small_numbers_are_the_same_objects(value):
    assert arrived(value) is value


@pytest.mark.parametrize("value", [0.5, 3, 2**80, 1 + 2j, b"x", (1, [2]), slice(1, None)])
def test_plain_values_keep_their_types(value):
    assert type(arrived(value)) is type(value)
    assert arrived(value) == value


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool"])
def test_an_array_is_contiguous_writable_and_owns_its_memory(dtype):
    array = arrived(np.ones((2, 3), dtype).T)
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert array.flags.owndata
    array.resize((7, 2), refcheck=False)
    array += array


def test_an_array_of_another_byte_order_arrives_in_that_of_the_machine():
    array = arrived(np.arange(3, dtype=">f8"))
    assert array.dtype.isnative
    assert array.tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.bool_])
def test_a_class_of_numbers_can_be_called(kind):
    assert arrived(kind) is kind
    assert arrived(np.dtype(kind)) == np.dtype(kind)


def test_a_number_of_numpy_stays_one_of_numpy():
    assert type(arrived(np.float32(0.5))) is np.float32


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64])
def test_a_tensor_is_a_leaf_whose_memory_can_be_resized(dtype):
    tensor = arrived(torch.ones(2, 3, dtype=dtype).T)
    assert tensor.is_contiguous()
    assert tensor.is_leaf
    tensor.resize_(5, 2)


def test_empty_arrays_and_tensors_keep_their_shapes():
    assert arrived(np.empty((0, 3))).shape == (0, 3)
    assert arrived(torch.empty(2, 0)).shape == (2, 0)
    assert arrived(np.array(2.5)).shape == ()
