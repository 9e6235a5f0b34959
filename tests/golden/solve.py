#!/usr/bin/env python3
"""Writes solve.csv: the iterates of every solver in NumPy, for tests/test_solve.c.

Written from the papers, in other forms than src/solve: differences of iterates instead of
rate times gradient, the silver steps as a list built by its recursion, L-BFGS with dense
inverse BFGS matrices, F* by Newton's method. Problem: three rows in three
dimensions, lambda = 1e-3 (0 for adaptive_logistic), w0 = 0.

    python3 tests/golden/solve.py > tests/golden/solve.csv      (made with NumPy 1.24.2)
"""
import numpy as np

A = np.array([[0.2, np.sqrt(0.96), 0.0], [0.2, -np.sqrt(0.96) / 2, 0.0], [0.7, 0.5, np.sqrt(0.26)]])
LAMBDA = 1e-3


class Problem:
    def __init__(self, lam):
        self.lam = lam
        self.L = np.linalg.eigvalsh(A.T @ A / (4 * len(A)))[-1] + lam

    def f(self, w):
        return np.mean(np.logaddexp(0.0, -A @ w)) + 0.5 * self.lam * (w @ w)

    def g(self, w):
        return -A.T @ (1.0 / (1.0 + np.exp(A @ w))) / len(A) + self.lam * w

    def h(self, w):
        p = 1.0 / (1.0 + np.exp(-A @ w))
        return A.T @ np.diag(p * (1 - p)) @ A / len(A) + self.lam * np.eye(3)

    def optimum(self):
        w = np.zeros(3)
        for _ in range(60):
            w = w - np.linalg.solve(self.h(w), self.g(w))
        return self.f(w)


def gd(P, w, rate=19.0):
    while True:
        yield w
        w = w - rate * P.g(w)


def gd_normalised(P, w, rate=0.5):
    while True:
        yield w
        w = w - rate * P.g(w) / np.linalg.norm(P.g(w))


def adaptive_logistic(P, w, rate=2.0):
    while True:
        yield w
        w = w - rate / (1 - np.exp(-P.f(w))) * P.g(w)


def polyak(P, w):
    best = P.optimum()
    while True:
        yield w
        w = w - (P.f(w) - best) / (P.g(w) @ P.g(w)) * P.g(w)


def nesterov(P, w):
    q = np.sqrt(P.L / P.lam)
    y = w
    while True:
        yield w
        following = y - P.g(y) / P.L
        y = following + (q - 1) / (q + 1) * (following - w)
        w = following


def nesterov_convex(P, w, restart=False):
    y, t = w, 1.0
    while True:
        yield w
        following = y - P.g(y) / P.L
        longer = (1 + np.sqrt(1 + 4 * t * t)) / 2
        y = following + (t - 1) / longer * (following - w)
        t = longer
        if restart and P.f(following) > P.f(w):
            y, t = following, 1.0
        w = following


def nesterov_restart(P, w):
    return nesterov_convex(P, w, restart=True)


def heavy_ball(P, w):
    a, b = np.sqrt(P.L), np.sqrt(P.lam)
    previous = w
    while True:
        yield w
        w, previous = w - 4 / (a + b) ** 2 * P.g(w) + ((a - b) / (a + b)) ** 2 * (w - previous), w


def spectral(P, w, long_step):
    rate, k = 1 / P.L, 0
    while True:
        yield w
        following = w - rate * P.g(w)
        s, y = following - w, P.g(following) - P.g(w)
        w, k = following, k + 1
        rate = (s @ s) / (s @ y) if long_step(k) else (s @ y) / (y @ y)


def bb1(P, w):
    return spectral(P, w, lambda k: True)


def bb2(P, w):
    return spectral(P, w, lambda k: False)


def abb(P, w):
    return spectral(P, w, lambda k: k % 2 == 1)


def adgd2020(P, w):
    rate, theta = 1 / P.L, np.inf
    while True:
        yield w
        following = w - rate * P.g(w)
        curvature = np.linalg.norm(P.g(following) - P.g(w)) / np.linalg.norm(following - w)
        new = min(np.sqrt(1 + theta) * rate, 1 / (2 * curvature))
        theta, rate, w = new / rate, new, following


def adgd2023(P, w):
    rate, theta = 1 / P.L, 1 / 3
    while True:
        yield w
        following = w - rate * P.g(w)
        curvature = np.linalg.norm(P.g(following) - P.g(w)) / np.linalg.norm(following - w)
        excess = max(2 * (rate * curvature) ** 2 - 1, 0)
        new = min(np.sqrt(2 / 3 + theta) * rate, rate / np.sqrt(excess) if excess > 0 else np.inf)
        theta, rate, w = new / rate, new, following


def armijo(P, w):
    last = 0.5 / P.L
    while True:
        yield w
        rate, g = 2 * last, P.g(w)
        while P.f(w - rate * g) > P.f(w) - 1e-4 * rate * (g @ g):
            rate /= 2
        w, last = w - rate * g, rate


def silver(P, w):
    kappa = P.L / P.lam
    psi = lambda t: (1 + kappa * t) / (1 + t)
    z = 1 / kappa
    lengths = [psi(z)]
    for _ in range(int(np.floor(np.log(kappa / 3) / np.log(1 + np.sqrt(2))))):
        e = 1 - z
        r = np.sqrt(1 + e * e)
        y, z = z / (e + r), z * (e + r)
        lengths = lengths[:-1] + [psi(y)] + lengths[:-1] + [psi(z)]
    k = 0
    while True:
        yield w
        w, k = w - lengths[k % len(lengths)] / P.L * P.g(w), k + 1


def silver_convex(P, w):
    lengths, rho = [np.sqrt(2)], 1 + np.sqrt(2)
    for level in range(1, 8):
        lengths = lengths + [1 + rho ** (level - 1)] + lengths
    for length in lengths:
        yield w
        w = w - length / P.L * P.g(w)


def wolfe(P, w, d, first):
    phi, slope = (lambda a: P.f(w + a * d)), (lambda a: P.g(w + a * d) @ d)
    fell = lambda a: phi(a) <= phi(0) + 1e-4 * a * slope(0)
    flat = lambda a: abs(slope(a)) <= -0.9 * slope(0)

    def zoom(low, high):
        while True:
            d1 = slope(low) + slope(high) - 3 * (phi(low) - phi(high)) / (low - high)
            d2 = np.sign(high - low) * np.sqrt(d1 * d1 - slope(low) * slope(high))
            a = high - (high - low) * (slope(high) + d2 - d1) / (slope(high) - slope(low) + 2 * d2)
            share = (a - low) / (high - low)
            a = low + (high - low) * min(max(share if np.isfinite(share) else 0.5, 0.1), 0.9)
            if not fell(a) or phi(a) >= phi(low):
                high = a
                continue
            if flat(a):
                return a
            if slope(a) * (high - low) >= 0:
                high = low
            low = a

    before, a = 0.0, first
    while True:
        if not fell(a) or (before > 0 and phi(a) >= phi(before)):
            return zoom(before, a)
        if flat(a):
            return a
        if slope(a) >= 0:
            return zoom(a, before)
        before, a = a, 2 * a


def lbfgs(P, w):
    pairs = []
    while True:
        yield w
        H = np.eye(3)
        if pairs:
            s, y = pairs[-1]
            H *= (s @ y) / (y @ y)
        for s, y in pairs:
            V = np.eye(3) - np.outer(y, s) / (s @ y)
            H = V.T @ H @ V + np.outer(s, s) / (s @ y)
        d = -H @ P.g(w)
        following = w + wolfe(P, w, d, 1.0 if pairs else 1 / P.L) * d
        pairs = (pairs + [(following - w, P.g(following) - P.g(w))])[-10:]
        w = following


def newton(P, w):
    while True:
        yield w
        d, rate = -np.linalg.solve(P.h(w), P.g(w)), 1.0
        while P.f(w + rate * d) > P.f(w) + 1e-4 * rate * (P.g(w) @ d):
            rate /= 2
        w = w + rate * d


KINDS = [gd, gd_normalised, adaptive_logistic, polyak, nesterov, nesterov_convex, nesterov_restart,
         heavy_ball, bb1, bb2, abb, adgd2020, adgd2023, armijo, silver, silver_convex, lbfgs, newton]

if __name__ == "__main__":
    print("kind,step,w1,w2,w3")
    for kind in KINDS:
        P = Problem(0.0 if kind is adaptive_logistic else LAMBDA)
        steps = {nesterov_restart: 60, newton: 5}.get(kind, 10)
        for step, w in zip(range(steps + 1), kind(P, np.zeros(3))):
            if step in (1, 2, 5, 10, 60):
                print(f"{kind.__name__},{step},{w[0]:.17g},{w[1]:.17g},{w[2]:.17g}")
