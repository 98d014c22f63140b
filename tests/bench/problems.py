"""Problems that have a speed to keep: their grading, and their references beside torch."""

from __future__ import annotations

import os
import runpy
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.course import default_course
from autograder.grade import mistakes as bank
from autograder.grade.batch import Settings, open_grader

from .series import BenchError, Series, repeat

N, T, D, H = 64, 50, 256, 256
SAMPLES_SECONDS = 60.0


def measure(folder: Path, times: int) -> Iterator[Series]:
    """Yield the grading of rnn_layers, the training of captions, and the LSTM beside torch's."""
    yield from _lstm(min(times, 10))
    yield from _graded("rnn_layers", folder, times, target=0.15)
    yield from _training(folder)


def _lstm(times: int) -> Iterator[Series]:
    """Take turns, so that both meet the same machine, with all its cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    try:
        ours, theirs = _reference_lstm(), _torch_lstm()
        pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(times + 1)][1:]
    finally:
        torch.set_num_threads(threads)
    mine, others = zip(*pairs, strict=True)
    what = f"LSTM forward and backward, N = {N}, T = {T}, D = H = {H}, float32"
    yield Series("lstm.reference", f"{what}: reference in numpy", "ms", mine)
    yield Series("lstm.torch", f"{what}: torch", "ms", others)
    ratios = tuple(a / b for a, b in pairs)
    yield Series("lstm.ratio", f"{what}: times torch", "x", ratios)


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _arrays() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    shapes = ((T, N, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,), (T, N, H))
    scale = (1, 1, D**-0.5, H**-0.5, 1, 1)
    drawn = zip(shapes, scale, strict=True)
    return [(s * generator.normal(size=shape)).astype(np.float32) for shape, s in drawn]


def _reference_lstm() -> Callable[[], object]:
    path = default_course().solutions / "rnn_layers" / "rnn_layers.py"
    layers: dict[str, Any] = runpy.run_path(str(path))
    *arguments, dh = _arrays()

    def both() -> object:
        _, cache = layers["lstm_forward"](*arguments)
        return layers["lstm_backward"](dh, cache)

    return both


def _torch_lstm() -> Callable[[], object]:
    x, h0, *_, dh = map(torch.from_numpy, _arrays())
    layer = torch.nn.LSTM(D, H)
    x.requires_grad_()
    states = h0[None].requires_grad_(), torch.zeros(1, N, H)

    def both() -> object:
        layer.zero_grad()
        return layer(x, states)[0].backward(dh)

    return both


def _submission(folder: Path, *problems: str) -> Path:
    path = folder / "-".join(problems)
    path.mkdir(parents=True)
    for name in problems:
        for module, text in bank.reference(default_course().problem(name)).items():
            (path / module).write_text(text, encoding="utf-8")
    return path


def _graded(name: str, folder: Path, times: int, target: float) -> Iterator[Series]:
    submission = _submission(folder / "handed_in", name)
    grader = open_grader(Settings(default_course().root, name, seed=1, level="auto"))

    def grade() -> None:
        result = grader.grade(submission, folder / "results")
        if result["score"] != result["max_score"]:
            raise BenchError(f"the reference of {name} did not get its points")

    with grader.zygote:
        values = repeat(grade, times)
    what = f"{name}: one submission with all its questions, from its files to result.json"
    yield Series(f"{name}.graded", what, "ms", values, target)


def _training(folder: Path) -> Iterator[Series]:
    """Train in confinement what the question asks for, on the student's own layers."""
    submission = _submission(folder / "handed_in", "image_captioning", "rnn_layers")
    settings = Settings(default_course().root, "image_captioning", seed=1, level="auto")
    grader = open_grader(settings)
    with grader.zygote:
        result = grader.grade(submission, folder / "results")
    training = next(q for q in result["problems"][0]["questions"] if q["name"] == "training")
    if training["score"] != training["max_score"]:
        raise BenchError("the reference of image_captioning did not get its points")
    values = (result["times"]["image_captioning.training"],)
    what = "image_captioning: 50 captions learned by both cells, with the grader's part"
    yield Series("image_captioning.training", what, "s", values, SAMPLES_SECONDS)
