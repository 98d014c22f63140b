# %% [markdown]
# # Recurrent layers by hand
#
# This notebook leads through the parts of `handout.md`. Your code goes into `rnn_layers.py`, your
# derivations into `answers.md`. The cells here check your code and show how far back the two
# networks remember. Each check reloads `rnn_layers.py`; `%autoreload` does the same for the other
# cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import numpy as np
import rnn_layers as layers

from check import grader
from figures import curves

random = np.random.default_rng(0)

# %% [markdown]
# ## The RNN
#
# ### 1. One step forward

# %%
grader.check("rnn_step_forward")

# %% [markdown]
# ### 2. One step backward
#
# First derive the gradients in `answers.md`; then write the code.

# %%
grader.check("rnn_step_backward")

# %% [markdown]
# ### 3 and 4. Whole sequences

# %%
grader.check("rnn_forward")

# %%
grader.check("rnn_backward")

# %% [markdown]
# ## The LSTM
#
# ### 1. One step forward

# %%
grader.check("lstm_step_forward")

# %% [markdown]
# ### 2. One step backward

# %%
grader.check("lstm_step_backward")

# %% [markdown]
# If a gradient is wrong, find the gate that causes it: change the columns of one gate only, and
# compare the change of a test loss with the change that your `dWx` predicts. The two numbers of a
# line must agree.

# %%
N, D, H = 3, 4, 5
shapes = ((N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
x, prev_h, prev_c, Wx, Wh, b = (random.normal(0, 0.5, shape) for shape in shapes)
weight_h, weight_c = random.normal(size=(N, H)), random.normal(size=(N, H))


def loss(Wx):
    next_h, next_c, _ = layers.lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
    return np.sum(next_h * weight_h) + np.sum(next_c * weight_c)


*_, cache = layers.lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
dWx = layers.lstm_step_backward(weight_h, weight_c, cache)[3]
for gate, gate_name in enumerate(("forget gate", "input gate", "candidate", "output gate")):
    step = np.zeros_like(Wx)
    step[:, gate * H : (gate + 1) * H] = 1e-5 * random.normal(size=(D, H))
    change, predicted = (loss(Wx + step) - loss(Wx - step)) / 2, np.sum(dWx * step)
    print(f"{gate_name:<12} change of the loss {change: .4e}, predicted {predicted: .4e}")

# %% [markdown]
# ### 3 and 4. Whole sequences

# %%
grader.check("lstm_forward")

# %%
grader.check("lstm_backward")

# %% [markdown]
# ## How far back gradients reach
#
# The loss depends on the last of 60 states only. How large is the gradient at each earlier input?
# The weights are random. The biases of the forget gate are 0 in one LSTM and 3 in the other, which
# opens the gate.

# %%
T, N, D, H = 60, 16, 10, 32
x, h0 = random.normal(size=(T, N, D)), np.zeros((N, H))
dh = np.zeros((T, N, H))
dh[-1] = random.normal(size=(N, H))


def gradient_norms(forward, backward, gates, forget=0.0):
    """Return the mean norm of the gradient at each input, divided by its value at the last."""
    Wx = random.normal(0, 1 / np.sqrt(D + H), (D, gates * H))
    Wh = random.normal(0, 1 / np.sqrt(D + H), (H, gates * H))
    b = np.zeros(gates * H)
    b[: H if gates == 4 else 0] = forget
    _, cache = forward(x, h0, Wx, Wh, b)
    norms = np.linalg.norm(backward(dh, cache)[0], axis=2).mean(axis=1)
    return norms / norms[-1]


norms = {
    "RNN": gradient_norms(layers.rnn_forward, layers.rnn_backward, 1),
    "LSTM": gradient_norms(layers.lstm_forward, layers.lstm_backward, 4),
    "LSTM, forget gate open": gradient_norms(layers.lstm_forward, layers.lstm_backward, 4, 3.0),
}
logarithms = {name: np.log10(values[::-1]) for name, values in norms.items()}
curves(logarithms, x="steps back from the end", y="log10 of the gradient's norm")

# %% [markdown]
# Which of your formulas explains each of the three curves?
#
# ## Layers for captions

# %%
grader.check("temporal_fc")

# %%
grader.check("temporal_softmax_loss")
