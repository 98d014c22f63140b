"""Let pickle import torch.

outcome: forbidden
"""

import pickle


def stolen():
    make = pickle.loads(b"c" + b"tor" + b"ch\nas_tensor\n.")
    make([1.0])
    return make
