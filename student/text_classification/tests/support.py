"""Small models with known predictions, datasets for them, and the reader of predictions."""

import csv
import io

import torch

from checks import rng, run_beside


def columns_of(Model, *arguments):
    """Return whether the student's models give (N,) or (N, 1), as 1 or 2; 1 if unknown.

    The models of the checks do as the student's own do.
    """
    return run_beside(_count_axes, Model, list(arguments))


def _count_axes(Model, arguments):
    import torch

    try:
        tokens, lengths = torch.tensor([[2, 3], [3, 2], [2, 2]]), torch.tensor([2, 2, 2])
        result = Model(*arguments).eval()(tokens, lengths)
        return 2 if tuple(result.shape) == (3, 1) else 1
    except Exception:  # another question judges this model
        return 1


def numbered_rows(count, first, lengths=None):
    """Return tokens (count, 5) and lengths; sentence i begins with the ids ``first`` and 10 + i."""
    if lengths is None:
        lengths = rng(f"lengths {first}").integers(2, 6, count)
    tokens = rng(f"words {first}").integers(2, 10, (count, 5))
    tokens[:, 0], tokens[:, 1] = first, 10 + torch.arange(count).numpy()
    for row, length in zip(tokens, lengths, strict=True):
        row[length:] = 0
    return torch.from_numpy(tokens), torch.as_tensor(lengths).long()


def read_predictions(text, count):
    """Return the labels of a file of predictions, in the order of the ``count`` sentences.

    Fails with one sentence if the text is not such a file: header, position and label of each
    sentence, every sentence once, in order.
    """
    assert isinstance(text, str), "there is no file of predictions"
    rows = [row for row in csv.reader(io.StringIO(text[: 100 * count + 100])) if row]
    assert rows, "the file of predictions is empty"
    header = [cell.strip() for cell in rows[0]]
    assert header == ["id", "label"], "line 1 of the file of predictions must be: id,label"
    labels, seen = [], set()
    for line, row in enumerate(rows[1:], 2):
        assert len(row) == 2, f"line {line} of the file of predictions needs an id and a label"
        number, label = (cell.strip() for cell in row)
        place = int(number) if number.isdecimal() and len(number) < 10 else count
        assert place < count, (
            f"line {line} of the file of predictions has an id that is not in 0 to {count - 1}"
        )
        assert label in ("0", "1"), f"line {line} has a label that is neither 0 nor 1"
        assert place not in seen, f"line {line} repeats the id {place}"
        seen.add(place)
        labels.append((place, int(label)))
    missing = sorted(set(range(count)) - seen)
    assert not missing, f"{len(missing)} of {count} ids are missing, the first one is {missing[0]}"
    assert labels == sorted(labels), "the ids of the file of predictions are not in order"
    return [label for _, label in labels]


def draw_sentences(count, words, longest=6, label="sentences", shortest=2):
    """Return ``count`` lists of ids from 2 to ``words`` - 1; the first one is the longest."""
    generator = rng(label)
    lengths = generator.integers(shortest, longest, count)
    lengths[0] = longest
    return [generator.integers(2, words, length).tolist() for length in lengths]


def padded(sentences, more=0):
    """Return tokens (N, T) and lengths (N,); T is the longest length and ``more`` columns."""
    lengths = torch.tensor([len(sentence) for sentence in sentences])
    tokens = torch.zeros(len(sentences), int(lengths.max()) + more, dtype=torch.long)
    for row, sentence in zip(tokens, sentences, strict=True):
        row[: len(sentence)] = torch.tensor(sentence)
    return tokens, lengths


def outputs_of(Model, arguments, batches, scale=0.7, seed=0):
    """Return the outputs of a model with random parameters for each batch of tokens and lengths.

    The random numbers have the standard deviation ``scale``. A row that PyTorch itself keeps for
    padding (``padding_idx``) is zero, as it is after any training.
    """
    import torch

    torch.manual_seed(seed)
    model = Model(*arguments)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * scale)
        for part in model.modules():
            if getattr(part, "padding_idx", None) is not None:
                part.weight[part.padding_idx] = 0
    model.eval()
    return [model(tokens, lengths).detach() for tokens, lengths in batches]


def draw_vectors(words, size):
    """Return random vectors (words, size) in float32; row 0 is zero."""
    vectors = torch.from_numpy(rng("vectors").normal(size=(words, size))).float()
    vectors[0] = 0
    return vectors


def each_alone(sentences):
    """Return one batch for each sentence: two copies of it, without padding."""
    return [padded([sentence, sentence]) for sentence in sentences]
