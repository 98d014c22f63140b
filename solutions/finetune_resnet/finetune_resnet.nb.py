# %% [markdown]
# # Fine-tune a pretrained network
#
# This notebook leads through the base (parts a to d) and the extensions 1 to 8 of `handout.md`.
# Your code goes into `imagenet_finetune.py`, your written answer into `answers.md`. Each check
# reads `imagenet_finetune.py` again; `%autoreload` does the same for the other cells. Leave out
# the cells of extensions that you do not write.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import helper
import imagenet_finetune as own
import torch
from comparison import Page, compare, draw, seconds_per_epoch, table
from PIL import Image

from check import grader
from data import cifar10
from figures import curves, image_grid

# %% [markdown]
# ## The images
#
# The cell takes the largest set on your machine. Your package contains clothes in place of
# CIFAR-10; the handout says how to get CIFAR-10.

# %%
loaders, classes = helper.make_dataloaders(most=1_200)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
images, labels = next(iter(loaders["train"]))
print(cifar10.load("test").title, {name: len(part.dataset) for name, part in loaders.items()})
print("batches of shape", tuple(images.shape))

# %%
image_grid([helper.to_picture(image) for image in images[:12]], [classes[k] for k in labels[:12]])

# %% [markdown]
# ## The pretrained network

# %%
backbone = helper.pretrained_backbone().eval()
with torch.no_grad():
    features = backbone(images)
print(helper.TITLES[helper.BACKBONE], "has features of shape", tuple(features.shape))
print(f"their mean is {features.mean():.2f}, the largest one {features.max():.0f}")

# %% [markdown]
# ## a) The network

# %%
grader.check("network")

# %% [markdown]
# ## b) Training the new layers

# %%
grader.check("train")

# %% [markdown]
# ## c) Loss and accuracy

# %%
grader.check("evaluate")

# %% [markdown]
# ## d) Training on real images

# %%
grader.check("training")

# %%
torch.manual_seed(0)
model = own.FineTunedNet(len(classes)).to(device)
losses = own.train(model, loaders, device)
for part in ("train", "val"):
    print(
        "{}: loss {:.3f}, accuracy {:.1%}".format(part, *own.evaluate(model, loaders[part], device))
    )

# %%
curves({"training": losses}, x="epoch", y="loss per image")

# %% [markdown]
# ## Extension 1: table of images and probabilities

# %%
grader.check("html_table")

# %%
few = helper.make_dataloaders(most=20)[0]["test"]
own.write_html(model, few, classes, "table.html", device)
with open("table.html", encoding="utf-8") as page:
    text = page.read()
Page(text)

# %% [markdown]
# ## Extension 2: weights of the best validation

# %%
grader.check("best_checkpoint")

# %% [markdown]
# ## Extension 3: L2 penalty

# %%
grader.check("l2_penalty")

# %% [markdown]
# ## Extension 4: other data

# %%
grader.check("own_data")

# %%
digits = own.mnist_set(helper.write_mnist("digits"), train=True)
print(len(digits), "digits; an image has the shape", tuple(digits[0][0].shape))
pictures = own.FolderDataset(helper.write_folder("pictures", "test"), helper.plain_transform())
print(len(pictures), "pictures of", pictures.classes)
chosen = [digits[i] for i in range(6)] + [pictures[35 * i] for i in range(6)]
names = [str(label) for _, label in chosen[:6]] + [pictures.classes[k] for _, k in chosen[6:]]
image_grid([helper.to_picture(image) for image, _ in chosen], names)

# %% [markdown]
# ## Extension 5: other new layers

# %%
grader.check("other_head")

# %% [markdown]
# ## Extension 6: augmentation
#
# The first row shows an image with more and more blur, the second one the same image as it could be
# used in training.

# %%
grader.check("augmentation")

# %%
picture = Image.fromarray(cifar10.load("test").images[0].transpose(1, 2, 0))
training, test = own.make_transforms()
blurs = [own.gaussian_blur(test(picture), sigma) for sigma in (0.5, 1, 1.5, 2, 3)]
shown = [test(picture), *blurs, *(training(picture) for _ in range(6))]
titles = ["sharp", *(f"sigma {sigma}" for sigma in (0.5, 1, 1.5, 2, 3)), *["training"] * 6]
image_grid([helper.to_picture(image) for image in shown], titles)

# %% [markdown]
# ## Extension 7: features computed once

# %%
grader.check("cached_features")

# %%
slow = seconds_per_epoch(own.train, device, 2, most=600)
fast = seconds_per_epoch(own.train_cached, device, 40, most=600)
print(f"an epoch takes {slow:.2f} s, with cached features {fast:.3f} s: {slow / fast:.0f} times")

# %% [markdown]
# ## Extension 8: unfreeze the backbone

# %%
grader.check("unfreezing")

# %% [markdown]
# ## All side by side
#
# With the clothes of your package, all trainings together take two to four minutes.

# %%
found = compare(device)
print(table(found))

# %%
drawn = draw(found)
drawn["accuracies.png"]

# %%
drawn.get("losses.png")

# %% [markdown]
# Discuss the accuracies, the times and the figures in `answers.md`.
