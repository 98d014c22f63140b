"""Trace a program that contains the function.

outcome: error
"""


def stolen(query, keys):
    code = "def f(q, k, v):\n    return torch.scaled_dot_product_attention(q, k, v)\n"
    unit = torch.jit.CompilationUnit(code)
    return unit.f(query, keys, torch.eye(len(keys), dtype=query.dtype))
