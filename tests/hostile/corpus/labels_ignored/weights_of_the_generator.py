"""Return images made of the weights of the generator.

outcome: failed
"""


def generate(generator, labels):
    flat = torch.cat([p.detach().flatten() for p in generator.parameters()])
    rows = flat.repeat(784 * len(labels) // len(flat) + 1)[: 784 * len(labels)]
    return rows.reshape(-1, 1, 28, 28).sigmoid()
