"""tweet_sentiment: the reference, its files of weights, and the three ways of part c."""

import importlib
import json
import random
import re
import struct
import sys

import numpy as np
import pytest
import torch

from autograder.course import default_course
from autograder.course.calibration import load_thresholds
from autograder.examine.case_run import seed_of_case
from autograder.prove.sources import gate_grader, grade_text
from autograder.release.student import student_tree
from checks import read_predictions, seeded
from data import dataset, tweets

COURSE = default_course()
PROBLEM = COURSE.problem("tweet_sentiment")
FOLDER = PROBLEM.folder
REFERENCE = (FOLDER / "tweet_sentiment.py").read_text(encoding="utf-8")
MODULES = ("tweet_sentiment", "weights", "experiment", "support")

CASE = "starts_anew_each_time"  # with the seed 6, a new word was one of the training


@pytest.fixture
def problem(monkeypatch):
    """Return a function that imports a module of the problem."""
    monkeypatch.syspath_prepend(str(FOLDER / "questions"))
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    torch.manual_seed(0)
    yield importlib.import_module
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def grader():
    """Return a grader for this problem alone."""
    with gate_grader(COURSE, PROBLEM, seed=5) as made:
        made.only = lambda problem, question: question.name == "accuracy"
        yield made


def csv_of(labels):
    """Return a file of predictions."""
    return "id,label\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))


def right_labels():
    """Return the labels of the released tweets, as 0 and 1."""
    labels = dataset("tweets").held_out.unlabelled_labels()
    return (labels == tweets.POSITIVE).astype(int).tolist()


def accuracy_question(result):
    """Return the one question that was graded."""
    ((question,),) = [problem["questions"] for problem in result["problems"]]
    return question


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I don't know", "i don't know"),
        ("I don’t know", "i don't know"),
        ("see http://t.co/x7 now", "see now"),
        ("@anna_b thanks", "thanks"),
        ("&quot;fish&quot; &amp; chips &lt;3", "fish chips <3"),
        ("soooooo happpppy, good", "soo happy good"),
        ("#summer", "summer"),
        ("", ""),
    ],
)
def test_the_examples_of_the_handout_are_cleaned(problem, text, wanted):
    assert problem("tweet_sentiment").clean(text) == wanted


def test_every_pair_is_in_one_part(problem):
    data = [(f"text {i}", int(i % 7 > 1)) for i in range(203)]
    before = list(data)
    parts = problem("tweet_sentiment").split(data, 4)
    assert data == before
    assert sorted(pair for part in parts for pair in part) == sorted(data)
    for label in (0, 1):
        total = sum(y == label for _, y in data)
        for part, share in zip(parts, (0.6, 0.2, 0.2), strict=True):
            assert abs(sum(y == label for _, y in part) - share * total) <= 1
    random.seed(1)
    assert problem("tweet_sentiment").split(data, 4) == parts
    assert problem("tweet_sentiment").split(data, 5) != parts


def test_weights_are_read_as_the_format_says(problem, tmp_path):
    weights = problem("weights")
    tensors = {"a": torch.randn(3, 2), "b": torch.tensor(7), "c": torch.zeros(0, 4)}
    path = tmp_path / "tweet_sentiment.safetensors"
    weights.write_weights(path, tensors)
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    entry = json.loads(raw[8 : 8 + length])["a"]
    assert (entry["dtype"], entry["shape"]) == ("F32", [3, 2])
    start, end = (8 + length + offset for offset in entry["data_offsets"])
    assert np.frombuffer(raw[start:end], "<f4").tolist() == tensors["a"].flatten().tolist()
    found = weights.read_weights(path)
    assert found.keys() == tensors.keys()
    assert all(torch.equal(found[name], tensors[name]) for name in tensors)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\3\4 something else",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 60)
        + b'{"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}'[:60],
        struct.pack("<Q", 62) + b'{"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}',
    ],
)
def test_a_malformed_file_of_weights_is_one_sentence(problem, tmp_path, raw):
    path = tmp_path / "tweet_sentiment.safetensors"
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r"tweet_sentiment\.safetensors (is not|has a damaged)"):
        problem("weights").read_weights(path)


def test_a_saved_model_predicts_as_before(problem, tmp_path):
    ts = problem("tweet_sentiment")
    texts, labels = ["a good day", "a bad day", "so good", "so bad", ""], [1, 0, 1, 0, 1]
    model = ts.train(texts, labels, texts, labels, num_epochs=2)
    ts.save_trained(model, str(tmp_path))
    assert ts.predict(ts.load_trained(str(tmp_path)), texts) == ts.predict(model, texts)


def test_predictions_are_written_in_the_format_that_is_read(problem, tmp_path):
    path = tmp_path / "predictions.csv"
    problem("experiment").write_predictions(path, [0.9, 0.2, 0.6])
    assert path.read_bytes() == b"id,label\n0,1\n1,0\n2,1\n"
    assert read_predictions(path.read_text(), 3) == [1, 0, 1]


def test_predictions_alone_get_full_points_without_a_training(grader):
    skeleton = student_tree(PROBLEM)["tweet_sentiment.py"].decode()
    labels = right_labels()
    labels[:20] = [1 - label for label in labels[:20]]
    texts = {"tweet_sentiment.py": skeleton, "predictions.csv": csv_of(labels)}
    question = accuracy_question(grade_text(grader, texts, ["accuracy"]))
    assert question["score"] == question["max_score"] == 5
    assert question["metrics"] == {
        "accuracy_of_predictions.csv_on_released_tweets": pytest.approx(1 - 20 / 300)
    }


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([1] * 300, "the accuracy is 50.0%; guessing gives 50%"),
        ([1] * 299, "1 of 300 ids are missing, the first one is 299"),
        ([1] * 301, "has an id that is not in 0 to 299"),
    ],
)
def test_wrong_predictions_get_no_points_though_the_code_is_right(grader, labels, sentence):
    texts = {"tweet_sentiment.py": REFERENCE, "predictions.csv": csv_of(labels)}
    question = accuracy_question(grade_text(grader, texts, ["accuracy"]))
    assert question["score"] == 0
    details = [f"{case['message']} {case['detail']}" for case in question["cases"]]
    assert any(sentence in detail for detail in details), details


@pytest.mark.slow  # trains on the sample
def test_weights_alone_get_full_points_without_a_training(grader, problem, tmp_path):
    ts = problem("tweet_sentiment")
    found = tweets.load("all", "sample")
    pairs = ts.to_binary(zip(found.texts, found.labels.tolist(), strict=True))
    parts = [list(part) for half in (pairs[400:], pairs[:400]) for part in zip(*half, strict=True)]
    folder = tmp_path / "weights_only"
    folder.mkdir()
    ts.save_trained(ts.train(*parts), str(folder))
    train = REFERENCE[REFERENCE.index("def train(") : REFERENCE.index("def predict(")]
    no_train = "def train(*arguments, **options):\n    raise NotImplementedError('train')\n\n\n"
    (folder / "tweet_sentiment.py").write_text(REFERENCE.replace(train, no_train), encoding="utf-8")
    grader.only = lambda problem, question: question.name == "accuracy"
    question = accuracy_question(grader.grade(folder, tmp_path / "result"))
    assert question["score"] == question["max_score"]
    assert set(question["metrics"]) == {
        "accuracy_of_tweet_sentiment.safetensors_on_released_tweets",
        "accuracy_of_tweet_sentiment.safetensors_on_unseen_tweets",
    }


def test_the_handout_states_the_thresholds():
    handout = (FOLDER / "handout.md").read_text(encoding="utf-8")
    found = load_thresholds(FOLDER)
    for size in PROBLEM.data["tweets"]:
        (row,) = re.findall(rf"^\| {size}\b.*$", handout, re.MULTILINE)
        wanted = []
        for metric in ("unseen_accuracy", "released_accuracy"):
            entry = found[metric][size]
            wanted += [f"{entry.mean:.1%}", f"{0.97 * entry.threshold:.1%}"]
        assert re.findall(r"[\d.]+ %", row) == [text.replace("%", " %") for text in wanted]


def test_the_handout_counts_the_tweets_of_the_sample():
    handout = (FOLDER / "handout.md").read_text(encoding="utf-8")
    labels = tweets.load("all", "sample").labels
    negative, positive = ((labels == y).sum() for y in (tweets.NEGATIVE, tweets.POSITIVE))
    assert f"{len(labels):,} tweets, {negative:,} negative and {positive:,} positive" in handout
    assert f"returns {len(tweets.unlabelled())} more tweets" in handout


def test_new_words_differ_from_the_words_of_the_training(problem):
    made_words = problem("support").made_words
    with seeded(seed_of_case(6, "tweet_sentiment", "vocabulary", CASE)):
        words = made_words(12, "words")
        assert set(words) & set(made_words(3, "others"))  # by chance, for this seed
        assert not set(words) & set(made_words(3, "others", apart_from=words))
