# %% [markdown]
# # Regions of the softmax
#
# This notebook follows the parts of `handout.md`. Write your formulas into `softmax_regions.py`
# and your explanations into `answers.md`. The cells here check your functions and draw their
# results. A check always reads the saved `softmax_regions.py`; `%autoreload` does the same for the
# other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import numpy as np
import softmax_regions as regions
from softmax_regions import W, b

from check import grader
from figures.regions import decision_regions, lines

names = [r"$\mathcal{C}_1$", r"$\mathcal{C}_2$", r"$\mathcal{C}_3$"]
pairs = [(0, 1), (0, 2), (1, 2)]

# %% [markdown]
# ## 1. The green point

# %%
grader.check("class_probabilities")

# %%
grader.check("intersection_point")

# %%
green = regions.intersection_point(W, b)
print("the green point:", green.round(4))
print("activations there:  ", (W @ green + b).round(4))
print("probabilities there:", regions.class_probabilities(green, W, b).round(4))

# %% [markdown]
# The regions of the three classes, coloured by the largest activation:

# %%
decision_regions(W, b, names, point=green)

# %% [markdown]
# ## 2. Along a red line

# %%
grader.check("boundary_direction")

# %% [markdown]
# Your directions are drawn in red from the green point. They should follow the borders between two
# colours.

# %%
red = {f"{i + 1} and {j + 1}": regions.boundary_direction(i, j, W) for i, j in pairs}
decision_regions(W, b, names, point=green, boundaries=red)

# %% [markdown]
# ## 3. Far away, in the middle of a region

# %%
grader.check("region_direction")

# %%
grader.check("probabilities_along")

# %%
middles = {f"middle of {k + 1}": regions.region_direction(k, W) for k in range(3)}
decision_regions(W, b, names, point=green, boundaries=red, middles=list(middles.values()))

# %% [markdown]
# The probabilities along each red line, and then along the middle of each region:

# %%
distances = np.linspace(0, 3, 61)


def along(direction):
    """Return the probabilities along a ray from the green point, one row for each class."""
    return regions.probabilities_along(green, direction, distances, W, b).T


rays = {f"red line between {pair}": along(direction) for pair, direction in red.items()}
lines(distances, rays, names, x="distance from the green point", y="probability")

# %%
rays = {middle: along(direction) for middle, direction in middles.items()}
lines(distances, rays, names, x="distance from the green point", y="probability")

# %% [markdown]
# The probabilities at the distances 10, a thousand and a million:

# %%
for label, direction in [*red.items(), *middles.items()]:
    far = regions.probabilities_along(green, direction, np.array([10.0, 1e3, 1e6]), W, b)
    print(f"{label:<12}", *(row.round(4) for row in far))

# %% [markdown]
# Explain these curves in `answers.md`.
