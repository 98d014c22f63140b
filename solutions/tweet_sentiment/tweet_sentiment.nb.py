# %% [markdown]
# # Sentiment of tweets
#
# This notebook leads through parts a to c of `handout.md`. Your code goes into
# `tweet_sentiment.py`, your written answers into `answers.md`. Each check reads
# `tweet_sentiment.py` again; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

from collections import Counter

import numpy as np
import torch
from experiment import (
    NAMES,
    accuracy_table,
    confusion_matrix,
    histogram,
    load_pairs,
    run,
    worst_errors,
)
from tweet_sentiment import build_vocabulary, clean, encode, predict, split, tokenize, train

from check import grader
from data import tweets
from figures import curves, heat_map

# %% [markdown]
# ## The data
#
# The cell loads the sample of your package; without `"sample"`, it loads the largest set on your
# machine.

# %%
raw = tweets.load("all", "sample")
print(f"{len(raw):,} tweets; labels: {dict(Counter(raw.labels.tolist()))}")
for text, label in list(zip(raw.texts, raw.labels, strict=True))[:8]:
    print(label, text)

# %% [markdown]
# ## a) Reading, cleaning and splitting

# %%
grader.check("reading")

# %%
pairs = load_pairs("sample")  # with your to_binary
print(f"{len(pairs):,} pairs; labels: {dict(Counter(label for _, label in pairs))}")

# %%
grader.check("clean")

# %% [markdown]
# Look at many cleaned tweets. Is a negation lost? Is a word cut?

# %%
for text, _ in pairs[:10]:
    print(text)
    print("   ", clean(text))

# %%
grader.check("split")

# %%
for name, part in zip(("training", "validation", "test"), split(pairs, 0), strict=True):
    positive = sum(label for _, label in part)
    print(f"{name:10} {len(part):5,} tweets, {positive / len(part):.1%} positive")

# %% [markdown]
# Explain your choices for the cleaning in `answers.md`.
#
# ## b) A recurrent network

# %%
grader.check("vocabulary")

# %%
token_lists = [tokenize(clean(text)) for text, _ in split(pairs, 0)[0]]
vocabulary = build_vocabulary(token_lists)
print(f"{len(vocabulary):,} tokens; the first: {list(vocabulary)[:20]}")
print(token_lists[0], encode(token_lists[0], vocabulary))

# %%
grader.check("model")

# %% [markdown]
# ## c) Accuracy
#
# Train on real tweets. With the sample this takes some seconds. Is the network better than one
# that always gives the more frequent class?

# %%
model, parts, found = run(pairs)
matrices = {name: confusion_matrix(parts[name][1], found[name]) for name in parts}
print(accuracy_table(matrices))

# %%
heat_map(matrices["test"], NAMES, NAMES, rows="true class", columns="predicted class")

# %%
histogram(parts["test"][1], found["test"])

# %% [markdown]
# The surest errors in the test part, with the true class and the predicted probability of
# positive:

# %%
print(worst_errors(*parts["test"], found["test"], count=10))

# %% [markdown]
# More epochs are not always better. The cell trains with one to six epochs and draws the accuracy
# on both parts.

# %%
accuracies = {"training": [], "validation": []}
for num_epochs in range(1, 7):
    torch.manual_seed(0)
    model = train(*parts["training"], *parts["validation"], num_epochs=num_epochs)
    for name, values in accuracies.items():
        texts, labels = parts[name]
        values.append(float(np.mean((np.array(predict(model, texts)) > 0.5) == np.array(labels))))
curves(accuracies, x="number of epochs", y="accuracy")

# %%
grader.check("accuracy")

# %% [markdown]
# Discuss your results in `answers.md`.
