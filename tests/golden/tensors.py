#!/usr/bin/env python3
"""Writes tensors.csv: ten steps of inverse-free Shampoo (arXiv 2402.03496) with a factor for each
axis of a tensor, by einsum over named axes: no unfolding, and factors are whole matrices.

    python3 tests/golden/tensors.py > tests/golden/tensors.csv

The tensor x of shape 4 x 3 x 3 x 2 begins at cos(k), k the number of an element with the last axis
the fastest; its gradient in step t is sin(1 + 1.7 k + 3 t) / 2 + x / 5, the rate 0.1 / (1 + 0.3
(t - 1)).
"""
import csv
import sys

import numpy
from numpy import einsum

SHAPE, STEPS = (4, 3, 3, 2), 10
NAMES, NEW = "abcd", "ABCD"
number = numpy.arange(numpy.prod(SHAPE), dtype=float).reshape(SHAPE)


def on_all(X, matrices):
    """sum_abcd M_Aa M_Bb M_Cc M_Dd X_abcd"""
    pairs = ",".join(new + old for new, old in zip(NEW, NAMES))
    return einsum(f"{pairs},{NAMES}->{NEW}", *matrices, X)


def outer(Z, axis):
    """sum over all axes but one of Z Z"""
    other = NAMES.replace(NAMES[axis], "z")
    return einsum(f"{NAMES},{other}->{NAMES[axis]}z", Z, Z)


def dense(A, block):
    return A


def diagonal(A, block):
    return A * numpy.eye(len(A))


def blocks(A, block):
    place = numpy.arange(len(A)) // block
    return A * (place[:, None] == place)


def upper_toeplitz(A, block):
    n = len(A)
    out = numpy.zeros_like(A)
    for j in range(n):
        mean = sum(A[i, i + j] + (A[i + j, i] if j else 0) for i in range(n - j)) / (n - j)
        for i in range(n - j):
            out[i, i + j] = mean
    return out


def lower_toeplitz(A, block):
    return upper_toeplitz(A, block).T


def walk(factors=dense, block=32, beta2=0.9, momentum=0.9, geodesic=0.5, damping=1e-2, batch=4,
         interval=1, decay=0.0, clip=0.0):
    x, m = numpy.cos(number), numpy.zeros(SHAPE)
    K = [numpy.eye(n) for n in SHAPE]
    M = [numpy.zeros((n, n)) for n in SHAPE]
    for t in range(1, STEPS + 1):
        g = numpy.sin(1 + 1.7 * number + 3 * t) / 2 + x / 5
        size = numpy.sqrt((g * g).sum())
        if clip and size > clip:
            g = g * (clip / size)
        if (t - 1) % interval == 0:
            Z = on_all(g, [A.T for A in K])
            traces = [numpy.trace(A.T @ A) / len(A) for A in K]
            for k, n in enumerate(SHAPE):
                H = batch * outer(Z, k) * n / Z.size
                c = damping * numpy.prod([a for j, a in enumerate(traces) if j != k])
                change = (H + c * K[k].T @ K[k] - numpy.eye(n)) / 2
                M[k] = geodesic * M[k] + (1 - geodesic) * factors(change, block)
                K[k] = K[k] - (1 - beta2) / max(1, numpy.linalg.norm(M[k])) * K[k] @ M[k]
        m = momentum * m + on_all(g, [A @ A.T for A in K]) + decay * x
        x = x - 0.1 / (1 + 0.3 * (t - 1)) * m
    return x


def run(**keys):
    texts = [f"{key}={getattr(value, '__name__', value)}" for key, value in keys.items()]
    text = "if_shampoo:" + ",".join(["axes=all"] + texts)
    for index, value in enumerate(walk(**keys).ravel()):
        out.writerow([text, index, repr(float(value))])


out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["optimizer", "index", "value"])
run(beta2=0.9, damping=0.01, batch=4, decay=0.1)
run(beta2=0.8, momentum=0.5, geodesic=0.3, damping=0.5, batch=8, interval=3, clip=1.0)
run(beta2=0.9, damping=0.01, batch=4, factors=diagonal)
run(beta2=0.9, damping=0.01, batch=4, factors=blocks, block=2)
run(beta2=0.9, damping=0.01, batch=4, factors=upper_toeplitz)
run(beta2=0.9, damping=0.01, batch=4, factors=lower_toeplitz)
