# %% [markdown]
# # A generative adversarial network
#
# This notebook leads through parts a to c of `handout.md`. Your code goes into `gan.py`, your
# written answers into `answers.md`. The cells here check your code, train both networks and draw
# the results. Each check reads `gan.py` again; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import torch
from gan import OUTPUT_RANGE, Z_DIM, Generator, generate, train

from check import grader

# %% [markdown]
# ## The images

# %%
images = helper.load_images()
print(f"{len(images):,} images of shape {tuple(images.shape[1:])}")
helper.draw_images(images[:20])

# %% [markdown]
# ## a) Networks and losses

# %%
grader.check("networks")

# %%
grader.check("losses")

# %% [markdown]
# An untrained generator makes noise.

# %%
torch.manual_seed(0)
noise = Generator()(torch.randn(10, Z_DIM)).detach()
low, high = OUTPUT_RANGE
helper.draw_images((noise - low) / (high - low))

# %% [markdown]
# ## b) The two steps, and new images

# %%
grader.check("steps")

# %%
grader.check("generate")

# %% [markdown]
# ## c) Train it
#
# With the images of your package, this takes about a minute.

# %%
generator, history = train(images)
helper.draw_losses(history, ("discriminator", "generator"))

# %% [markdown]
# Ten new items:

# %%
helper.draw_images(generate(generator, 10))

# %%
grader.check("training")

# %% [markdown]
# Discuss the curves and the images in `answers.md`.
