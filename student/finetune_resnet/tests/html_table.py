"""Public checks of html_table; the grader has more."""

import torch

from checks import rng, run_beside, test_case

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
