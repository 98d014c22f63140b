"""Cases for the table of images: which pictures its rows show, and which numbers."""

import torch

from checks import Recognised, rng, run_beside, test_case
from oracle import matches, read_rows, similar

OK_FORMAT = False
name = "html_table"

CLASSES = ["lions", "tigers", "bears", "wolves", "foxes"]
COUNT = 10  # images, in batches of 4
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # as in data.squeezenet


def watch(write_html, images, labels, weight, class_names):
    """Write the table of a small model; return its text, its pictures and the model's modes."""
    import base64
    import io
    import pathlib
    import re
    import tempfile
    import urllib.parse

    import torch
    from PIL import Image
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Colours(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Identity()
            self.head = nn.Linear(12, len(class_names), bias=False)
            with torch.no_grad():
                self.head.weight.copy_(weight)

        def forward(self, images):
            corners = images[:, :, ::4, ::4].flatten(start_dim=1)
            logits = self.head(corners)
            modes.append([self.training, logits.requires_grad])
            return 0.4 * logits if self.training else logits

    def opened(source, folder):
        """Return the picture of an <img> as (8, 8, 3), or None."""
        try:
            if source.startswith("data:"):
                content = base64.b64decode(source.partition(",")[2])
            else:
                source = urllib.parse.unquote(source).removeprefix("file://")
                content = (folder / source).read_bytes()
            with Image.open(io.BytesIO(content)) as file:
                small = file.convert("RGB").resize((8, 8), Image.Resampling.BOX)
            return torch.tensor(list(small.tobytes())).reshape(8, 8, 3)
        except Exception:
            return None

    modes, model = [], Colours()
    loader = DataLoader(TensorDataset(images, labels), 4)
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "table.html"
        write_html(model, loader, list(class_names), path, torch.device("cpu"))
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        sources = re.findall(r"<img[^>]*?\ssrc\s*=\s*[\"']?([^\"'\s>]+)", text, re.IGNORECASE)
        pictures = [opened(source, path.parent) for source in sources[:50]]
    text = re.sub(r"data:[^\"'\s>]{100,}", "data:", text)[:200_000]
    return {"text": text, "pictures": pictures, "modes": modes}


def written(write_html):
    """Return what ``watch`` finds, with the right pictures (N, 8, 8, 3) and probabilities."""
    draw = rng("images")
    colours = torch.from_numpy(draw.uniform(0.1, 0.9, (COUNT, 3, 2, 2)))
    values = colours.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)  # four squares
    mean, deviation = (torch.tensor(x).view(1, 3, 1, 1) for x in (MEAN, DEVIATION))
    images = ((values - mean) / deviation).float()
    weight = torch.from_numpy(draw.normal(0, 0.35, (len(CLASSES), 12))).float()
    labels = torch.from_numpy(draw.integers(0, len(CLASSES), COUNT))
    found = run_beside(watch, write_html, images, labels, weight, CLASSES)
    logits = images[:, :, ::4, ::4].flatten(start_dim=1).double() @ weight.double().T
    if any(training for training, _ in found["modes"]):  # which has its own case
        logits = 0.4 * logits
    return found, values.permute(0, 2, 3, 1), logits.softmax(dim=1)


def study(write_html):
    """Return what ``watch`` finds, the rows of the table, and the right pictures and numbers."""
    found, pictures, chances = written(write_html)
    rows = read_rows(found["text"], CLASSES)
    assert rows, "there is no row with a picture"
    return found, rows, pictures, chances


def shown(found, row, pictures):
    """Return which image the picture of a row shows, and how far the colours differ."""
    picture = found["pictures"][row.picture] if row.picture < len(found["pictures"]) else None
    if picture is None:
        return None, 1.0
    distances = (picture.double() / 255 - pictures).abs().mean(dim=(1, 2, 3))
    return int(distances.argmin()), float(distances.min())


@test_case(
    points=1,
    hidden=False,
    failure_message="write_html must write a table with rows (<tr>) that hold a picture (<img>).",
)
def writes_a_table_with_pictures(write_html):
    found = written(write_html)[0]
    assert "<tr" in found["text"].lower(), "there is no row in the file"
    assert found["pictures"], "there is no picture in the file"
    assert found["pictures"][0] is not None, "the first picture cannot be opened"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The table must have one row for each image of all batches.",
)
def has_a_row_for_each_image(write_html):
    count = len(study(write_html)[1])
    assert count == COUNT, f"for {COUNT} images, {count} rows have a picture"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The pictures are not the images in their own colours. Undo the normalisation.",
)
def shows_the_images_in_their_colours(write_html):
    found, rows, pictures, _ = study(write_html)
    for number, row in enumerate(rows, 1):
        _, distance = shown(found, row, pictures)
        assert distance < 0.04, f"the colours of picture {number} differ by {distance:.2f} or more"


@test_case(
    points=2,
    hidden=True,
    failure_message="The numbers of a row are not the probabilities of an image: neither those of "
    "all classes in order, nor the largest one with the name of its class.",
)
def gives_probabilities(write_html):
    _, rows, _, chances = study(write_html)
    for number, row in enumerate(rows, 1):
        right = [i for i in range(COUNT) if matches(row, chances[i], CLASSES)]
        assert right, f"the numbers of row {number} are {row.numbers[:12]}"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="A row shows one image and the probabilities of another one.",
)
def keeps_picture_and_probabilities_together(write_html):
    found, rows, pictures, chances = study(write_html)
    right = [[i for i in range(COUNT) if matches(row, chances[i], CLASSES)] for row in rows]
    if not any(right):  # other numbers, which have their own case
        right = [similar(row, chances) for row in rows]
    assert any(right), "no row has numbers that belong to an image"
    for number, (row, belongs) in enumerate(zip(rows, right, strict=True), 1):
        image, distance = shown(found, row, pictures)
        image = image if distance < 0.04 else number - 1  # wrong colours are penalised above
        together = not belongs or image in belongs  # and so are wrong numbers
        assert together, f"row {number} has the numbers of another image"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The network must be in evaluation mode and record no gradients.",
)
def predicts_in_evaluation_mode(write_html):
    modes = study(write_html)[0]["modes"]
    assert modes, "the network was never called"
    if any(training for training, _ in modes):
        raise Recognised("table_in_training_mode", "the network is in training mode")
    assert not any(records for _, records in modes), "gradients are recorded"
