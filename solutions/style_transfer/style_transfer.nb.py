# %% [markdown]
# # Style transfer
#
# This notebook leads through parts 1 to 5 of `handout.md`. Your code goes into
# `style_transfer.py`, your written answer into `answers.md`. The cells here show the pictures,
# check your code and generate pictures. Each check reads `style_transfer.py` again; `%autoreload`
# does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import torch
from backbone import extract_features, preprocess
from make_pictures import PICTURES, draw, make
from style_transfer import content_loss, gram_matrix, total_variation_loss

from check import grader
from data import style_images
from figures import heat_map, image_grid

# %% [markdown]
# ## The pictures

# %%
images = style_images.load("all")
for name, picture in images.pictures.items():
    print(f"{name:<14} {picture.shape}")


# %%
def square(picture):
    """Return the middle of a picture, as numbers from 0 to 1."""
    height, width = picture.shape[:2]
    top, left = (height - 256) // 2, (width - 256) // 2
    return picture[top : top + 256, left : left + 256] / 255


sample = style_images.load("all", "sample").pictures
image_grid([square(picture) for picture in sample.values()], list(sample))

# %% [markdown]
# The feature maps of the photograph `coffee`. The later a layer, the fewer places its map has.

# %%
image = preprocess(images["coffee"], 160)
features = extract_features(image)
print("image tensor", tuple(image.shape))
for layer, feature_map in enumerate(features):
    print(f"layer {layer:>2}: {tuple(feature_map.shape)}")

# %% [markdown]
# ## 1) Content loss

# %%
grader.check("content_loss")

# %% [markdown]
# The loss between two photographs is large, the loss between a photograph and itself is zero.

# %%
other = extract_features(preprocess(images["chelsea"], 160)[:, :, :, : image.shape[3]])
print(f"coffee and itself:  {content_loss(1e-5, features[3], features[3]).item():,.0f}")
print(f"coffee and chelsea: {content_loss(1e-5, features[3], other[3]).item():,.0f}")

# %% [markdown]
# ## 2) Gram matrix

# %%
grader.check("gram_matrix")

# %% [markdown]
# The first eight channels of layer 1 in `coffee`:

# %%
numbers = [str(channel) for channel in range(8)]
gram = gram_matrix(features[1]).reshape(64, 64)[:8, :8].detach()
heat_map(gram, numbers, numbers, rows="channel", columns="channel")

# %% [markdown]
# ## 3) Style loss

# %%
grader.check("style_loss")

# %% [markdown]
# ## 4) Total variation

# %%
grader.check("total_variation_loss")

# %% [markdown]
# Noise has a far larger total variation than a photograph.

# %%
print(f"coffee: {total_variation_loss(image, 1.0).item():>9,.0f}")
print(f"noise:  {total_variation_loss(torch.randn_like(image), 1.0).item():>9,.0f}")

# %% [markdown]
# ## 5) Style transfer

# %%
grader.check("style_transfer")

# %% [markdown]
# Two pictures, each with the curve of its loss. The first one starts from the photograph, the
# second one from random pixels.

# %%
torch.manual_seed(0)
draw(*make("chelsea_the_scream"))

# %%
torch.manual_seed(0)
draw(*make("coffee_starry_night"))

# %% [markdown]
# Change a setting and compare. All settings:

# %%
print(PICTURES["chelsea_the_scream"])

# %%
draw(*make("chelsea_the_scream", content_weight=1e-4, num_steps=60))

# %% [markdown]
# Discuss your pictures and their curves in `answers.md`. `python make_pictures.py` saves them in
# the folder `pictures`.
