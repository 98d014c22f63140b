"""Write a module that imports torch, and import that.

outcome: forbidden
"""

import pathlib
import sys

pathlib.Path("/tmp/helping.py").write_text("from torch import autograd, tensor")
sys.path.insert(0, "/tmp")
helping = __import__("helping")


class CaptioningRNN(CaptioningRNN):
    def loss(self, features, captions):
        leaves = {k: helping.tensor(v).requires_grad_() for k, v in self.params.items()}
        return helping.autograd.grad(leaves, leaves)
