"""The gradients of two layers of sigmoid nodes by PyTorch, as the chapter on the tape shows them."""

import torch


def gradients(x, y, *arrays):
    x, y = torch.tensor(x), torch.tensor(y)
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    w1, b1, w2, b2 = leaves
    a = torch.sigmoid(x @ w1 + b1)
    a = torch.sigmoid(a @ w2 + b2)
    cost = ((a - y) ** 2).sum(dim=-1).mean() / 2
    cost.backward()
    return [leaf.grad for leaf in leaves]
