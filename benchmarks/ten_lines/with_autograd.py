"""The gradients of two layers of sigmoid nodes by autograd, as the chapter on the tape shows them."""

import autograd.numpy as np
from autograd import grad


def cost(arrays, x, y):
    w1, b1, w2, b2 = arrays
    a = 1 / (1 + np.exp(-(x @ w1 + b1)))
    a = 1 / (1 + np.exp(-(a @ w2 + b2)))
    return np.mean(np.sum((a - y) ** 2, axis=-1)) / 2


def gradients(x, y, *arrays):
    return grad(cost)(list(arrays), x, y)
