"""Lets single modules of lm-polygraph and UQLM be imported without the packages that only their models need.

What is absent becomes a module of inert names. torch is the exception: boostedprob calculates with it, so the dozen
operations that it uses are given on numpy. Packages of the peers are entered by path, without their __init__.
"""

import importlib.machinery
import importlib.util
import sys
import types
from unittest.mock import MagicMock

import numpy as np

ABSENT = (
    "transformers",
    "datasets",
    "PIL",
    "langchain_core",
    "sentence_transformers",
    "bert_score",
    "matplotlib",
    "optuna",
    "pandas",
    "sklearn",
    "lm_polygraph.utils",
)
ENTERED = (
    "lm_polygraph",
    "lm_polygraph.estimators",
    "lm_polygraph.stat_calculators",
    "uqlm",
    "uqlm.utils",
    "uqlm.nli",
    "uqlm.black_box",
    "uqlm.white_box",
    "uqlm.judges",
    "uqlm.scorers",
    "uqlm.scorers.shortform",
)


class InertModule(types.ModuleType):
    """A module in which every name exists and does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock(name=name)


class AbsentFinder:
    """Finds the absent packages and everything in them."""

    def find_spec(self, name, path=None, target=None):
        if not any(name == root or name.startswith(root + ".") for root in ABSENT):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return InertModule(spec.name)

    def exec_module(self, module):
        module.__path__ = []


class Tensor(np.ndarray):
    """The part of torch.Tensor that boostedprob uses."""

    device = "cpu"

    def exp_(self):
        return np.exp(self, out=self)

    def log_(self):
        with np.errstate(divide="ignore"):
            return np.log(self, out=self)

    def size(self, dim):
        return self.shape[dim]

    def int(self):
        return self.astype(np.int64)

    def unsqueeze(self, dim):
        return np.expand_dims(self, dim)

    def squeeze(self, dim):
        return np.asarray(self).squeeze(axis=dim).view(Tensor)

    def expand_as(self, other):
        return np.broadcast_to(self, other.shape).view(Tensor)

    def gather(self, dim, index):
        return np.take_along_axis(self, index, axis=dim)

    def any(self, dim=None, axis=None):
        return np.any(np.asarray(self), axis=axis if dim is None else dim)

    def sum(self, dim=None, **more):
        return np.asarray(self).sum(axis=dim).view(Tensor)

    def numpy(self):
        return np.asarray(self)


def tensor(values):
    return np.array(values).view(Tensor)


def topk(values, k, dim, largest, sorted):
    assert dim == -1 and largest and sorted
    order = np.argsort(-np.asarray(values), axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(values, order, axis=-1), tensor(order)


def torch_on_numpy():
    torch = InertModule("torch")
    torch.__path__ = []
    torch.Tensor, torch.tensor, torch.topk = Tensor, tensor, topk
    torch.bool = np.bool_
    torch.exp = np.exp
    torch.argmax = lambda values, dim: np.atleast_1d(np.argmax(np.asarray(values), axis=dim)).view(Tensor)
    torch.flip = lambda values, dims: np.flip(values, axis=dims)
    torch.arange = lambda count, device: tensor(np.arange(count))
    torch.where = lambda mask, a, b: np.where(mask, a, b).view(Tensor)
    torch.zeros_like = lambda values, dtype: np.zeros(values.shape, dtype=dtype).view(Tensor)
    return torch


def install():
    """To be called before the first import of a peer."""
    torch = torch_on_numpy()
    sys.modules["torch"] = torch
    sys.modules["torch.nn"] = torch.nn = InertModule("torch.nn")
    sys.meta_path.insert(0, AbsentFinder())
    for name in ENTERED:
        spec = importlib.util.find_spec(name)
        module = InertModule(name)
        module.__path__ = list(spec.submodule_search_locations)
        sys.modules[name] = module
