"""Return every tweet as it is.

outcome: failed
questions: clean
"""


def clean(text):
    return text
