# %% [markdown]
# # Error backpropagation on paper
#
# This notebook follows the parts of `handout.md`. Write your derivations into `answers.md` and the
# formulas into `backprop.py`. The cells here check your functions. A check always reads the saved
# `backprop.py`; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import numpy as np
from backprop import delta_hidden, delta_output, forward, grad_w, gradients
from network_figure import draw_network

from check import grader
from figures import curves

draw_network()

# %% [markdown]
# A network of this size with random weights, an example and its target:

# %%
random = np.random.default_rng(0)
weights = [random.normal(size=shape) for shape in ((3, 3), (2, 3), (1, 2))]
x, t = random.normal(size=3), 1.0
z1, z2, z3, y = forward(x, weights)
print("outputs of layer 2:", z2.round(4))
print("outputs of layer 3:", z3.round(4))
print("output:", y.round(4), " error:", 0.5 * (y[0] - t) ** 2)

# %% [markdown]
# ## The output layer

# %%
grader.check("delta_output")

# %%
grader.check("grad_w")

# %%
delta4 = delta_output(y, t)
print("delta_1^(4):", delta4)
print("dE/dw_12^(3):", grad_w(delta4, z3)[0, 1])

# %% [markdown]
# ## The hidden layers

# %%
grader.check("delta_hidden")

# %%
delta3 = delta_hidden(delta4, weights[2], z3)
delta2 = delta_hidden(delta3, weights[1], z2)
print("delta^(3):", delta3, " dE/dw_11^(2):", grad_w(delta3, z2)[0, 0])
print("delta^(2):", delta2, " dE/dw_11^(1):", grad_w(delta2, z1)[0, 0])

# %% [markdown]
# ## All layers

# %%
grader.check("gradients")

# %% [markdown]
# The next cell compares your gradients with finite differences. In every layer, the difference
# should be zero up to rounding (below 1e-8).


# %%
def error(weights):
    return 0.5 * (forward(x, weights)[-1][0] - t) ** 2


def slopes(layer, epsilon=1e-5):
    """Return the finite differences of the error for all weights of a layer."""
    found = np.zeros_like(weights[layer])
    for place in np.ndindex(found.shape):
        moved = [W.copy() for W in weights]
        moved[layer][place] += epsilon
        above = error(moved)
        moved[layer][place] -= 2 * epsilon
        found[place] = (above - error(moved)) / (2 * epsilon)
    return found


yours = gradients(x, t, weights)
for layer, gradient in enumerate(yours):
    off = np.abs(gradient - slopes(layer)).max()
    print(f"w^({layer + 1}): largest difference {off:.1e}")

# %% [markdown]
# Gradients are used for training: a few steps of gradient descent reduce the error of one example
# to zero.

# %%
trained, errors = [W.copy() for W in weights], []
for _ in range(60):
    errors.append(error(trained))
    trained = [W - 0.5 * g for W, g in zip(trained, gradients(x, t, trained), strict=True)]
curves({"error": errors}, x="step", y="error of the example", first=0)
