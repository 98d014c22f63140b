"""Provided: train two recurrent models and your Transformer on the same pairs, and compare them.

``python comparison.py`` uses the largest data on this machine and takes some minutes. With an
accelerator, ``python comparison.py --scale large`` trains larger models on all pairs. The script
prints tables and saves figures in the folder that ``--out`` names. You change nothing here.
"""

import argparse
import math
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # where data is
from comparison_figures import attention_map, loss_curves
from seq2seq import Seq2Seq
from translation import (
    TranslationTransformer,
    beam_decode,
    bleu,
    greedy_decode,
    pretrained_embedding,
    train,
)

from data import DataError, glove, sentence_pairs
from data.tokens import Corpus, join_tokens

HERE = Path(__file__).resolve().parent
BATCH = 64
NAMES = ("RNN", "RNN with GloVe", "Transformer")


@dataclass(frozen=True)
class Scale:
    """The amount of data and the sizes of the models."""

    most_tokens: int
    most_words: int
    pairs: int | None
    epochs: int
    d_model: int
    num_layers: int
    d_ff: int
    hidden: int


SCALES = {
    "small": Scale(8, 1_000, 8_000, 6, 128, 2, 256, 256),
    "large": Scale(16, 10_000, None, 20, 256, 4, 1_024, 512),
}


@dataclass
class Trained:
    """A trained model with its losses, translations and BLEU scores."""

    model: nn.Module
    losses: list[float]
    seconds: float
    translations: dict[str, list[str]]  # of the test sentences, for each decoding method
    scores: dict[str, float]


def find_device() -> torch.device:
    """Return the accelerator of this machine, or its CPU."""
    if torch.accelerator.is_available():
        return torch.accelerator.current_accelerator()
    return torch.device("cpu")


def load_corpus(scale: Scale, size: str | None = None) -> Corpus:
    """Load the pairs of short sentences for a scale; default: the largest size here."""
    return sentence_pairs.corpus(size, scale.most_tokens, scale.most_words, scale.pairs)


def build(name: str, corpus: Corpus, scale: Scale) -> nn.Module:
    """Create a new model; `name` is one of `NAMES`."""
    french, english = len(corpus.french), len(corpus.english)
    if name == "Transformer":
        return TranslationTransformer(
            french, english, scale.d_model, num_layers=scale.num_layers, d_ff=scale.d_ff
        )
    vectors = glove.load()
    target = nn.Embedding(english, glove.DIMENSION, padding_idx=0)
    if name == "RNN with GloVe":
        known = torch.from_numpy(vectors.vectors)
        target = pretrained_embedding(corpus.english.words, vectors.words, known)
    source = nn.Embedding(french, scale.d_model, padding_idx=0)
    return Seq2Seq(source, target, scale.hidden)


def translate(model: nn.Module, corpus: Corpus, split: str, beam_size: int = 1) -> list[str]:
    """Translate the French sentences of a split into English ones."""
    source = torch.from_numpy(corpus.rows(split)[0]).to(next(model.parameters()).device)
    longest = corpus.rows("train")[1].shape[1]
    if beam_size > 1:
        rows = beam_decode(model, source, beam_size, longest)
    else:
        rows = [r for part in source.split(200) for r in greedy_decode(model, part, longest)]
    return [join_tokens(corpus.english.decode(row)) for row in rows]


def learn(name: str, corpus: Corpus, scale: Scale, device: torch.device, report=print) -> Trained:
    """Train a new model on the corpus, and translate the test sentences with both decoders."""
    model = build(name, corpus, scale).to(device)
    rows = [torch.from_numpy(part) for part in corpus.rows("train")]
    parameters = sum(value.numel() for value in model.parameters())
    report(f"\n{name}: {parameters:,} parameters")
    start = time.perf_counter()
    hook = model.register_forward_hook(_EpochCount(len(rows[0]), report))
    losses = train(model, *rows, scale.epochs, learning_rate=0.001, batch_size=BATCH)
    hook.remove()
    seconds = time.perf_counter() - start
    report(f"  {seconds:.0f} s, loss {losses[-1]:.3f}")
    said = {"greedy": translate(model, corpus, "test"), "beam": translate(model, corpus, "test", 4)}
    right = corpus.translations("test")
    return Trained(model, losses, seconds, said, {way: bleu(s, right) for way, s in said.items()})


class _EpochCount:
    """Report the end of each epoch, by counting the calls of the model."""

    def __init__(self, pairs: int, report) -> None:
        self.calls, self.steps, self.report = 0, math.ceil(pairs / BATCH), report

    def __call__(self, *_) -> None:
        self.calls += 1
        if self.calls % self.steps == 0:
            self.report(f"  epoch {self.calls // self.steps}")


def score_table(trained: dict[str, Trained]) -> str:
    """Return losses, training times and scores of all models as a table."""
    lines = [f"{'model':16} {'loss':>6} {'seconds':>8} {'BLEU greedy':>12} {'BLEU beam 4':>12}"]
    for name, found in trained.items():
        scores = " ".join(f"{found.scores[way]:12.1f}" for way in ("greedy", "beam"))
        lines.append(f"{name:16} {found.losses[-1]:6.3f} {found.seconds:8.0f} {scores}")
    return "\n".join(lines)


def samples(trained: dict[str, Trained], corpus: Corpus, count: int = 8) -> str:
    """Return test sentences from short to long, each with its reference and translations."""
    order = sorted(range(len(corpus.pairs["test"])), key=lambda i: len(corpus.pairs["test"][i][0]))
    blocks = []
    for i in order[len(order) // (2 * count) :: max(1, len(order) // count)][:count]:
        french, english = corpus.pairs["test"][i]
        lines = [f"{'French':16} {' '.join(french)}", f"{'reference':16} {join_tokens(english)}"]
        lines += [f"{name:16} {found.translations['beam'][i]}" for name, found in trained.items()]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def main(arguments=None) -> None:
    """Train all models, print the tables and save the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    sizes = list(sentence_pairs.available_sizes())
    parser.add_argument("--data", choices=sizes, help="default: the largest size on this machine")
    parser.add_argument("--scale", choices=SCALES, default="small", help="default: small")
    parser.add_argument("--epochs", type=int, help="default: depends on the scale")
    parser.add_argument("--device", type=torch.device, help="default: the accelerator, or cpu")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=HERE / "figures", help="default: figures/")
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")
    scale = SCALES[options.scale]
    if options.epochs:
        scale = Scale(**{**vars(scale), "epochs": options.epochs})
    try:
        corpus = load_corpus(scale, options.data)
    except DataError as error:
        sys.exit(str(error))
    device = options.device or find_device()
    print(f"{corpus.size}: {len(corpus.pairs['train']):,} pairs, {len(corpus.french):,} French and "
          f"{len(corpus.english):,} English words; on {device}")  # fmt: skip
    trained = {}
    for name in NAMES:
        torch.manual_seed(options.seed)
        trained[name] = learn(name, corpus, scale, device)
    print("\n" + score_table(trained) + "\n\n" + samples(trained, corpus))
    options.out.mkdir(parents=True, exist_ok=True)
    title = f"{len(corpus.pairs['train']):,} pairs of {corpus.size}"
    drawn = {
        "loss_curves": loss_curves(trained, title),
        "attention": attention_map(trained, corpus),
    }
    for name, figure in drawn.items():
        figure.savefig(options.out / f"{name}.png", dpi=130)
        print(f"saved {options.out / name}.png")


if __name__ == "__main__":
    main()
