# %% [markdown]
# # A small convolutional network for Fashion-MNIST
#
# This notebook leads through parts a to f of `handout.md`. Your code goes into `simple_cnn.py`,
# your written answers into `answers.md`. The cells here load the data, check your code, train your
# network and draw its results. Each check reads `simple_cnn.py` again; `%autoreload` does the same
# for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import numpy as np
import torch
from evaluation import class_accuracies, confusion_matrix, predict
from simple_cnn import CustomCNN, SimpleCNN, layer_table, mnist_test, mnist_train

from check import grader
from data import fashion_mnist
from figures import bars, curves, heat_map, image_grid

# %% [markdown]
# ## The data
#
# Each image has 28 by 28 grey values from 0 (black) to 1 (white) and shows one of ten kinds of
# clothes. The cell loads the largest set on your machine. Your package contains 2,000 training
# images; the handout says how to get more.

# %%
train_data = fashion_mnist.as_dataset("train")
test_data = fashion_mnist.as_dataset("test")
names = fashion_mnist.CLASSES

images, labels = train_data.tensors
print(f"{len(train_data):,} training images of shape {tuple(images[0].shape)}, {images.dtype}")
print(f"{len(test_data):,} test images; grey values from {images.min():g} to {images.max():g}")
print("training images per class:", torch.bincount(labels).tolist())

# %%
image_grid(images[:18, 0], [names[label] for label in labels[:18]])

# %% [markdown]
# ## a) Shapes and parameters
#
# Compute the rows of `layer_table` with pencil and paper. In `answers.md`, write how you interpret
# the ten outputs for an image.

# %%
grader.check("layer_table")

# %%
for name, before, after, parameters in layer_table():
    print(f"{name:<20} {before!s:<15} -> {after!s:<15} {parameters:>7,} parameters")

# %% [markdown]
# ## b) The network
#
# Create the components in `SimpleCNN.__init__` and apply them in `SimpleCNN.forward`.

# %%
grader.check("SimpleCNN")

# %% [markdown]
# Before training, all probabilities are near 1/10.

# %%
torch.manual_seed(0)
model = SimpleCNN()
print(sum(parameter.numel() for parameter in model.parameters()), "parameters")
print(model(images[:1]).exp().detach().numpy().round(3))

# %% [markdown]
# ## c) Accuracy on a dataset

# %%
grader.check("mnist_test")

# %%
print(f"before training: {mnist_test(model, test_data):.1%} of the test images are correct")

# %% [markdown]
# ## d) The training loop

# %%
grader.check("mnist_train")

# %% [markdown]
# ## e) Five epochs
#
# With 2,000 images this takes some seconds, with all 60,000 a minute or two.

# %%
losses = mnist_train(model, train_data, num_epochs=5, learning_rate=0.001, batch_size=100)
print(f"accuracy on the training images: {mnist_test(model, train_data):.1%}")
print(f"accuracy on the test images:     {mnist_test(model, test_data):.1%}")

# %%
grader.check("training")

# %%
curves({"training": losses}, x="epoch", y="negative log-likelihood per image")

# %% [markdown]
# How good is the network on each class, and which classes does it confuse?

# %%
test_images, test_labels = (tensor.numpy() for tensor in test_data.tensors)
predictions = predict(model, test_data)
bars(class_accuracies(test_labels, predictions), names, unit="accuracy", limits=(0, 1.1))

# %%
matrix = confusion_matrix(test_labels, predictions)
heat_map(matrix, names, names, rows="true class", columns="predicted class")

# %% [markdown]
# The first test images with a wrong prediction:

# %%
wrong = np.flatnonzero(predictions != test_labels)[:18]
captions = [f"{names[test_labels[i]]}\npredicted: {names[predictions[i]]}" for i in wrong]
image_grid(test_images[wrong, 0], captions)

# %% [markdown]
# Discuss these results in `answers.md`.
#
# ## f) Your own architecture (optional)
#
# The leaderboard ranks the accuracy of `CustomCNN` on images that only the grader has, after five
# epochs of your `mnist_train` with its default settings.

# %%
grader.check("CustomCNN")

# %%
torch.manual_seed(0)
custom = CustomCNN()
custom_losses = mnist_train(custom, train_data)
print(f"accuracy on the test images: {mnist_test(custom, test_data):.1%}")
curves(
    {"SimpleCNN": losses, "CustomCNN": custom_losses},
    x="epoch",
    y="negative log-likelihood per image",
)
