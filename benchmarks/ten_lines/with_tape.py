"""The gradients of two layers of sigmoid nodes by the tape, as the chapter on it shows them."""

from literate_bp import Variable
from literate_bp.activation import sigmoid


def gradients(x, y, *arrays):
    leaves = [Variable(array) for array in arrays]
    w1, b1, w2, b2 = leaves
    a = sigmoid(x @ w1 + b1)
    a = sigmoid(a @ w2 + b2)
    cost = ((a - y) ** 2).sum(axis=-1).mean() / 2
    cost.backward()
    return [leaf.gradient for leaf in leaves]
