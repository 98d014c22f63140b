# %% [markdown]
# # An LSTM for film reviews, with and without pretrained word vectors
#
# This notebook leads through parts a to e of `handout.md`. Your code goes into `simple_lstm.py`,
# your written answers into `answers.md`. The cells here load the data, check your code, train your
# networks and draw the results. Each check reads `simple_lstm.py` again; `%autoreload` does the
# same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys

sys.path.insert(0, "..")  # where check.py is

import torch
from helper import (
    HYPERPARAMETERS,
    LEARNING_RATE,
    evaluate,
    load_reviews,
    predict,
    read_word_vectors,
    train,
    write_word_vectors,
)
from run_figures import learning_curves, table_of
from simple_lstm import CustomLSTM, SimpleLSTM, embedding_matrix, three_runs

from check import grader

# %% [markdown]
# ## The data
#
# The cell loads the largest set on your machine. Your package contains 5,000 sentences of reviews;
# the handout says how to get whole reviews.

# %%
reviews = load_reviews()
words = reviews.words
rows, labels = reviews.train.tensors

print(f"{len(reviews.train):,} training and {len(reviews.test):,} test reviews ({reviews.size})")
print(f"{len(words):,} words: {', '.join(words[:12])}, ...")
print(f"{labels.mean():.1%} of the training reviews are positive")

# %% [markdown]
# A row of numbers and its words. The padding is on the left, so the last number is the last word.

# %%
print(rows[0].tolist())
print(" ".join(words[number] for number in rows[0]))
print("label:", labels[0].item())

# %% [markdown]
# ## a) The network

# %%
grader.check("SimpleLSTM")

# %% [markdown]
# Before training, all probabilities are near 1/2.

# %%
torch.manual_seed(0)
model = SimpleLSTM(len(words), **HYPERPARAMETERS)
print(sum(parameter.numel() for parameter in model.parameters()), "parameters")
print(predict(model, rows[:4]).numpy().round(3).ravel())
print("loss {:.3f}, accuracy {:.1%}".format(*evaluate(model, reviews.test)))

# %% [markdown]
# ## b) From scratch

# %%
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
run = train(model, optimizer, reviews.train, reviews.test, num_epochs=5)

# %%
learning_curves({"scratch": run})

# %% [markdown]
# Has the network converged? Answer in `answers.md`.
#
# ## c) The file of word vectors
#
# Look at the file in a text editor too.

# %%
write_word_vectors("word-embeddings.txt")
known_words, vectors = read_word_vectors("word-embeddings.txt")
with open("word-embeddings.txt", encoding="utf-8") as lines:
    print(next(lines)[:70], "...")
print(f"{len(known_words):,} words, vectors {tuple(vectors.shape)}: {', '.join(known_words[:8])}")


# %%
def neighbours(word, count=6):
    """Return the known words with the largest cosine similarity to a known word."""
    units = torch.nn.functional.normalize(vectors, dim=1)
    nearest = (units @ units[known_words.index(word)]).argsort(descending=True)
    return [known_words[i] for i in nearest[1 : count + 1].tolist()]


for word in ("film", "good", "bad", "terrible"):
    print(f"{word}: {', '.join(neighbours(word))}")

# %% [markdown]
# Describe the file in `answers.md`.
#
# ## d) Pretrained vectors

# %%
grader.check("embedding_matrix")

# %%
matrix = embedding_matrix(words, known_words, vectors)
found = len(set(words) & set(known_words))
print(f"matrix {tuple(matrix.shape)}; {found:,} of {len(words):,} words have a vector")

# %%
grader.check("pretrained_model")

# %%
grader.check("three_runs")

# %% [markdown]
# With the sample, the three runs take less than a minute.

# %%
torch.manual_seed(1)
sizes = {name: value for name, value in HYPERPARAMETERS.items() if name != "embedding_dim"}
runs = three_runs(
    reviews.train, reviews.test, matrix, num_epochs=5, learning_rate=LEARNING_RATE, **sizes
)

# %%
print(table_of(runs))

# %%
learning_curves(runs)

# %% [markdown]
# Compare the three runs in `answers.md`. The next check trains on a made-up language.

# %%
grader.check("training")

# %% [markdown]
# ## e) Your own architecture (optional)
#
# The leaderboard ranks the accuracy of `CustomLSTM` on reviews that only the grader has.

# %%
grader.check("CustomLSTM")

# %%
torch.manual_seed(0)
custom = CustomLSTM(matrix)
optimizer = torch.optim.Adam(custom.parameters(), lr=LEARNING_RATE)
runs["custom"] = train(custom, optimizer, reviews.train, reviews.test, num_epochs=5)
print(table_of(runs))
