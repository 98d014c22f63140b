# %% [markdown]
# # Captions for images
#
# This notebook leads through parts a to d of `handout.md`. Your code goes into `rnn.py` and
# `bleu_utils.py`, your written answers into `answers.md`. The cells here load the data, check your
# code, train both models and draw their captions. Each check reloads your files; `%autoreload`
# does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is
sys.path.insert(0, "../rnn_layers")  # the layers of the model

import numpy as np
from captioning_solver import decode_captions, one_caption_each, sample_minibatch
from image_captioning import bleu_table, caption_figure, learning_curves, train
from rnn import CaptioningRNN

from check import grader
from data import captioned_images

# %% [markdown]
# ## The data
#
# This notebook uses the largest dataset on your machine. Your package contains scenes of clothes
# with generated sentences. Your course may give you photographs with sentences written by people.

# %%
data = captioned_images.as_dict()
words = data["idx_to_word"]
for split in ("train", "val", "test"):
    captions, features = data[f"{split}_captions"], data[f"{split}_features"]
    print(f"{split:5} {len(features):4} images of {features.shape[1]} features,", end=" ")
    print(f"{len(captions):,} captions of up to {captions.shape[1]} words")
print(f"{data['size']}: {len(words):,} different words, such as", ", ".join(words[:12]))

# %%
print("one image:", *decode_captions(data["train_captions"][:5], words), sep="\n  ")
caption_figure({}, data, "train")

# %% [markdown]
# ## a) Loss and gradients
#
# Fill the holes of `CaptioningRNN.loss`. The check compares its gradients with finite differences.

# %%
grader.check("loss")

# %% [markdown]
# A model with its initial parameters gives all words nearly the same probability. Which loss do
# you expect?

# %%
np.random.seed(0)
captions, features, _ = sample_minibatch(data, "train", 100)
model = CaptioningRNN(data["word_to_idx"], input_dim=features.shape[1])
counted = np.sum(captions[:, 1:] != data["word_to_idx"]["<NULL>"]) / len(captions)
print(f"first loss      {np.squeeze(model.loss(features, captions)[0]):.2f}")
print(f"words x log V   {counted * np.log(len(words)):.2f}")

# %% [markdown]
# ## b) Captions for new images
#
# Fill the holes of `CaptioningRNN.sample`.

# %%
grader.check("sample")

# %% [markdown]
# The untrained model samples words, but its captions make no sense:

# %%
decode_captions(model.sample(features[:3], max_length=10), words)

# %% [markdown]
# ## c) Learning by heart
#
# A model that cannot learn fifty captions by heart has an error. This is the cheapest test of a
# new model; it takes a few seconds.

# %%
grader.check("training")

# %%
small = one_caption_each(data, 50)
models, losses = {}, {}
for cell_type in ("rnn", "lstm"):
    np.random.seed(0)
    models[cell_type], losses[cell_type] = train(
        small, cell_type, epochs=100, report=lambda _: None
    )
    print(f"{cell_type:4} loss of the last step: {losses[cell_type][-1]:.3f}")
learning_curves(losses, "50 captions")

# %%
caption_figure(models, small, "train")

# %% [markdown]
# ## Both models on all captions
#
# This takes about a minute; `python image_captioning.py` does the same on the command line.

# %%
models, losses = {}, {}
for cell_type in ("rnn", "lstm"):
    np.random.seed(0)
    print(cell_type)
    models[cell_type], losses[cell_type] = train(data, cell_type, epochs=10)

# %%
learning_curves(losses, f"{len(data['train_captions']):,} captions of {data['size']}")

# %% [markdown]
# Captions for training images:

# %%
caption_figure(models, data, "train")

# %% [markdown]
# Captions for validation images, which the models have never seen:

# %%
caption_figure(models, data, "val")

# %% [markdown]
# Answer the questions about curves and captions in `answers.md`.
#
# ## d) Unigram BLEU (extra points)
#
# Fill the holes of `BLEU_score` and `evaluate_model`.

# %%
grader.check("BLEU")

# %%
print(bleu_table(models, data, ("train", "val", "test")))
