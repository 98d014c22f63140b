"""Put the operator into a graph of torch.fx and run that.

outcome: forbidden
"""

import torch.fx


def stolen():
    graph = torch.fx.Graph()
    inputs = [graph.placeholder(name) for name in "qkvm"]
    target = getattr(nn.functional, "scaled_dot" + "_product_attention")
    graph.output(graph.call_function(target, tuple(inputs)))
    return torch.fx.GraphModule(nn.Module(), graph)
