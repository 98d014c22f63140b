"""Row vectors, one class for a layer, and deltas of the whole network first."""

import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def delta_output(y, t):
    return float(np.squeeze(y)) - t


def grad_w(delta_above, z):
    delta_above = np.atleast_1d(delta_above)
    return np.array([[d * value for value in z] for d in delta_above])


def delta_hidden(delta_above, W, z):
    back = np.matmul(np.reshape(delta_above, (1, -1)), W).flatten()
    return back * z - back * np.square(z)


class Network:
    def __init__(self, weights):
        self.weights = weights

    def run(self, x):
        self.z = [np.array(x, dtype=float)]
        for number, W in enumerate(self.weights):
            a = self.z[-1].dot(W.T)
            is_last = number + 1 == len(self.weights)
            self.z.append(a if is_last else sigmoid(a))
        return self.z[-1]

    def errors(self, t):
        self.delta = [None] * len(self.weights)
        self.delta[-1] = [delta_output(self.z[-1], t)]
        for layer in range(len(self.weights) - 1, 0, -1):
            self.delta[layer - 1] = delta_hidden(
                self.delta[layer], self.weights[layer], self.z[layer]
            )


def gradients(x, t, weights):
    network = Network(weights)
    network.run(x)
    network.errors(t)
    return tuple(grad_w(d, z) for d, z in zip(network.delta, network.z[:-1], strict=True))
