# %% [markdown]
# # Cross-attention on digits
#
# This notebook leads you through parts a to d of `handout.md`. Write your code into
# `cross_attention.py` and your written answer into `answers.md`. The cells here check your code and
# draw the two figures. Each check reloads `cross_attention.py`; `%autoreload` does the same for the
# other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import numpy as np
import torch
from cross_attention import attention_weights, digits_attention, pick_digits

from check import grader
from data import mnist_digits
from figures import heat_map, image_grid

# %% [markdown]
# ## The data
#
# The sources come from the training images and the target from the test images, so the target is
# never one of its own sources.

# %%
train, test = mnist_digits.load("train"), mnist_digits.load("test")
names = mnist_digits.CLASSES
images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
test_images, test_labels = torch.from_numpy(test.images), torch.from_numpy(test.labels)

print(f"{len(images):,} training images of shape {tuple(images[0].shape)}, {images.dtype}")
print(f"{len(test_images):,} test images; grey values from {images.min():g} to {images.max():g}")
print("training images per class:", torch.bincount(labels).tolist())

# %% [markdown]
# ## a) Ten digits as vectors

# %%
grader.check("pick_digits")

# %%
image_grid(pick_digits(images, labels, seed=0).reshape(-1, 28, 28), names, columns=10)

# %% [markdown]
# Another seed picks other digits:

# %%
image_grid(pick_digits(images, labels, seed=1).reshape(-1, 28, 28), names, columns=10)

# %% [markdown]
# ## b) Attention weights
#
# Fill in at least one kind.

# %%
grader.check("attention_weights")

# %% [markdown]
# ## c) The weighted sum

# %%
grader.check("attend")

# %% [markdown]
# ## d) From a five to ten digits

# %%
grader.check("digits_attention")

# %% [markdown]
# The figures below show each kind that you filled in. For `"multiplicative"`, the matrix `W`
# subtracts the mean grey value from both vectors.


# %%
def is_written(kind):
    """Tell whether your attention_weights returns something for this kind."""
    try:
        return attention_weights(torch.eye(2), torch.eye(2), kind, torch.eye(2)) is not None
    except (NotImplementedError, ValueError, KeyError, UnboundLocalError):
        return False


W = (torch.eye(784) - 1 / 784) / 28
kinds = [kind for kind in ("scaled_dot", "dot", "multiplicative") if is_written(kind)]
assert kinds, "Fill in at least one kind in scores, and attention_weights, first."
print("kinds of attention:", ", ".join(kinds))

# %% [markdown]
# The first figure shows the sources, the target, and the weighted sum for each kind.

# %%
data = images, labels, test_images, test_labels

shown = {}
for kind in kinds:
    sources, target, weights, weighted_sum = digits_attention(*data, kind=kind, W=W, seed=3)
    shown |= {f"source {name}": source for name, source in zip(names, sources, strict=True)}
    shown["target"] = target
    shown[f"weighted sum\n{kind}"] = weighted_sum
pictures = [np.reshape(image, (28, 28)) for image in shown.values()]
image_grid(pictures, list(shown), columns=7)

# %% [markdown]
# The second figure is the attention matrix. The first row holds the weights of the target, the
# other rows the weights of ten other test images, one of each class.


# %%
def attention_matrix(kind):
    """Draw the weights of the target and of one test image of each class."""
    others = np.asarray(pick_digits(test_images, test_labels, seed=4))
    queries = torch.from_numpy(np.vstack([np.reshape(target, (1, -1)), others]))
    matrix = attention_weights(queries, torch.as_tensor(sources), kind, W)
    rows = ["target 5", *names]
    return heat_map(np.round(np.asarray(matrix), 3), rows, names, rows="target", columns="source")


attention_matrix(kinds[0])

# %% [markdown]
# Each other kind that you filled in has its own matrix. Compare how the weights are spread.

# %%
attention_matrix(kinds[1 % len(kinds)])

# %%
attention_matrix(kinds[2 % len(kinds)])

# %% [markdown]
# ### Many draws
#
# One draw proves little. The next figures show the mean weights of the ten sources over 200 draws,
# and how often each source gets the largest weight.

# %%
mean_weights, largest = {}, {}
for kind in kinds:
    drawn = [digits_attention(*data, kind=kind, W=W, seed=seed)[2] for seed in range(200)]
    rows = np.stack([np.reshape(weights, -1) for weights in drawn])
    mean_weights[kind] = rows.mean(axis=0)
    largest[kind] = np.bincount(rows.argmax(axis=1), minlength=10) / len(rows)
    print(f"{kind}: the five has the largest weight in {largest[kind][5]:.0%} of the draws")

heat_map(
    np.round(list(mean_weights.values()), 3), kinds, names, rows="mean weight", columns="source"
)

# %%
heat_map(list(largest.values()), kinds, names, rows="largest weight", columns="source")

# %% [markdown]
# The mean length of the vectors of each class:

# %%
for digit in range(10):
    vectors = images[labels == digit].flatten(start_dim=1)
    print(f"{digit}: mean length {vectors.norm(dim=1).mean():.1f}")

# %% [markdown]
# Does the target five have a high correlation with the five among the sources? Answer in
# `answers.md` with the weights of several draws. Explain what else decides which source gets the
# largest weight.
