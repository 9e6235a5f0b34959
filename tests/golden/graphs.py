#!/usr/bin/env python3
"""Writes graphs.csv: facts of small networks with NumPy, for tests/test_digraph.c.

Written in other forms than src/graph: edges from adjacency matrices, distances by powers of them,
eigenvalues by LAPACK of the weights themselves, Perron vectors as its eigenvectors. "edges" rows
are networks by chance: the test builds them from the list.

    python3 tests/golden/graphs.py > tests/golden/graphs.csv      (made with NumPy 1.24.2)
"""
import numpy as np


def ring(n):
    return np.roll(np.eye(n, dtype=int), 1, axis=0)  # A[to, from]


def star(n, with_ring):
    A = np.zeros((n, n), dtype=int)
    A[0, 1:] = A[1:, 0] = 1
    return np.maximum(A, ring(n)) if with_ring else A


def path(n):
    return np.eye(n, k=1, dtype=int) + np.eye(n, k=-1, dtype=int)


def grid(rows, columns):
    return np.kron(path(rows), np.eye(columns, dtype=int)) + np.kron(np.eye(rows, dtype=int), path(columns))


def exponential(n):
    A = np.zeros((n, n), dtype=int)
    for k in range(n.bit_length()):
        if 2**k < n:
            A = np.maximum(A, np.linalg.matrix_power(ring(n), 2**k))
    return A


def by_chance(n, share, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    A = (rng.random((n, n)) < share).astype(int)
    A[order, np.roll(order, 1)] = 1
    np.fill_diagonal(A, 0)
    return A


def diameter(A):
    n, reach, rounds = len(A), np.eye(len(A), dtype=int), 0
    while not reach.all():
        reach = ((np.eye(n, dtype=int) + A) @ reach > 0).astype(int)
        rounds += 1
    return rounds


def perron(P):
    values, vectors = np.linalg.eig(P)
    v = vectors[:, np.argmin(abs(values - 1))].real
    return v / v.sum()


def row(text, A):
    n = len(A)
    P = (A + np.eye(n)) / (1 + A.sum(axis=0))
    R = 0.95 * A / A.sum(axis=1, keepdims=True) + 0.05 * np.eye(n)
    modulus = np.sort(abs(np.linalg.eigvals(P)))
    to, source = np.nonzero(A)
    spell = lambda v: " ".join(f"{x:.17g}" for x in v)
    out, into = A.sum(axis=0), A.sum(axis=1)
    print(",".join([text, str(n), " ".join(f"{a}>{b}" for a, b in zip(source, to)), str(diameter(A)),
                    str(out.min()), str(out.max()), str(into.min()), str(into.max()),
                    f"{n * perron(P).max():.17g}", f"{modulus[-2]:.17g}", spell(perron(P)), spell(perron(R.T))]))


print("text,nodes,edges,diameter,out_least,out_most,in_least,in_most,imbalance,second,columns,rows")
row("ring:nodes=2", ring(2))
row("ring:nodes=7", ring(7))
row("bidirectional_ring:nodes=6", np.maximum(ring(6), ring(6).T))
row("star:nodes=5", star(5, False))
row("star:ring=1", star(20, True))
row("grid:nodes=12", grid(3, 4))
row("grid:nodes=7", grid(1, 7))
row("exponential:nodes=11", exponential(11))
row("exponential:nodes=8", exponential(8))
row("complete:nodes=4", 1 - np.eye(4, dtype=int))
row("edges", by_chance(9, 0.2, 1))
row("edges", by_chance(20, 0.05, 2))
row("edges", by_chance(30, 0.3, 3))
