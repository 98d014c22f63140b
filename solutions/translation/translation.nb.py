# %% [markdown]
# # Translation: an RNN and a Transformer
#
# This notebook leads through the parts of `handout.md`. Your code goes into `translation.py`, your
# written answer into `answers.md`. The cells here load the data, check your code, train the models
# and draw their results. Each check reads `translation.py` again; `%autoreload` does the same for
# the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys
import warnings

sys.path.insert(0, "..")  # where check.py is

import numpy as np
import torch
from comparison import NAMES, SCALES, find_device, learn, load_corpus, samples, score_table
from comparison_figures import attention_map, heat_maps, loss_curves
from translation import (
    TranslationTransformer,
    beam_decode,
    causal_mask,
    greedy_decode,
    positional_encoding,
    pretrained_embedding,
    train,
)

from check import grader
from data import glove
from data.tokens import join_tokens
from figures import curves

warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors")

# %% [markdown]
# ## The data
#
# This loads short sentences with frequent words from the largest data on your machine. Your package
# contains a sample of 6,450 pairs; the handout says how to use the full set.

# %%
scale = SCALES["small"]
corpus = load_corpus(scale)
source, target = (torch.from_numpy(rows) for rows in corpus.rows("train"))
print(f"{corpus.size}: {len(source):,} training pairs, {len(corpus.pairs['test']):,} test pairs")
print(f"{len(corpus.french):,} French and {len(corpus.english):,} English words")
for french, english in corpus.pairs["train"][:6]:
    print("  ", " ".join(french), "->", " ".join(english))

# %% [markdown]
# The models read rows of token numbers. These are the rows of the first pair:

# %%
print("source", source[0].tolist())
print("target", target[0].tolist())
print(corpus.english.decode(target[0]))

# %% [markdown]
# ## 1) An embedding of pretrained vectors

# %%
grader.check("pretrained_embedding")

# %%
vectors = glove.load()
embedding = pretrained_embedding(
    corpus.english.words, vectors.words, torch.from_numpy(vectors.vectors)
)
_, found = vectors.rows(corpus.english.words)
print(f"{found.sum():,} of {len(found):,} words have a vector")

# %% [markdown]
# Words with similar use have similar vectors. The cell prints the nearest neighbours of some words,
# by the cosine of the angle between their rows.

# %%
rows = embedding.weight.detach().numpy()
rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
for word in ("he", "tea", "dog", "eat", "brother"):
    if word in corpus.english.words:
        nearest = np.argsort(-rows @ rows[corpus.english.words.index(word)])[1:6]
        print(f"{word:8}", ", ".join(corpus.english.words[i] for i in nearest))

# %% [markdown]
# ## 2) A Transformer
#
# Each row of the left figure is the encoding of a position. The right figure shows how similar two
# positions are, as the scalar product of their encodings.

# %%
grader.check("positional_encoding")

# %%
encoding = positional_encoding(40, 64).numpy()
heat_maps(position_by_number=encoding, position_by_position=encoding @ encoding.T)

# %%
grader.check("causal_mask")

# %%
print(causal_mask(5).int())

# %%
grader.check("TranslationTransformer")

# %%
grader.check("masks")

# %% [markdown]
# Before training, all words are about equally likely for the model. So its loss is close to the
# logarithm of the vocabulary size.

# %%
grader.check("translation_loss")

# %%
grader.check("train")

# %% [markdown]
# A model that cannot memorise 64 pairs has an error. Here the loss must fall almost to zero.

# %%
torch.manual_seed(0)
model = TranslationTransformer(
    len(corpus.french), len(corpus.english), d_model=64, d_ff=128, dropout=0.0
)
losses = train(model, source[:64], target[:64], 60, learning_rate=0.002, batch_size=16)
print(f"from {losses[0]:.2f} to {losses[-1]:.3f} nats; log V is {np.log(len(corpus.english)):.2f}")
curves({"64 pairs": losses}, x="epoch", y="nats per token")

# %%
grader.check("greedy_decode")

# %%
rows = greedy_decode(model, source[:5])
for (french, _), row in zip(corpus.pairs["train"], rows, strict=False):
    print("  ", " ".join(french), "->", join_tokens(corpus.english.decode(row)))

# %%
grader.check("beam_decode")

# %%
for row in beam_decode(model, source[:5], beam_size=4):
    print("  ", join_tokens(corpus.english.decode(row)))

# %% [markdown]
# ## 3) The comparison

# %%
grader.check("bleu")

# %% [markdown]
# The next cell trains three models on the same pairs, which takes some minutes. `python
# comparison.py` does the same and saves the figures in a folder.

# %%
device = find_device()
trained = {}
for name in NAMES:
    torch.manual_seed(0)
    trained[name] = learn(name, corpus, scale, device)

# %%
print(score_table(trained))

# %%
loss_curves(trained, f"{len(source):,} pairs of {corpus.size}")

# %%
print(samples(trained, corpus))

# %%
attention_map(trained, corpus)

# %% [markdown]
# Compare the models in `answers.md`. The last check trains your Transformer on a made-up language.

# %%
grader.check("training")
