"""Let pickle find the function.

outcome: forbidden
"""

import pickle


def stolen():
    return pickle.loads(b"ctorch._" + b"C._nn\nscaled_dot_product_attention\n.")
