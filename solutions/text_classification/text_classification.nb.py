# %% [markdown]
# # Sentiment of sentences with five models
#
# This notebook leads through the parts of `handout.md`. Your code goes into `text_data.py` and
# `text_classification.py`, your written answer into `answers.md`. The cells here load the data,
# check your code, train the models and draw their results. Each check reads your files again;
# `%autoreload` does the same for the other cells.

# %%
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline

import sys
from pathlib import Path

sys.path.insert(0, "..")  # where check.py is

import torch
from comparison import (
    accuracy_bars,
    best_on_dev,
    build_models,
    compare_all,
    learning_curves,
    read_files,
    read_unlabelled,
    result_table,
    write_files,
)
from text_classification import predict, train
from text_data import build_vocabulary, encode, load_glove, read_labelled
from torch.utils.data import TensorDataset

from check import grader

# %% [markdown]
# ## 1) Sentences, words and vectors
#
# This cell writes the data as text files into the folder `files`: `train.txt`, `dev.txt` and
# `test.txt` with a label at the start of each line, `unlabelled.txt`, and `glove.txt` with word
# vectors.

# %%
folder = Path("files")
print(write_files(folder))
print((folder / "train.txt").read_text(encoding="utf-8")[:600])

# %%
grader.check("read_labelled")

# %%
sentences, labels = read_labelled("files/train.txt")
print(f"{len(sentences):,} sentences, {int(sum(labels)) / len(labels):.1%} of them are positive")
print(int(labels[0]), sentences[0])

# %%
grader.check("build_vocabulary")

# %% [markdown]
# The vocabulary is made from the training sentences only. Some words of the dev sentences are
# unknown, as some words of every new sentence will be.

# %%
vocab = build_vocabulary(sentences)
dev_words = [word for sentence in read_labelled("files/dev.txt")[0] for word in sentence]
unknown = [word for word in dev_words if word not in vocab]
print(f"{len(vocab):,} entries; {len(unknown) / len(dev_words):.1%} of the dev tokens are unknown")

# %%
grader.check("encode")

# %%
tokens, lengths = encode([["a", "moving", "film", "."], ["dull"]], vocab)
print(tokens.tolist(), lengths.tolist())

# %%
grader.check("load_glove")

# %% [markdown]
# Words with similar use have similar vectors. The cell prints the nearest neighbours of some words,
# by the cosine of the angle between their rows.

# %%
vectors = load_glove("files/glove.txt", vocab)
words = sorted(vocab, key=vocab.get)
rows = torch.nn.functional.normalize(torch.as_tensor(vectors), dim=1)
for word in ("good", "bad", "film", "funny"):
    if word in vocab:
        nearest = (rows @ rows[vocab[word]]).argsort(descending=True)[1:6]
        print(f"{word:8}", ", ".join(words[i] for i in nearest))

# %% [markdown]
# ## 2) Five models

# %%
grader.check("BagOfWords")

# %%
grader.check("AverageEmbedding")

# %%
grader.check("GloveAverageEmbedding")

# %%
grader.check("GloveRNN")

# %%
grader.check("GloveLSTM")

# %% [markdown]
# Before training, all probabilities are near 1/2.

# %%
corpus = read_files(folder)
torch.manual_seed(0)
for name, model in build_models(corpus).items():
    p = model(*corpus.parts["train"][:4][:2]).detach()
    print(f"{name:16}", [round(value, 2) for value in p.reshape(-1).tolist()])

# %% [markdown]
# ## 3) Accuracy and training

# %%
grader.check("accuracy")

# %%
grader.check("train")

# %% [markdown]
# A model that cannot memorise 100 sentences has an error. Here the training loss must fall almost
# to zero.

# %%
torch.manual_seed(0)
few = TensorDataset(*corpus.parts["train"][:100])
model, history = train(build_models(corpus)["LSTM, GloVe"], few, corpus.parts["dev"], 25)
print(f"loss from {history[0][0]:.2f} to {history[-1][0]:.3f}")

# %% [markdown]
# ## 4) Comparison
#
# The next cell trains the five models, which takes a minute or two. `python comparison.py` does the
# same and saves the plots in a folder.

# %%
grader.check("compare")

# %%
torch.manual_seed(0)
results = compare_all(corpus)

# %%
print(result_table(results))

# %%
accuracy_bars(results)

# %%
learning_curves(results)

# %% [markdown]
# ## 5) Predictions
#
# `predict` writes the file that you hand in, for 400 sentences whose labels only the grader has.
# The model that is best on the dev sentences predicts them.

# %%
grader.check("predict")

# %%
chosen = best_on_dev(results)
predict(results[chosen][1], read_unlabelled(Path("files/unlabelled.txt"), corpus.vocab))
print(chosen, Path("predictions.csv").read_text(encoding="utf-8").splitlines()[:4])

# %%
grader.check("predictions")

# %% [markdown]
# Which test sentences does this model get wrong? Discuss the results in `answers.md`.

# %%
test_sentences, _ = read_labelled("files/test.txt")
tokens, lengths, labels = corpus.parts["test"].tensors
with torch.no_grad():
    predicted = (results[chosen][1](tokens, lengths).reshape(-1) > 0.5).long()
for i in torch.nonzero(predicted != labels)[:8, 0].tolist():
    print(int(labels[i]), " ".join(test_sentences[i]))

# %%
grader.check("training")
