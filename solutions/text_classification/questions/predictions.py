"""Cases for the file of predictions that is handed in: nothing is trained."""

from checks import NotHandedIn, read_predictions, record, test_case, text_beside
from data import dataset, review_sentences

OK_FORMAT = False
name = "predictions"

COUNT = review_sentences.UNLABELLED
ENOUGH = 0.65  # of the sentences; the reference reaches 0.74 to 0.77 with the sample


def handed_in(predict):
    """Return the labels in the student's file; fails if there is none, or if it is malformed."""
    text = text_beside(predict, "predictions.csv")
    if text is None:
        raise NotHandedIn(
            "There is no predictions.csv beside text_classification.py; `python comparison.py` "
            "writes it."
        )
    return read_predictions(text, COUNT)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The file predictions.csv must contain each of the 400 unlabelled sentences "
    "once, in order, below the line `id,label`.",
)
def has_a_line_for_each_sentence(predict):
    handed_in(predict)


@test_case(
    points=1.25,
    hidden=True,
    failure_message="Too many labels in predictions.csv are wrong.",
)
def has_the_right_labels(predict):
    right = dataset("review_sentences").held_out.unlabelled_labels().tolist()
    labels = handed_in(predict)
    accuracy = sum(a == b for a, b in zip(labels, right, strict=True)) / COUNT
    record("accuracy_of_predictions_csv", accuracy)
    assert accuracy >= ENOUGH, f"{accuracy:.1%} are right, and {ENOUGH:.0%} are asked for"
