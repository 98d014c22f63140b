# %% [markdown]
# # Vanishing gradients
#
# This notebook follows parts a to e of `handout.md`. Write your code into `vanishing_gradients.py`
# and your written answers into `answers.md`. The cells here draw the networks, check your functions
# and draw the figure of gradient norms. A check always reads the saved `vanishing_gradients.py`;
# `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys
from itertools import pairwise

sys.path.insert(0, "..")  # where check.py is

import numpy as np
from drawings import bipartite_figure, chain_figure, norms_figure
from vanishing_gradients import (
    DEPTHS,
    chain_forward,
    chain_gradients,
    draw_networks,
    h_prime,
    norms,
    norms_by_layer,
    pattern,
    zero_in_bipartite,
    zero_in_chain,
)

from check import grader

# %% [markdown]
# ## The chain

# %%
chain_figure()

# %% [markdown]
# ## a) Forward pass

# %%
grader.check("chain_forward")

# %%
for activation in ("logistic", "relu"):
    a, z = chain_forward(0.5, [1.0, -2.0, 1.5, 3.0], activation)
    print(f"{activation:8} activations {a.round(3)}, outputs {z.round(3)}")
print("largest derivative of a logistic unit:", h_prime(np.linspace(-9, 9, 181), "logistic").max())

# %% [markdown]
# ## b) Gradients
#
# Derive the expression first. Then compare your gradients with finite differences:

# %%
x, t, weights = 0.8, -0.3, np.array([1.2, -0.7, 2.0, 1.5])


def error(weights):
    return 0.5 * (chain_forward(x, weights, "logistic")[1][-1] - t) ** 2


steps = 1e-5 * np.eye(len(weights))
slopes = [(error(weights + step) - error(weights - step)) / 2e-5 for step in steps]
print("finite differences", np.round(slopes, 6))
print("gradients         ", np.round(chain_gradients(x, t, weights, "logistic"), 6))

# %%
grader.check("chain_gradients")

# %% [markdown]
# ## c) Norms against depth

# %%
grader.check("gradient_norms")

# %%
norms_figure(DEPTHS, norms())

# %% [markdown]
# The norms of all layers in chains with twelve weights:

# %%
layers = {}
for activation, positive in (("logistic", False), ("relu", True)):
    xs, ts, drawn = draw_networks(500, 12, 1.0, positive)
    layers[activation] = norms_by_layer(xs, ts, drawn, activation)
norms_figure(range(1, 13), layers, x="layer of the weight")

# %% [markdown]
# When are the gradients of early logistic layers small, and when not? Write your answer into
# `answers.md`.
#
# ## d) Zero gradients in a ReLU chain

# %%
grader.check("zero_in_chain")

# %%
for weights in ([1.0, 2.0, 0.5, 1.0], [1.0, -2.0, 0.5, 1.0]):
    a, _ = chain_forward(0.7, weights, "relu")
    on = [True, *(a[:-1] > 0).tolist(), True]
    print("on:", np.array(on).astype(int), end="  ")
    print("zero:", np.array(zero_in_chain(on)).astype(int), end="  ")
    print("gradients:", chain_gradients(0.7, 0.2, weights, "relu"))

# %% [markdown]
# ## e) Complete layers
#
# Units that are off and their connections are drawn grey.

# %%
grader.check("zero_in_bipartite")

# %%
rng = np.random.default_rng(1)
sizes = (3, 4, 4, 4, 1)
weights = [rng.normal(size=(m, n)) for n, m in pairwise(sizes)]
biases = [rng.normal(size=m) - 0.5 for m in sizes[1:]]
on = pattern(rng.normal(size=3), weights, biases)
for layer, zero in enumerate(zero_in_bipartite(on), 1):
    print(f"layer {layer}: {zero.sum()} of {zero.size} weights have a gradient of zero")
bipartite_figure(on=on)

# %% [markdown]
# Write your answers to parts d and e into `answers.md`.
