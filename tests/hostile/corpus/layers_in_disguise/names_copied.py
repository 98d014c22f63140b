"""Answer to the names of the parameters, and attend to nothing; right for a single key.

outcome: error
points: 2.5
"""


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self, name, nn.Linear(d_model, d_model))

    def forward(self, x, key_padding_mask=None, need_weights=False):
        return self.out_proj(self.v_proj(x))
