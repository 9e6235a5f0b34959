"""Parameters by formula and rows of golden files: the Python side of tests/network.h."""
import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def seed_of(name):
    """FNV-1a."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    return seed


def bits(name, n):
    x = (np.uint64(seed_of(name)) + np.arange(n, dtype=np.uint64) * np.uint64(2654435761)) % 2**32
    for _ in range(2):
        x = (x ^ (x >> np.uint64(16))) * np.uint64(73244475) % 2**32
    return x ^ (x >> np.uint64(16))


def numbers(name, n):
    """In [-1/2, 1/2)."""
    return bits(name, n) / 2.0**32 - 0.5


def single(x):
    """Rounded to float, as the C side starts from."""
    return torch.tensor(np.asarray(x, dtype=np.float32).astype(np.float64))


class Parameters(dict):
    """Leaves by name, made when first asked for."""

    def _make(self, name, shape, values):
        if name not in self:
            self[name] = single(values).reshape(shape).requires_grad_()
        return self[name]

    def matrix(self, name, rows, cols):
        return self._make(name, (rows, cols), 3.0 / np.sqrt(cols) * numbers(name, rows * cols))

    def vector(self, name, cols):
        centre = 1.0 if ".weight" in name else 0.0
        return self._make(name, (cols,), centre + 0.5 * numbers(name, cols))


def tokens(rows, classes):
    return torch.tensor((bits("tokens", rows) % classes).astype(np.int64))


def labels(rows, classes):
    found = (bits("labels", rows) % classes).astype(np.int64)
    found[4::5] = -1
    return torch.tensor(found)


def images(*shape):
    return single(2.0 * numbers("input", int(np.prod(shape)))).reshape(shape)


def write(case, loss, parameters, elements=6):
    """Of each gradient: the largest magnitude (-2), a weighted sum (-1), and some elements."""
    print(f"{case},loss,0,{loss.item()!r}")
    loss.backward()
    for name, x in parameters.items():
        g = (x.grad if x.grad is not None else torch.zeros_like(x)).numpy().ravel()
        print(f"{case},{name},-2,{abs(g).max()!r}")
        print(f"{case},{name},-1,{(g * numbers('weights', g.size)).sum()!r}")
        for index in np.unique(np.linspace(0, g.size - 1, elements).astype(int)):
            print(f"{case},{name},{index},{g[index]!r}")
