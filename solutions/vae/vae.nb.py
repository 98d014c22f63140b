# %% [markdown]
# # A variational autoencoder
#
# This notebook leads through parts a to e of `handout.md`. Your code goes into `vae.py`, your
# written answers into `answers.md`. The cells here check your code, train the model and draw the
# results. Each check reads `vae.py` again; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import torch
from vae import VAE, generate, interpolate, reconstruct, train

from check import grader

# %% [markdown]
# ## The images

# %%
images, unseen = helper.load_images(), helper.load_images("test")
print(f"{len(images):,} images of shape {tuple(images.shape[1:])}")
helper.draw_images(images[:20])

# %% [markdown]
# ## a) Encoder and decoder

# %%
grader.check("networks")

# %% [markdown]
# An untrained decoder makes grey noise.

# %%
torch.manual_seed(0)
helper.draw_images(generate(VAE(), 10))

# %% [markdown]
# ## b) The reparametrisation trick and the forward pass

# %%
grader.check("reparameterize")

# %% [markdown]
# ## c) The loss

# %%
grader.check("loss")

# %% [markdown]
# ## d) New images, reconstructions and interpolations

# %%
grader.check("images")

# %% [markdown]
# ## e) Train it
#
# With the images of your package, this takes about 10 seconds.

# %%
model, history = train(images)
helper.draw_terms(history)

# %% [markdown]
# Ten new items:

# %%
helper.draw_images(generate(model, 10))

# %% [markdown]
# Ten unseen images, and their reconstructions below:

# %%
helper.draw_pairs(unseen[:10], reconstruct(model, unseen[:10]))

# %% [markdown]
# From one unseen image to another:

# %%
lines = [interpolate(model, unseen[i], unseen[i + 7], 10) for i in range(3)]
helper.draw_images(torch.cat(lines))

# %%
grader.check("training")

# %% [markdown]
# Discuss the terms and the images in `answers.md`.
