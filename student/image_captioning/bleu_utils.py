"""Unigram BLEU of a caption, and its mean over a split (extra points).

``python check.py BLEU`` checks both functions. They do not need the recurrent layers.
"""

from collections import Counter

import numpy as np
from captioning_solver import decode_captions, sample_minibatch

SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")


def BLEU_score(gt_caption, sample_caption):
    """Compute the unigram BLEU of a sampled caption.

    Spaces separate the words. The words in `SPECIAL` do not count in either caption.

    Precision: the number of words of the sample that occur in the reference, divided by the number
    of words of the sample. A word counts at most as often as it occurs in the reference.

    Brevity penalty: 1 if the sample has at least as many words as the reference, otherwise
    `exp(1 - r / s)` with r words in the reference and s words in the sample.

    Args:
        gt_caption: the reference, a string.
        sample_caption: the sampled caption, a string.

    Returns:
        Precision times brevity penalty, from 0 to 1. A sample without words has the score 0.
    """
    # TODO: the words of both captions, precision, penalty (about 6 lines)
    raise NotImplementedError("BLEU_score")


def evaluate_model(model, data, split, batch_size=1000):
    """Return the mean BLEU score of a model over random captions of a split.

    Each drawn caption is the reference for the caption that the model samples for its image.

    Args:
        model: has `sample(features) -> captions`.
        data: a dictionary from `data.captioned_images.as_dict()`.
        split: `"train"`, `"val"` or `"test"`.
        batch_size: the number of captions to draw; a smaller split is used whole.

    Returns:
        A number from 0 to 1.
    """
    # TODO: draw a batch, sample, decode both, compute the mean (about 5 lines)
    raise NotImplementedError("evaluate_model")
