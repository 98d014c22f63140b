"""Call the variant that torch chooses on a CPU without a fast one.

outcome: forbidden
"""


def stolen():
    attend = getattr(torch, "_scaled_dot" + "_product_attention_math")
    return lambda *arguments: attend(*arguments)[0]
