# %% [markdown]
# # An encoder layer of the Transformer
#
# This notebook leads you through the parts of `handout.md`. Write your code into
# `encoder_layer.py` and your written answer into `answers.md`. The cells here check your code,
# compare it with PyTorch's own layer and show the attention weights of the heads. Each check
# reloads `encoder_layer.py`; `%autoreload` does the same for the other cells.

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
# Fill in `attention_weights` and `scaled_dot_product_attention`.

# %%
grader.check("scaled_dot_product_attention")

# %% [markdown]
# Why divide by $\sqrt{d_k}$? The next cell draws queries and keys whose entries have variance 1,
# and shows the largest of eight weights, with the division and without it. Multiplying the queries
# by $\sqrt{d_k}$ cancels the division.

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
# ## 2. Multi-head attention

# %%
grader.check("MultiHeadAttention")

# %% [markdown]
# ## 3. The encoder layer

# %%
grader.check("EncoderLayer")

# %% [markdown]
# ## Comparison with PyTorch
#
# Create two layers of the same sizes, yours and PyTorch's. Their random weights differ, so their
# outputs differ too, even if your layer is correct.

# %%
torch.manual_seed(0)
d_model, num_heads, d_ff = 64, 4, 128
theirs = nn.TransformerEncoderLayer(d_model, num_heads, d_ff, dropout=0.0, batch_first=True)
yours = own.EncoderLayer(d_model, num_heads, d_ff, dropout=0.0)
x = torch.randn(8, 10, d_model)
padding = torch.arange(10) >= torch.tensor([10, 9, 8, 7, 6, 5, 4, 3])[:, None]


def difference():
    """Return the largest difference of the outputs at positions that are not padding."""
    with torch.no_grad():
        outputs = theirs(x, src_key_padding_mask=padding), yours(x, padding)
    return (outputs[0] - outputs[1])[~padding].abs().max().item()


print(f"before the weights are copied: {difference():.1e}")

# %% [markdown]
# Now copy PyTorch's weights into your layer. About seven digits agree in single precision, and
# about fifteen in double precision. The rest is rounding.

# %%
yours.load_state_dict(own.from_torch(theirs.state_dict(), num_heads))
print(f"after, in single precision:    {difference():.1e}")
theirs, yours, x = theirs.double(), yours.double(), x.double()
yours.load_state_dict(own.from_torch(theirs.state_dict(), num_heads))
print(f"after, in double precision:    {difference():.1e}")

# %% [markdown]
# Equal outputs do not prove that the gradients are right: a tensor may be detached. So compare the
# gradients of the same loss too. `from_torch` renames PyTorch's gradients.

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
# ## What the heads attend to
#
# This task needs attention. A sequence has eight positions. Each position has a colour and a shape
# (both one-hot) and a number. For each position, the layer must predict two means: the mean number
# of all positions with the same colour, and the mean number of all positions with the same shape.

# %%
torch.manual_seed(2)
kinds, length, width = 3, 8, 16


def draw_batch(count):
    """Return sequences (count, 8, 16), targets (count, 8, 2), colours and shapes."""
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
# The next figures show the weights of both heads on a new sequence, with one row per query. Does
# one head attend to equal colours and the other to equal shapes, or do both attend to both? If your
# projections have other names or shapes, change the next cell.

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
heat_map(weights[0].numpy().round(2), names, names, rows="query (head 1)", columns="key")

# %%
heat_map(weights[1].numpy().round(2), names, names, rows="query (head 2)", columns="key")
