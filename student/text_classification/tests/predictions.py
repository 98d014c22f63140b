"""Public checks of predictions; the grader has more."""

from checks import NotHandedIn, read_predictions, test_case, text_beside
from data import review_sentences

OK_FORMAT = False
name = "predictions"

COUNT = review_sentences.UNLABELLED


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
