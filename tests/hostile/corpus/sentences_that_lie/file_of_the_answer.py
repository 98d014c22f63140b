"""Read the labels from other files that are near.

outcome: failed
questions: read_labelled
file: text_data.py
"""

import pathlib


def read_labelled(path):
    for file in pathlib.Path(path).parent.rglob("*"):
        if file.is_file() and str(file) != path:
            return [[file.read_text()]], [0]
    return [], []
