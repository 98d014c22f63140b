"""Provided: train a captioning model with Adam, draw batches, convert captions to text.

There is nothing to fill in here. N captions in a batch, T words of a caption, D features of an
image. `data` is a dictionary from `data.captioned_images.as_dict()`.
"""

import numpy as np


def decode_captions(captions, idx_to_word):
    """Return the text of each caption, a row of indices `(N, T)`; it ends with `<END>`.

    `<NULL>` and a leading `<START>` are removed.
    """
    texts = []
    for row in np.atleast_2d(captions):
        words = [idx_to_word[int(index)] for index in row]
        words = words[: words.index("<END>") + 1] if "<END>" in words else words
        words = words[1:] if words[:1] == ["<START>"] else words
        texts.append(" ".join(word for word in words if word != "<NULL>"))
    return texts


def sample_minibatch(data, split, batch_size=100):
    """Draw random captions of a split without repetition; a smaller split is used whole.

    Returns a tuple of the captions `(N, T)`, the features of their images `(N, D)`, and the row
    numbers of these images in `data[f"{split}_features"]`, `(N,)`.
    """
    total = len(data[f"{split}_captions"])
    drawn = np.random.permutation(total)[:batch_size]
    rows = data[f"{split}_image_idxs"][drawn]
    return data[f"{split}_captions"][drawn], data[f"{split}_features"][rows], rows


def one_caption_each(data, count):
    """Return `data` with only its first `count` training images and one caption of each."""
    _, firsts = np.unique(data["train_image_idxs"], return_index=True)
    return dict(
        data,
        train_captions=data["train_captions"][firsts[:count]],
        train_image_idxs=data["train_image_idxs"][firsts[:count]],
        train_features=data["train_features"][:count],
    )


class CaptioningSolver:
    """Minimise the loss of a model on the training captions with Adam.

    The model has `params`, a dict of arrays, and `loss(features, captions) -> (loss, grads)`.
    `loss_history` holds the loss of every step, in nats per caption.

    Args:
        model, data: the model and the data.
        num_epochs: the number of passes over all training captions.
        batch_size: the number of captions in a step; the last step of an epoch may have fewer.
        learning_rate: the learning rate of Adam.
        lr_decay: the learning rate is multiplied by this factor after each epoch.
        report: called with a sentence after each epoch.
    """

    def __init__(
        self,
        model,
        data,
        num_epochs=10,
        batch_size=100,
        learning_rate=5e-3,
        lr_decay=1.0,
        report=lambda line: None,
    ):
        self.model, self.data = model, data
        self.num_epochs, self.batch_size = num_epochs, batch_size
        self.learning_rate, self.lr_decay, self.report = learning_rate, lr_decay, report
        self.loss_history = []
        self._mean = {name: np.zeros_like(value) for name, value in model.params.items()}
        self._square = {name: np.zeros_like(value) for name, value in model.params.items()}

    def train(self):
        """Train the model in place."""
        captions, features = self.data["train_captions"], self.data["train_features"]
        images = self.data["train_image_idxs"]
        for epoch in range(1, self.num_epochs + 1):
            losses = []
            order = np.random.permutation(len(captions))
            for start in range(0, len(order), self.batch_size):
                batch = order[start : start + self.batch_size]
                loss, grads = self.model.loss(features[images[batch]], captions[batch])
                losses.append(np.asarray(loss).item())
                self._step(grads, len(self.loss_history) + len(losses))
            self.loss_history += losses
            self.learning_rate *= self.lr_decay
            self.report(f"epoch {epoch:3d}: loss {np.mean(losses):.3f}")

    def _step(self, grads, number):
        """Take one step of Adam for every parameter; `number` counts from 1."""
        for name, value in self.model.params.items():
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (grads[name] - mean)
            square += 0.001 * (grads[name] ** 2 - square)
            size = self.learning_rate * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
            value -= (size * mean / (np.sqrt(square) + 1e-8)).astype(value.dtype)
