# %% [markdown]
# # Transfer learning
#
# This notebook leads through parts a to e of `handout.md`. Your code goes into
# `transfer_learning.py`, your written answers into `answers.md`. The cells here load the images,
# check your code, train both networks and draw the results. Each check reads
# `transfer_learning.py` again; `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import torch
from comparison import compare, table
from torch import nn
from transfer_learning import train_model, visualize_model

from check import grader
from data import ants_bees
from figures import image_grid

# %% [markdown]
# ## The images
#
# The cell writes the images of the largest set on your machine into the folder `images` and reads
# them from there. Your package contains clothes in place of ants and bees; the handout says how to
# get the photographs.

# %%
dataloaders, dataset_sizes, class_names = helper.make_dataloaders()
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
images, labels = next(iter(dataloaders["train"]))
print(ants_bees.load("val").title)
print(dataset_sizes, class_names, "batches of shape", tuple(images.shape))

# %%
image_grid([helper.to_picture(image) for image in images], [class_names[k] for k in labels])

# %% [markdown]
# ## The pretrained network
#
# Its last layer `fc` has one output for each of the 1,000 classes of ImageNet.

# %%
model = helper.pretrained_model()
print(helper.TITLES[helper.BACKBONE], "with the last layer", model.fc)
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")

# %% [markdown]
# ## a) The training loop

# %%
grader.check("train_model")

# %% [markdown]
# With `num_epochs=0`, the network is only evaluated. The new last layer is random, so the accuracy
# is near 50 %.

# %%
torch.manual_seed(0)
model.fc = nn.Linear(model.fc.in_features, len(class_names))
model = model.to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.0003)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3)
settings = nn.CrossEntropyLoss(), optimizer, scheduler
untrained = train_model(device, dataloaders, dataset_sizes, model, *settings, num_epochs=0)

# %% [markdown]
# ## b) Pictures with their predictions

# %%
grader.check("visualize_model")

# %%
figure = visualize_model(device, dataloaders, untrained, class_names)

# %% [markdown]
# ## c) Train all layers

# %%
grader.check("finetune")

# %% [markdown]
# ## d) Train the last layer only

# %%
grader.check("freeze")

# %% [markdown]
# ## e) Both side by side
#
# With the clothes of your package, both trainings together take less than a minute.

# %%
accuracies, drawn = compare(device, dataloaders, dataset_sizes, class_names)
print(table(accuracies, class_names))

# %% [markdown]
# Discuss the accuracies, the curves and the pictures in `answers.md`.
