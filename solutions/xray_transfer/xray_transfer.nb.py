# %% [markdown]
# # Pneumonia in chest X-rays
#
# This notebook leads through parts a to c of `handout.md`. Your code goes into
# `xray_transfer.py`, your written answers into `answers.md`. The cells here load the X-rays, check
# your code, train the networks and draw the results. Each check reads `xray_transfer.py` again;
# `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import numpy as np
import torch
from comparison import draw_roc, draw_scores, run, split_of, table
from PIL import Image
from xray_transfer import STRATEGIES, build_model, class_weights, make_dataloaders, make_transform

from check import grader
from figures import curves, heat_map, image_grid

# %% [markdown]
# ## a) The data
#
# The sample is in your package. With a larger set on your machine, leave the argument out.

# %%
pool, test = helper.load_xrays("sample")
print(f"{len(pool.labels)} X-rays, {int(pool.labels.sum())} of them with pneumonia")
image_grid(pool.images[:12] / 255, [helper.CLASSES[k] for k in pool.labels[:12]])

# %%
grader.check("make_transform")

# %% [markdown]
# Look at your random changes: one X-ray, eleven times. Would a physician still accept them?

# %%
transform = make_transform(training=True)
changed = [transform(Image.fromarray(pool.images[0])) for _ in range(11)]
scale = [torch.tensor(numbers)[:, None, None] for numbers in (helper.DEVIATION, helper.MEAN)]
pictures = [(x * scale[0] + scale[1]).clamp(0, 1).permute(1, 2, 0).numpy() for x in changed]
image_grid(pictures, [f"call {i}" for i in range(1, 12)])

# %%
grader.check("split")
grader.check("make_dataloaders")

# %%
train, val = split_of(pool)
counts = np.bincount(train.labels, minlength=2).tolist()
print(len(train.labels), "for training,", len(val.labels), "for validation;", counts)
images, labels = next(iter(make_dataloaders(train, val, test)["train"]))
print("a batch:", tuple(images.shape), tuple(labels.shape))

# %% [markdown]
# ## b) Models and training

# %%
grader.check("class_weights")
grader.check("build_model")

# %%
print("weights of the classes:", class_weights(counts))
for strategy in STRATEGIES:
    parameters = list(build_model(strategy).parameters())
    learning = sum(p.numel() for p in parameters if p.requires_grad)
    print(f"{strategy:8} {learning:>9,} of {sum(p.numel() for p in parameters):,} parameters learn")

# %%
grader.check("train_model")
grader.check("predict_proba")
grader.check("evaluate")
grader.check("fit")

# %% [markdown]
# Train by all three strategies. This takes about a minute.

# %%
results = {strategy: [run(strategy, train, val, test)] for strategy in STRATEGIES}
print(table(results, len(test.labels)))

# %%
draw_scores(results)

# %%
draw_roc(results)

# %%
best = max(results, key=lambda strategy: -min(results[strategy][0]["losses"] or [0]))
print(best)
heat_map(
    results[best][0]["confusion"],
    helper.CLASSES,
    helper.CLASSES,
    rows="true class",
    columns="predicted class",
)

# %%
curves({name: found[0]["losses"] for name, found in results.items()}, x="epoch", y="loss")

# %% [markdown]
# ## c) The 90 % test

# %%
grader.check("accuracy")

# %% [markdown]
# Discuss your results in `answers.md`.
