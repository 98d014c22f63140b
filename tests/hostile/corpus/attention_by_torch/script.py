"""Compile a script that calls the operator.

outcome: error
"""

SOURCE = """
def attend(q, k, v, mask: Optional[Tensor]):
    return torch.scaled_dot_product_attention(q, k, v, mask)
"""


def stolen():
    return torch.jit.CompilationUnit(SOURCE).attend
