"""NumPy in the place of PyTorch and JAX, where these are not installed.

What a program says, and how it is put into their hands, is so run in every environment. What the libraries make of it
is seen where they are: `nox -s bench`.
"""

import contextlib
import importlib.util
import sys
from types import ModuleType

import numpy as np

from literate_bp.compiled.graph import ELEMENTWISE, PRODUCT
from literate_bp.compiled.torch_backend import RENAMED


def installed_or_stood_in_for(name, monkeypatch):
    """Let NumPy stand in for a library that is not installed."""
    if importlib.util.find_spec(name) is None:
        monkeypatch.setitem(sys.modules, name, {"torch": torch, "jax": jax}[name]())


class Array(np.ndarray):
    """An array of JAX."""


class Untyped(Array):
    """An array that JAX makes of Python's numbers alone: it takes the type of what it is combined with."""

    def __array_ufunc__(self, function, method, *given, **more):
        """Give it the type of the first other array."""
        types = [each.dtype for each in given if isinstance(each, np.ndarray) and not isinstance(each, Untyped)]
        typed = [np.asarray(each, *types[:1]) if isinstance(each, Untyped) else each for each in given]
        return getattr(function, method)(*typed, **more)


def chosen(condition, then, otherwise):
    """Choose entries as JAX does."""
    found = np.where(condition, then, otherwise)
    return found.view(Untyped) if isinstance(then, float) and isinstance(otherwise, float) else found


class Wide(contextlib.AbstractContextManager):
    """Where numbers of JAX may have 64 bits."""

    inside = 0

    def __init__(self, wide):
        assert wide

    def __enter__(self):
        Wide.inside += 1

    def __exit__(self, *_):
        Wide.inside -= 1


def held(array, dtype=None):
    """Copy an array as JAX holds it: with 64 bits where they were asked for."""
    found = np.array(array, dtype).view(Array)
    return found if Wide.inside or found.dtype != np.float64 else found.astype(np.float32)


def jitted(function):
    """Make a function take arrays as JAX holds them."""
    return lambda *given: function(*(held(each) if isinstance(each, np.ndarray) else each for each in given))


def jax():
    """Give what programs take from JAX."""
    module, numpy = ModuleType("jax"), ModuleType("jax.numpy")
    vars(numpy).update(vars(np), where=chosen, asarray=held)
    vars(numpy).update(concatenate=lambda parts: held(np.concatenate(parts)))
    vars(module).update(numpy=numpy, Array=Array, enable_x64=Wide, jit=jitted)
    return module


class Tensor(np.ndarray):
    """An array with the methods of a tensor."""

    def cpu(self):
        return self

    def numpy(self):
        return self.view(np.ndarray)

    def copy_(self, other):
        assert isinstance(other, Tensor)
        self[...] = other


def tensor(array, dtype=None, device=None):
    """Copy an array; `device` is where PyTorch would put it."""
    assert device == "cpu" or Device.inside
    return np.array(array, dtype).view(Tensor)


def as_tensor(array, dtype, device):
    """Take an array as it is where that can be done."""
    assert device == "cpu"
    assert isinstance(array, Tensor) or (array.flags.writeable and array.flags.c_contiguous)
    return np.asarray(array, dtype).view(Tensor)


def of_tensors(function):
    """Make a function of NumPy refuse what is neither a tensor nor a number."""

    def call(*given, out):
        if any(isinstance(each, np.ndarray) and not isinstance(each, Tensor) for each in given):
            raise TypeError(f"{function.__name__} of an array that is no tensor")
        function(*given, out=out)

    return call


def made_by(function):
    """Make a function of NumPy return a tensor."""
    return lambda *given, **more: function(*given, **more).view(Tensor)


class Device(contextlib.AbstractContextManager):
    """Where PyTorch puts what is made inside of it."""

    inside = 0

    def __init__(self, name):
        assert name == "cpu"

    def __enter__(self):
        Device.inside += 1

    def __exit__(self, *_):
        Device.inside -= 1


def made_on_a_device(function):
    """Make a function of NumPy return a tensor, where a device was chosen for it."""

    def made(*given, **more):
        assert Device.inside
        return function(*given, **more).view(Tensor)

    return made


def along(ufunc):
    """Give what combines all entries along an axis, with the arguments in the order of PyTorch."""
    return lambda of, axis, keepdims, *, out: ufunc.reduce(of, axis, None, out, keepdims)


def where(condition, then, otherwise, *, out):
    out[...] = np.where(condition, then, otherwise)


def torch():
    """Give what programs take from PyTorch."""
    module = ModuleType("torch")
    names, types = {*ELEMENTWISE, PRODUCT} - RENAMED.keys(), ("float64", "float32", "float16", "bool")
    vars(module).update({name: of_tensors(getattr(np, name)) for name in names})
    vars(module).update({name: getattr(np, name) for name in types})
    vars(module).update(empty_like=made_by(np.empty_like))
    vars(module).update({name: made_on_a_device(getattr(np, name)) for name in ("empty", "eye", "ones")})
    vars(module).update(eq=of_tensors(np.equal), mv=of_tensors(np.matmul), where=where)
    vars(module).update(sum=along(np.add), amax=along(np.maximum))
    vars(module).update(Tensor=Tensor, tensor=tensor, as_tensor=as_tensor, device=Device)
    return module
