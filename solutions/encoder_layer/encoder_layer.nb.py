# %% [markdown]
# # An encoder layer of the Transformer
#
# This notebook leads through the parts of `handout.md`. Your code goes into `encoder_layer.py`,
# your written answer into `answers.md`; the cells here check what you have written, compare it
# with PyTorch's own layer and show what the heads look at. A check reads `encoder_layer.py` again
# each time; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import encoder_layer as own
import torch
from torch import nn

from check import grader
from figures import curves, heat_map

# %% [markdown]
# ## 1. Scaled dot-product attention
#
# Fill `attention_weights` and `scaled_dot_product_attention`.

# %%
grader.check("scaled_dot_product_attention")

# %% [markdown]
# What the division by $\sqrt{d_k}$ is good for: draw queries and keys whose numbers have variance
# 1, and look at the largest of eight weights. Multiplying the queries by $\sqrt{d_k}$ undoes the
# division.

# %%
torch.manual_seed(0)
sizes = [2**i for i in range(1, 11)]
largest = {"divided": [], "not divided": []}
for d_k in sizes:
    q, k = torch.randn(500, 1, d_k), torch.randn(500, 8, d_k)
    for name, factor in (("divided", 1.0), ("not divided", d_k**0.5)):
        weights = own.attention_weights(factor * q, k)  # (500, 1, 8)
        largest[name].append(weights.max(dim=2).values.mean().item())
curves(largest, x="d_k as a power of two", y="largest of eight weights, mean")

# %% [markdown]
# Explain in `answers.md` what you see and why it matters for learning.
#
# ## 2. Several heads

# %%
grader.check("MultiHeadAttention")

# %% [markdown]
# ## 3. The encoder layer

# %%
grader.check("EncoderLayer")

# %% [markdown]
# ## Comparison with PyTorch
#
# Two layers of the same sizes, yours and PyTorch's, both as they are made. Their random weights
# differ, so the difference of their outputs says nothing.

# %%
torch.manual_seed(0)
d_model, num_heads, d_ff = 64, 4, 128
theirs = nn.TransformerEncoderLayer(d_model, num_heads, d_ff, dropout=0.0, batch_first=True)
yours = own.EncoderLayer(d_model, num_heads, d_ff, dropout=0.0)
x = torch.randn(8, 10, d_model)
padding = torch.arange(10) >= torch.tensor([10, 9, 8, 7, 6, 5, 4, 3])[:, None]


def difference():
    """Return the largest difference of both outputs at positions that are not padding."""
    with torch.no_grad():
        outputs = theirs(x, src_key_padding_mask=padding), yours(x, padding)
    return (outputs[0] - outputs[1])[~padding].abs().max().item()


print(f"before the weights are copied: {difference():.1e}")

# %% [markdown]
# Now copy PyTorch's weights into your layer. In single precision, about seven digits agree, and
# in double precision about fifteen: what is left is rounding.

# %%
yours.load_state_dict(own.from_torch(theirs.state_dict(), num_heads))
print(f"after, in single precision:    {difference():.1e}")
theirs, yours, x = theirs.double(), yours.double(), x.double()
yours.load_state_dict(own.from_torch(theirs.state_dict(), num_heads))
print(f"after, in double precision:    {difference():.1e}")

# %% [markdown]
# Equal outputs for some inputs still leave room for a cut gradient. So compare the gradients of
# the same loss too: PyTorch's, renamed by the same mapping, and yours.

# %%
target = torch.randn(8, 10, d_model, dtype=torch.float64)
for layer in (theirs, yours):
    layer.zero_grad()
    ((layer(x) - target) ** 2).mean().backward()
expected = own.from_torch(
    {name: parameter.grad for name, parameter in theirs.named_parameters()}, num_heads
)
for name, parameter in yours.named_parameters():
    print(f"{name:<25} {(parameter.grad - expected[name]).abs().max():.1e}")

# %% [markdown]
# ## What the heads look at
#
# A task that needs attention: a sequence has eight positions, and each has a colour and a shape
# (as one-hot numbers) and a number of its own. The layer shall tell each position the mean of the
# numbers of all positions that share its colour, and the mean of those that share its shape.

# %%
torch.manual_seed(2)
kinds, length, width = 3, 8, 16


def draw_batch(count):
    """Return sequences (count, 8, 16), what is asked for (count, 8, 2), colours and shapes."""
    colours, shapes = (torch.randint(0, kinds, (count, length)) for _ in range(2))
    numbers = torch.randn(count, length, 1)
    parts = [nn.functional.one_hot(kind, kinds).float() for kind in (colours, shapes)]
    rest = torch.zeros(count, length, width - 2 * kinds - 1)
    means = []
    for kind in (colours, shapes):
        same = (kind[:, :, None] == kind[:, None, :]).float()  # (count, 8, 8)
        means.append(same @ numbers / same.sum(dim=2, keepdim=True))
    return torch.cat([*parts, numbers, rest], dim=2), torch.cat(means, dim=2), colours, shapes


layer, readout = own.EncoderLayer(width, 2, 64, dropout=0.0), nn.Linear(width, 2)
optimizer = torch.optim.Adam([*layer.parameters(), *readout.parameters()], lr=0.005)
losses = []
for _ in range(400):
    sequences, wanted, _, _ = draw_batch(64)
    loss = ((readout(layer(sequences)) - wanted) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
means = [sum(losses[i : i + 20]) / 20 for i in range(0, 400, 20)]
curves({"training": means}, x="times 20 steps", y="mean squared error")

# %% [markdown]
# The weights of both heads on a new sequence, a row for each position that looks. Which head looks
# at colours and which at shapes, or do they share the work? (If you have named or cut your
# projections differently, change the next cell.)

# %%
sequences, _, colours, shapes = draw_batch(1)
attention = layer.attention
with torch.no_grad():
    queries, keys = attention.query(sequences), attention.key(sequences)
    weights = own.attention_weights(attention.split(queries), attention.split(keys))[0]
names = [
    f"{('red', 'green', 'blue')[colour]} {('disc', 'square', 'star')[shape]}"
    for colour, shape in zip(colours[0], shapes[0], strict=True)
]
heat_map(weights[0].numpy().round(2), names, names, rows="looks (head 1)", columns="is looked at")

# %%
heat_map(weights[1].numpy().round(2), names, names, rows="looks (head 2)", columns="is looked at")
