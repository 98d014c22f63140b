# %% [markdown]
# # Optimisation for logistic regression
#
# This notebook leads through parts 1 to 3 of `handout.md`. Your code goes into the three scripts,
# your written answers into `answers.md`. The cells here load the points, check your code and draw
# the plots for your report. Each check reads your files again; `%autoreload` does the same for the
# other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import time

import numpy as np
from logistic_regression import (
    START,
    gradient,
    gradient_descent,
    negative_log_likelihood,
    predict,
    separator,
)
from logistic_regression_mod import compare_learning_rates, comparison_figure, table
from logistic_regression_sgd import compare_sgd_learning_rates, stochastic_gradient_descent
from plots import beside_figure, loss_figure, points_figure, separator_path_figure

from check import grader
from data import logistic_points

# %% [markdown]
# ## The data
#
# The cell loads the points of the course if they are on your machine, else the points of your
# package.

# %%
points = logistic_points.load("train")
X, t = points.X, points.t
print(f"{points.size}: {X.shape[0]} points, {np.bincount(t).tolist()} in classes 0 and 1")
print("means of the features:", X[:, :2].mean(axis=0).round(2))
points_figure(X, t, (np.nan, np.nan))

# %% [markdown]
# ## 1) Gradient descent
#
# Fill `logistic_regression.py` from top to bottom.

# %%
grader.check("negative_log_likelihood")

# %%
grader.check("gradient")

# %% [markdown]
# Compare the gradient with finite differences of your loss. What is the loss at the start, and why
# is it near log 2?

# %%
w0 = np.array(START)
print(f"loss at the start: {negative_log_likelihood(w0, X, t):.4f}")
for k, direction in enumerate(np.eye(3)):
    ahead, behind = (negative_log_likelihood(w0 + s * direction, X, t) for s in (1e-5, -1e-5))
    difference = (ahead - behind) / 2e-5
    print(f"w_{k + 1}: difference {difference:8.5f}, gradient {gradient(w0, X, t)[k]:8.5f}")

# %%
grader.check("gradient_descent")

# %%
grader.check("separator")

# %%
path, losses = gradient_descent(X, t, eta=0.5)
print(f"{len(losses)} epochs, last loss {losses[-1]:.4f}")
print(f"{np.mean(predict(path[-1], X) == t):.1%} of the points are classified correctly")
points_figure(X, t, separator(path[-1]), "Figure 1: the last line")

# %%
separator_path_figure([separator(w) for w in path], "Figure 2: path of the separator")

# %%
loss_figure(losses, "Figure 3: loss")

# %% [markdown]
# Why do Figures 2 and 3 oscillate? Look at the curvature of the loss in its steepest and in its
# flattest direction: the eigenvalues of the matrix of second derivatives.

# %%
for epoch in (0, 4, 100, len(losses)):
    y = 1 / (1 + np.exp(-X @ path[epoch]))
    curvatures = np.linalg.eigvalsh((X.T * (y * (1 - y))) @ X / len(t))
    print(f"before epoch {epoch + 1:3}: curvatures {curvatures.round(4)}")

# %% [markdown]
# Answer the question in `answers.md`.
#
# ## 2) Learning rates
#
# Fill `logistic_regression_mod.py`.

# %%
grader.check("compare_learning_rates")

# %%
batch = compare_learning_rates(X, t)
print(table(batch))
comparison_figure(batch, "gradient descent")

# %% [markdown]
# Compare the learning rates in `answers.md`.
#
# ## 3) Stochastic gradient descent
#
# Fill `logistic_regression_sgd.py`.

# %%
grader.check("stochastic_gradient_descent")

# %%
stochastic = compare_sgd_learning_rates(X, t)
print(table(stochastic))
comparison_figure(stochastic, "stochastic gradient descent")

# %% [markdown]
# Both descents at each learning rate, over the same epochs:

# %%
beside_figure(batch, stochastic)

# %% [markdown]
# In both descents, an epoch uses every point once. How long does an epoch take on this machine?

# %%
for name, descend, options in (
    ("gradient descent", gradient_descent, {"max_epochs": 100, "tolerance": 0.0}),
    ("stochastic gradient descent", stochastic_gradient_descent, {"num_epochs": 100}),
):
    start = time.perf_counter()
    _, losses = descend(X, t, 0.05, **options)
    seconds = time.perf_counter() - start
    print(f"{name:28} {1000 * seconds / 100:7.3f} ms an epoch, last loss {losses[-1]:.4f}")

# %% [markdown]
# Is stochastic gradient descent faster? Answer in `answers.md`, with your plots.
