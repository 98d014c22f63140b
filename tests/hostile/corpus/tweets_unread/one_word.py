"""Return one word for every tweet.

outcome: failed
questions: clean
points: 0.5
"""


def clean(text):
    return "good"
