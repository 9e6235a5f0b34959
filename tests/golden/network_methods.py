#!/usr/bin/env python3
"""Writes network_methods.txt: iterates of every method of src/network in NumPy, for
tests/test_methods.c.

Written from the papers in matrix form, with averages over all nodes in place of messages, and with
eigenvectors nowhere. Five nodes, three unknowns, four rows each; all start at 0.
Lines: "row NODE a1 a2 a3 b", "GRAPH METHOD ITERATION x11 x12 x13 x21 …".

    python3 tests/golden/network_methods.py > tests/golden/network_methods.txt  (NumPy 1.24.2)
"""
import numpy as np

N, D, M = 5, 3, 4
DIRECTED = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (0, 2), (3, 1)]
rng = np.random.default_rng(7)
A = np.round(rng.normal(size=(N, M, D)) * np.sqrt([1, 2, 4, 8, 0.5])[:, None, None], 3)
B = np.round(np.einsum("imd,id->im", A, 1 + 0.5 * rng.normal(size=(N, D))), 3)
H = np.einsum("imd,ime->ide", A, A) / M
LOCAL = np.array([np.linalg.eigvalsh(h)[-1] for h in H])
L = np.linalg.eigvalsh(H.mean(0))[-1]


def grad(x):
    return np.stack([A[i].T @ (A[i] @ x[i] - B[i]) / M for i in range(N)])


def adjacency(edges):
    hears = np.zeros((N, N))
    for j, i in edges:
        hears[i, j] = 1
    return hears


def weights(edges):
    """Row- and column-stochastic with equal shares, Metropolis."""
    hears = adjacency(edges) + np.eye(N)
    row = hears / hears.sum(1, keepdims=True)
    column = hears / hears.sum(0, keepdims=True)
    degree = hears.sum(0)
    both = hears / np.maximum.outer(degree, degree)
    np.fill_diagonal(both, 0)
    np.fill_diagonal(both, 1 - both.sum(1))
    return row, column, both


def col(v):
    return np.asarray(v)[:, None]


class Rates:
    """eta_i and gamma of the paper's card; `rule` says what the network makes of them."""

    def __init__(self, rule, safety=0.5, kappa=0.5, leak=False, first=1e-4, start=None, mix=None):
        self.rule, self.safety, self.kappa, self.leak, self.mix = rule, safety, kappa, leak, mix
        self.eta = np.full(N, first) if start is None else start.copy()
        self.gamma = self.eta.copy()
        self.rho = None if start is None else np.ones(N)
        self.smooth, self.old, self.common = None, None, None

    def __call__(self, x, g):
        if self.old is not None:
            ratio = np.linalg.norm(g - self.old[1], axis=1) / np.linalg.norm(x - self.old[0], axis=1)
            if self.smooth is None:
                self.smooth = ratio
            elif self.leak:
                self.smooth = ratio + self.kappa * self.smooth
            else:
                self.smooth = (1 - self.kappa) * ratio + self.kappa * self.smooth
            before = self.eta
            self.eta, self.rho = self.follow(self.eta, self.rho, self.smooth)
            self.share(before)
        self.old = x.copy(), g.copy()
        return col(self.gamma)

    def follow(self, eta, rho, smooth):
        if rho is None:
            return self.safety / smooth, np.zeros_like(smooth)
        new = np.minimum(np.sqrt(1 + rho) * eta, self.safety / smooth)
        return new, new / eta

    def share(self, before):
        eta, ones = self.eta, np.ones(N)
        if self.rule == "none":
            self.gamma = eta
        elif self.rule == "mean":
            self.gamma = eta.mean() * ones
        elif self.rule == "harmonic":
            self.gamma = ones / (1 / eta).mean()
        elif self.rule == "least":
            self.gamma = eta.min() * ones
        elif self.rule == "largest":
            self.gamma = eta.max() * ones
        elif self.rule == "average":
            old = (None, None) if self.common is None else self.common
            self.common = self.follow(old[0], old[1], self.smooth.mean())
            self.gamma = self.common[0] * ones
        elif self.rule == "dlas":
            mixed = self.mix @ self.gamma
            step = mixed + eta - before
            self.gamma = np.where(step > 0, step, mixed)


class Barzilai:
    def __init__(self, cap):
        self.gamma, self.cap, self.old = np.full(N, 1e-4), cap, None

    def __call__(self, x, g):
        if self.old is not None:
            s, y = x - self.old[0], g - self.old[1]
            ss, sy, yy = (s * s).sum(1), (s * y).sum(1), (y * y).sum(1)
            self.gamma = np.minimum(np.minimum(ss / sy, sy / yy), self.cap)
        self.old = x.copy(), g.copy()
        return col(self.gamma)


def constant(rate):
    rate = np.ones(N) * rate
    return lambda x, g: col(rate)


def mean(v):
    return np.tile(v.mean(0), (N, 1))


def gd(net, rates):
    x = np.zeros((N, D))
    while True:
        g = mean(grad(x))
        x = x - rates(x, g) * g
        yield x


def exact(net, rates):
    x = np.zeros((N, D))
    while True:
        g = grad(x)
        x = mean(x - rates(x, g) * g)
        yield x


def printed(net, rates):
    x = np.zeros((N, D))
    while True:
        g = grad(x)
        x = x - rates(x, g) * g
        yield x


def dgd(net, rates):
    x = np.zeros((N, D))
    while True:
        g = grad(x)
        x = net[2] @ x - rates(x, g) * g
        yield x


def extra(net, rates):
    """With the tilde form of the paper: two lines instead of the running sum."""
    W, one = net[2], np.eye(N)
    x0 = np.zeros((N, D))
    a = rates(None, None)
    x1 = W @ x0 - a * grad(x0)
    yield x1
    while True:
        x0, x1 = x1, (one + W) @ x1 - (one + W) / 2 @ x0 - a * (grad(x1) - grad(x0))
        yield x1


def tracking(mixes, tracks, first):
    def run(net, rates):
        x = np.zeros((N, D))
        g = y = grad(x)
        while True:
            a = rates(x, g)
            x = net[mixes] @ (x - a * y) if first else net[mixes] @ x - a * y
            new = grad(x)
            y = net[tracks] @ y + new - g
            g = new
            yield x

    return run


def atc(mixings):
    def run(net, rates):
        W = np.linalg.matrix_power(net[2], mixings)
        x = np.zeros((N, D))
        g = y = grad(x)
        while True:
            x = W @ (x - rates(x, g) * y)
            new = grad(x)
            y = W @ (y + new - g)
            g = new
            yield x

    return run


def push(decay):
    def run(net, rates):
        w, v, t = np.zeros((N, D)), np.ones((N, 1)), 0
        while True:
            t += 1
            w, v = net[1] @ w, net[1] @ v
            z = w / v
            g = grad(z)
            w = w - rates(z, g) / t**decay * g
            yield z

    return run


def push_diging(net, rates):
    C = net[1]
    u, v, x = np.zeros((N, D)), np.ones((N, 1)), np.zeros((N, D))
    g = y = grad(x)
    while True:
        u, v = C @ (u - rates(x, g) * y), C @ v
        x = u / v
        new = grad(x)
        y = C @ y + new - g
        g = new
        yield x


def frost(net, rates):
    R = net[0]
    e, x = np.eye(N), np.zeros((N, D))
    g = y = grad(x)
    while True:
        a = rates(x, g)
        e = R @ e
        x = R @ x - a * y
        new = grad(x) / col(np.diag(e))
        y = R @ y + new - g
        g = new
        yield x


def chen_wang(net, rates):
    x = np.zeros((N, D))
    g = y = grad(x)
    while True:
        x = mean(x - rates(x, y) * y)
        new = grad(x)
        y = mean(y + new - g)
        g = new
        yield x


def main():
    print("# Made by network_methods.py; do not edit.")
    for i in range(N):
        for a, b in zip(A[i], B[i]):
            print("row", i, *a, b)
    both = weights(DIRECTED), weights(DIRECTED + [(i, j) for j, i in DIRECTED])
    row, _, metropolis = both[0][0], None, both[1][2]
    alone = lambda **keys: Rates("none", kappa=0, **keys)
    cases = [
        (0, "gd", gd, constant(1 / L)),
        (0, "adgd", gd, alone()),
        (0, "dlas_ftc", exact, Rates("mean")),
        (0, "dlas_ftc:pass=fused", exact, Rates("mean")),
        (0, "dlas_ftc:rule=none,filter=0.3,safety=0.4", exact, Rates("none", 0.4, 0.3)),
        (0, "dlas_ftc:rule=none,pass=fused", exact, Rates("none")),
        (0, "dlas_ftc:rule=harmonic,first=1e-3", exact, Rates("harmonic", first=1e-3)),
        (0, "dlas_ftc:rule=average,pass=fused", exact, Rates("average", kappa=0)),
        (0, "dlas_ftc:rule=least,safety=0.9", exact, Rates("least", 0.9)),
        (0, "dlas_ftc:rule=largest,safety=0.1", exact, Rates("largest", 0.1)),
        (0, "dlas_ftc:rule=dlas,safety=0.2", exact, Rates("dlas", 0.2, mix=row)),
        (0, "dlas_ftc:rule=global", gd, alone()),
        (0, "dlas_ftc:rate=0.3,unit=local", exact, constant(0.3 / LOCAL)),
        (0, "dlas_ftc:reading=printed", printed, Rates("mean")),
        (0, "dlas_ftc:reading=mixed,safety=0.1", push(0), Rates("mean", 0.1)),
        (1, "dlas_ftc:reading=mixed,safety=0.1", dgd, Rates("mean", 0.1)),
        (1, "dlas:safety=0.1", dgd, Rates("dlas", 0.1, 0.37, True, mix=metropolis)),
        (1, "dgd:rate=0.2", dgd, constant(0.2 / L)),
        (1, "extra:rate=0.2", extra, constant(0.2 / L)),
        (1, "diging:rate=0.1", tracking(2, 2, False), constant(0.1 / L)),
        (1, "atc:rate=0.2,mixings=2", atc(2), constant(0.2 / L)),
        (1, "bb:mixings=3,cap=1", atc(3), Barzilai(1 / L)),
        (0, "subgradient_push:rate=0.3", push(0.5), constant(0.3 / L)),
        (0, "push_diging:rate=0.1", push_diging, constant(0.1 / L)),
        (0, "ab:rate=0.1", tracking(0, 1, False), constant(0.1 / L)),
        (0, "push_pull:rate=0.02,unit=absolute", tracking(0, 1, True), constant(0.02)),
        (0, "push_pull:rule=none,safety=0.1", tracking(0, 1, True), Rates("none", 0.1, 0)),
        (0, "frost:rate=0.02,unit=local", frost, constant(0.02 / LOCAL)),
        (0, "chen_wang", chen_wang, alone(start=1 / LOCAL)),
    ]
    for graph, text, method, rates in cases:
        for t, x in zip(range(1, 21), method(both[graph], rates)):
            if t in (1, 3, 20):
                print(("directed", "undirected")[graph], text, t, *(repr(v) for v in x.ravel()))


main()
