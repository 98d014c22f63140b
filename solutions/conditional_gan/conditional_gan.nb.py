# %% [markdown]
# # A conditional generative adversarial network
#
# This notebook leads through parts a to c of `handout.md`. Your code goes into
# `conditional_gan.py`, your written answers into `answers.md`. The cells here check your code,
# train both networks and draw the results. Each check reads `conditional_gan.py` again;
# `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import torch
from conditional_gan import generate, train

from check import grader

# %% [markdown]
# ## The images

# %%
images, labels = helper.load_images()
print(f"{len(images):,} images of shape {tuple(images.shape[1:])}")
helper.draw_images(images[:20], titles=[helper.CLASS_NAMES[k] for k in labels[:20]])

# %% [markdown]
# ## a) Networks that use labels

# %%
grader.check("networks")

# %% [markdown]
# ## b) The two steps, and new images of a class

# %%
grader.check("steps")

# %%
grader.check("generate")

# %% [markdown]
# ## c) Train it
#
# With the images of your package, this takes about a minute.

# %%
torch.manual_seed(0)
generator, history = train(images, labels)
helper.draw_losses(history, ("discriminator", "generator"))

# %% [markdown]
# Four new items of each class:

# %%
classes = torch.arange(10).repeat(4)
helper.draw_images(generate(generator, classes), titles=helper.CLASS_NAMES * 4)

# %%
grader.check("training")

# %% [markdown]
# In `answers.md`, compare these images with those of part a.
