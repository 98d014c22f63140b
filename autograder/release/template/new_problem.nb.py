# %% [markdown]
# # A new problem
#
# This notebook leads through the parts of `handout.md`. Your code goes into `new_problem.py`; a
# check reads that file again each time.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import torch
from new_problem import Perceptron, train

from check import grader
from figures import curves

# %% [markdown]
# ## 1. Standardised columns

# %%
grader.check("standardise")

# %% [markdown]
# ## 2. A loss and its gradient

# %%
grader.check("squared_error")

# %% [markdown]
# ## 3. A small network

# %%
grader.check("Perceptron")

# %% [markdown]
# ## 4. The training loop

# %%
grader.check("training")

# %% [markdown]
# The loss should fall smoothly:

# %%
torch.manual_seed(0)
x = torch.randn(200, 2)
curves({"training": train(Perceptron(2, 8), x, (x.norm(dim=1) > 1).float())}, x="epoch", y="loss")
